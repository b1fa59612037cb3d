import { orLogUnavailable } from '../../adapters/postgres/failures.ts';
import { keepLooking, waitOf } from '../../commands/keepGoing.ts';
import { expireReturns } from '../../commands/workers/returnDeadlines.ts';
import { addDays } from '../../domain/calendar.ts';
import { overdueReturns } from '../../projections/returns/queries.ts';
import type { Parts, Worker } from './stepWorkers.ts';
import { systemClock } from './writeSide.ts';

/** Returns end with a day, so nobody waits for the minute. */
const lookEveryMs = 60_000;

/** The write side's own database is asked: a replica may be behind, and would name again what has ended. */
export const returnDeadlines =
  ({ database, writeSide, logger }: Parts): Worker =>
  (signal) => {
    // East of Greenwich it is tomorrow already.
    const due = (at: string, limit: number) =>
      orLogUnavailable(() => overdueReturns(database.projectionDb, addDays(at.slice(0, 10), 1), limit));
    return keepLooking(
      {
        look: () =>
          expireReturns({ executor: writeSide.executor, catalog: writeSide.catalog, due, clock: systemClock }),
        untilNext: waitOf(lookEveryMs),
        onError: (error, failures) => logger.warn({ err: error, failures }, 'overdue returns could not be ended'),
      },
      signal,
    );
  };
