import { newUlid } from '../../commands/eventIds.ts';
import { createGroupWatch } from '../../commands/steering/groupWatch.ts';
import { pauseCalls } from '../../commands/steering/pauses.ts';
import { ownContext } from '../../commands/workers/ownContext.ts';
import type { Config } from '../config.ts';
import type { Log } from '../deps.ts';
import type { Database } from './database.ts';
import type { Worker } from './stepWorkers.ts';
import { systemClock, type WriteSide } from './writeSide.ts';

/** Resolves with `ready`, or when the signal aborts. */
export const unlessAborted = (ready: Promise<void>, signal: AbortSignal): Promise<void> =>
  Promise.race([
    ready,
    new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    }),
  ]);

/** A worker that asks somebody outside begins when it is known what operators hold: whom they want left alone is never asked. */
export const onceHoldsAreKnown =
  ({ controls }: Pick<Database, 'controls'>, work: Worker): Worker =>
  async (signal) => {
    await unlessAborted(controls.ready, signal);
    if (!signal.aborted) await work(signal);
  };

const windowMs = 60_000;

/** Pauses groups of which too much fails. A pause that could not be written is tried again with the next failure. */
export const watchGroups = (config: Config['pause'], { executor }: Pick<WriteSide, 'executor'>, logger: Log) => {
  const { pauseWork } = pauseCalls({ executor });
  return createGroupWatch({
    ...config,
    windowMs,
    now: () => performance.now(),
    pause: (group, reason) => {
      logger.error({ ...group, reason }, 'a failing group is paused');
      const context = ownContext('containment', newUlid(), systemClock());
      pauseWork({ ...group, reason, automatic: true }, context).catch((error: unknown) =>
        logger.warn({ ...group, err: error }, 'a failing group could not be paused'),
      );
    },
  });
};
