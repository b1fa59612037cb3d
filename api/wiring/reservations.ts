import { orLogUnavailable } from '../../adapters/postgres/failures.ts';
import { keepLooking, waitOf } from '../../commands/keepGoing.ts';
import { expireDue } from '../../commands/reservations/deadlines.ts';
import { dueReservations } from '../../projections/reservations/queries.ts';
import type { Parts, Worker } from './stepWorkers.ts';
import { systemClock } from './writeSide.ts';

/** Whoever wants the goods frees what is overdue by asking for them; this is for who looks, and for who waits. */
const lookEveryMs = 5_000;

/** The write side's own database is asked: a replica may be behind, and would name again what was freed. */
export const reservationDeadlines =
  ({ database, writeSide, logger }: Parts): Worker =>
  (signal) => {
    const due = (at: string, limit: number) =>
      orLogUnavailable(() => dueReservations(database.projectionDb, at, limit));
    return keepLooking(
      {
        look: () => expireDue({ executor: writeSide.executor, due, clock: systemClock }),
        untilNext: waitOf(lookEveryMs),
        onError: (error, failures) => logger.warn({ err: error, failures }, 'overdue reservations could not be freed'),
      },
      signal,
    );
  };
