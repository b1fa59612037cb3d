import { orLogUnavailable } from '../../adapters/postgres/failures.ts';
import { watch } from '../../commands/cases/watchdog.ts';
import { keepLooking, waitOf } from '../../commands/keepGoing.ts';
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
    const look = async (limit: number) => {
      const from = performance.now();
      const seen = await orLogUnavailable(() => watchedCases(database.projectionDb, limit));
      tookMs = performance.now() - from;
      return seen;
    };
    return keepLooking(
      {
        look: () => watch({ executor: writeSide.executor, look, clock: systemClock }),
        untilNext: (stop) => waitOf(Math.max(lookEveryMs, tookMs / shareMax))(stop),
        onError: (error, failures) => logger.warn({ err: error, failures }, 'exceptions could not be looked for'),
      },
      signal,
    );
  };
