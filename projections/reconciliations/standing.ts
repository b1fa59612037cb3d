import { sql } from 'kysely';
import type { ReconciliationPair } from '../../domain/reconciliation/pairs.ts';
import { defineQuery, type Question } from '../question.ts';
import type { BreakRow } from './rows.ts';

type Standing = {
  readonly breakId: string;
  readonly objectId: string;
  readonly class: BreakRow['class'];
  readonly cause: BreakRow['cause'];
  readonly fix: BreakRow['fix'];
  readonly attempts: number;
  readonly ours: string | null;
  readonly theirs: string | null;
};

/** Breaks of a pair that are not over. */
export const standingBreaks = defineQuery(
  (bu: string, pair: ReconciliationPair, limit: number): Question<Standing, readonly Standing[]> => ({
    statement: sql`select b.break_id as "breakId", b.object_id as "objectId", b.class, b.cause, b.fix, b.attempts, b.ours, b.theirs
      from rm.recon_break b where b.bu = ${bu} and b.pair = ${pair} and b.state <> 'HEALED' order by b.created_position limit ${limit}`,
    answer: (rows) => rows,
  }),
);

type UnderWay = { readonly bu: string; readonly pair: ReconciliationPair; readonly runId: string };

/** Runs that have not ended, in the order in which they began. */
export const runsUnderWay = defineQuery(
  (limit: number): Question<UnderWay, readonly UnderWay[]> => ({
    statement: sql`select r.bu, r.pair, r.run_id as "runId" from rm.recon_run r where r.state = 'RUNNING'
      order by r.created_position limit ${limit}`,
    answer: (rows) => rows,
  }),
);

type Last = UnderWay & { readonly endedAt: string | null; readonly healing: number };

/** Of every business unit the newest run of a pair. What it found to be healing and had nothing new to say of may take long. */
export const lastRuns = defineQuery(
  (pair: ReconciliationPair): Question<Last, readonly Last[]> => ({
    statement: sql`select u.bu, l.pair, l.run_id as "runId", l.ended_at as "endedAt",
        (select count(*)::int from rm.recon_break b where b.bu = u.bu and b.pair = ${pair} and b.state = 'HEALING'
          and b.last_run = l.run_id) as healing
      from rm.business_unit u cross join lateral (select * from rm.recon_run r where r.bu = u.bu and r.pair = ${pair}
        order by r.created_position desc limit 1) l`,
    answer: (rows) => rows,
  }),
);
