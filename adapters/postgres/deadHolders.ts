import { type Kysely, sql } from 'kysely';

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
