import { setTimeout as delay } from 'node:timers/promises';
import { createPayloadStore } from '../../adapters/postgres/payloads.ts';
import { removeOldPayloads } from '../../commands/edi/removePayloads.ts';
import { runDeadlines } from '../../commands/reservations/deadlines.ts';
import type { Parts, Worker } from './stepWorkers.ts';
import { systemClock } from './writeSide.ts';

/** What is kept is kept for days. */
const lookEveryMs = 3_600_000;

/** Removes the bytes of partners' messages that were kept long enough. */
export const retention =
  ({ config, database, writeSide, logger }: Parts): Worker =>
  (signal) => {
    const payloads = createPayloadStore(database.pool);
    const { executor } = writeSide;
    return runDeadlines(
      {
        look: () => removeOldPayloads({ executor, payloads, clock: systemClock, keepDays: config.payloadDays }),
        untilNext: (stop) => delay(lookEveryMs, undefined, { signal: stop }).catch(() => {}),
        onError: (error, failures) => logger.warn({ err: error, failures }, 'old messages could not be removed'),
      },
      signal,
    );
  };
