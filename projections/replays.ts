import { sql } from 'kysely';
import { defineQuery, type Question } from './question.ts';

export type ReplayView = {
  readonly replayId: string;
  readonly dryRun: boolean;
  readonly state: 'RUNNING' | 'FINISHED' | 'PREVIEWED';
  readonly reason: string;
  readonly requestedBy: string;
  readonly requestedAt: string;
  readonly finishedAt: string | null;
  readonly approvalId: string | null;
  /** What waited in the lanes when it was asked for. */
  readonly messages: number;
  readonly lanes: readonly {
    readonly consumer: string;
    readonly laneKey: string;
    readonly replayed: number;
    /** Null: not done yet. */
    readonly stillBlocked: number | null;
    readonly error: string | null;
  }[];
  /** JSON of the previews of a dry run. */
  readonly preview: string | null;
};

export const replayById = defineQuery(
  (replayId: string): Question<ReplayView, ReplayView | undefined> => ({
    statement: sql`select r.replay_id as "replayId", r.dry_run as "dryRun", r.state, r.reason,
      r.requested_by as "requestedBy", r.requested_at as "requestedAt", r.finished_at as "finishedAt", r.approval_id as "approvalId",
      r.messages, r.preview,
      (select json_agg(json_build_object('consumer', l.consumer, 'laneKey', l.lane_key, 'replayed', l.replayed,
         'stillBlocked', l.still_blocked, 'error', l.error) order by l.ordinal)
       from rm.replay_lane l where l.replay_id = r.replay_id) as lanes
    from rm.replay r where r.replay_id = ${replayId}`,
    answer: ([found]) => found,
  }),
);
