import { type Kysely, type QueryExecutorProvider, sql } from 'kysely';
import type { CountedLane, ReplayBoard } from '../../commands/ports.ts';
import { orLogUnavailable } from './failures.ts';

/** Inside the caller's transaction: what was replayed is counted exactly if it happened. */
export const countReplayed = async (
  executor: QueryExecutorProvider,
  replayId: string,
  { consumer, laneKey }: { readonly consumer: string; readonly laneKey: string },
  replayed: number,
): Promise<void> => {
  await sql`update ops.replay_lane set replayed = replayed + ${replayed}
    where replay_id = ${replayId} and consumer = ${consumer} and lane_key = ${laneKey}`.execute(executor);
};

const insert = ({ replayId, lanes, ...replay }: Parameters<ReplayBoard['open']>[0]) => sql`
  with opened as (
    insert into ops.replay (replay_id, dry_run, state, reason, requested_by, requested_at, approval_id, messages)
    values (${replayId}, ${replay.dryRun}, 'RUNNING', ${replay.reason}, ${replay.requestedBy}, ${replay.requestedAt}::timestamptz,
      ${replay.approvalId}, ${replay.messages})
    on conflict (replay_id) do nothing returning replay_id)
  insert into ops.replay_lane (replay_id, consumer, lane_key, ordinal)
  select o.replay_id, l."consumer", l."laneKey", l.ordinality
  from opened o, rows from (jsonb_to_recordset(${JSON.stringify(lanes)}::jsonb) as ("consumer" text, "laneKey" text)) with ordinality l`;

export const createReplayBoard = <Tables>(db: Kysely<Tables>): ReplayBoard => ({
  open: async (replay) => {
    await orLogUnavailable(() => insert(replay).execute(db));
  },
  previewed: async (replayId, previews, at) => {
    const keep = sql`update ops.replay set state = 'PREVIEWED', preview = ${JSON.stringify(previews)}, finished_at = ${at}::timestamptz
      where replay_id = ${replayId} and state = 'RUNNING'`;
    await orLogUnavailable(() => keep.execute(db));
  },
  count: (replayId, lane, replayed) => orLogUnavailable(() => countReplayed(db, replayId, lane, replayed)),
  laneDone: async (replayId, { consumer, laneKey }, { stillBlocked, error }) => {
    const done = sql`update ops.replay_lane set still_blocked = ${stillBlocked}, error = ${error}
      where replay_id = ${replayId} and consumer = ${consumer} and lane_key = ${laneKey}`;
    await orLogUnavailable(() => done.execute(db));
  },
  counted: async (replayId) => {
    const lanes = sql<CountedLane>`select consumer, lane_key as "laneKey", replayed from ops.replay_lane
      where replay_id = ${replayId} order by ordinal`;
    return (await orLogUnavailable(() => lanes.execute(db))).rows;
  },
  finished: async (replayId, at) => {
    const finish = sql`update ops.replay set state = 'FINISHED', finished_at = ${at}::timestamptz
      where replay_id = ${replayId} and state = 'RUNNING'`;
    await orLogUnavailable(() => finish.execute(db));
  },
});
