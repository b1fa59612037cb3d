import { setTimeout as delay } from 'node:timers/promises';
import { orLogUnavailable } from '../../adapters/postgres/failures.ts';
import { expireDue, runDeadlines } from '../../commands/reservations/deadlines.ts';
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
    return runDeadlines(
      {
        look: () => expireDue({ executor: writeSide.executor, due, clock: systemClock }),
        untilNext: (stop) => delay(lookEveryMs, undefined, { signal: stop }).catch(() => {}),
        onError: (error, failures) => logger.warn({ err: error, failures }, 'overdue reservations could not be freed'),
      },
      signal,
    );
  };
