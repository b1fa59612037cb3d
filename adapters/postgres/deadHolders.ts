import { type Kysely, sql } from 'kysely';
import type { WorkerRegister } from '../../commands/ports.ts';
import { orLogUnavailable } from './failures.ts';

/**
 * Frees what an earlier process of this database had taken and did not finish: steps of the outbox and idempotency keys.
 * Only for a database that no other process works on. Without it they wait for their leases to run out; with it they
 * run at once, which is as safe as running after the lease: the same ids, the same effect.
 */
export const freeDeadHolders = async <Tables>(db: Kysely<Tables>): Promise<void> => {
  await sql`update ops.outbox set lease_until = null where done_at is null and lease_until is not null`.execute(db);
  await sql`update ops.claim set lease_until = clock_timestamp() where answered_at is null and lease_until > clock_timestamp()`.execute(
    db,
  );
};

/** Workers in `ops.worker`, a row each while they live. */
export const createWorkerRegister = <Tables>(db: Kysely<Tables>): WorkerRegister => ({
  enter: async (worker) => {
    const row = sql`insert into ops.worker (worker) values (${worker}) on conflict (worker) do nothing`;
    await orLogUnavailable(() => row.execute(db));
  },
  others: async (worker) => {
    const rows = sql<{ worker: string }>`select worker from ops.worker where worker <> ${worker}`;
    return (await orLogUnavailable(() => rows.execute(db))).rows.map((row) => row.worker);
  },
  remove: async (worker) => {
    const removal = sql<{ freed: number }>`
      with gone as (delete from ops.worker where worker = ${worker}),
        freed as (
          update ops.outbox set lease_until = null
          where done_at is null and worker = ${worker} and lease_until is not null returning 1)
      select count(*)::int as freed from freed`;
    return (await orLogUnavailable(() => removal.execute(db))).rows[0]?.freed ?? 0;
  },
});
