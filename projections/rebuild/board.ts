import { type QueryExecutorProvider, sql } from 'kysely';
import type { Rebuild } from '../../domain/rebuild/rebuild.ts';
import type { DifferenceReport } from './report.ts';

/** As `ops.rebuild` has it. SWAPPING and ROLLING_BACK are orders, which the log has; here only what was done shows. */
export type BoardState =
  | 'REPLAYING'
  | 'COMPARING'
  | 'AWAITING_SWAP'
  | 'REFUSED'
  | 'SWAPPED'
  | 'ROLLED_BACK'
  | 'ABORTED'
  | 'FAILED';

export const openOnBoard = async (db: QueryExecutorProvider, rebuild: Rebuild): Promise<void> => {
  const { rebuildId, projection, fromVersion, toVersion, reason } = rebuild;
  await sql`insert into ops.rebuild (rebuild_id, projection, from_version, to_version, state, reason)
    values (${rebuildId}, ${projection}, ${fromVersion}, ${toVersion}, 'REPLAYING', ${reason}) on conflict do nothing`.execute(
    db,
  );
};

export const noteState = async (
  db: QueryExecutorProvider,
  rebuildId: string,
  state: BoardState,
  more: { readonly difference?: DifferenceReport; readonly problem?: string } = {},
): Promise<void> => {
  await sql`update ops.rebuild set state = ${state}, updated_at = clock_timestamp(), eta_seconds = null,
      difference = coalesce(${more.difference === undefined ? null : JSON.stringify(more.difference)}::json, difference),
      problem = ${more.problem?.slice(0, 2_000) ?? null}::text
    where rebuild_id = ${rebuildId}`.execute(db);
};

export const noteProgress = async (
  db: QueryExecutorProvider,
  rebuildId: string,
  at: { readonly processed: number; readonly total: number; readonly eventsPerSecond: number },
): Promise<void> => {
  const { processed, total, eventsPerSecond } = at;
  const left = eventsPerSecond > 0 ? Math.max(0, total - processed) / eventsPerSecond : null;
  await sql`update ops.rebuild set processed = ${processed}, total = ${total}, events_per_second = ${eventsPerSecond},
      eta_seconds = ${left}, updated_at = clock_timestamp() where rebuild_id = ${rebuildId}`.execute(db);
};
