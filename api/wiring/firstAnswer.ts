import { setTimeout as delay } from 'node:timers/promises';
import { LogUnavailable } from '../../domain/eventLog.ts';
import type { Log } from '../deps.ts';

const waitMsMaxDefault = 30_000;
const repeatMs = 1_000;

/**
 * Asks until there is an answer: a service and the servers that it works on are often started together. Throws at once what
 * waiting does not mend, and after `waitMsMax` the last `LogUnavailable`.
 */
export const firstAnswer = async (
  what: string,
  ask: () => Promise<unknown>,
  logger: Pick<Log, 'warn'>,
  waitMsMax = waitMsMaxDefault,
): Promise<void> => {
  for (const deadlineMs = performance.now() + waitMsMax; ; await delay(repeatMs)) {
    try {
      await ask();
      return;
    } catch (error) {
      if (!(error instanceof LogUnavailable) || performance.now() > deadlineMs) throw error;
      logger.warn({ err: error }, `waiting for ${what}`);
    }
  }
};
