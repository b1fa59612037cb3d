import { setTimeout as delay } from 'node:timers/promises';
import { orLogUnavailable } from '../../adapters/postgres/failures.ts';
import { runWatchdog } from '../../commands/cases/watchdog.ts';
import { watchedCases } from '../../projections/exceptions/watch.ts';
import type { Parts, Worker } from './stepWorkers.ts';
import { systemClock } from './writeSide.ts';

const lookEveryMs = 10_000;

/** However long a look takes on much data, it has at most so much of the time. */
const shareMax = 1 / 20;

/** The write side's own database is asked: a replica may be behind, and would open again what was closed. */
export const caseWatchdog =
  ({ database, writeSide, logger }: Parts): Worker =>
  (signal) => {
    let tookMs = 0;
    return runWatchdog(
      {
        executor: writeSide.executor,
        look: async (limit) => {
          const from = performance.now();
          const seen = await orLogUnavailable(() => watchedCases(database.projectionDb, limit));
          tookMs = performance.now() - from;
          return seen;
        },
        clock: systemClock,
        untilNext: (stop) =>
          delay(Math.max(lookEveryMs, tookMs / shareMax), undefined, { signal: stop }).catch(() => {}),
        onError: (error, failures) => logger.warn({ err: error, failures }, 'exceptions could not be looked for'),
      },
      signal,
    );
  };
