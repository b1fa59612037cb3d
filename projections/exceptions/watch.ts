import { sql } from 'kysely';
import type { CaseClass } from '../../domain/exceptionCase/classes.ts';
import { defineQuery, type Question } from '../question.ts';
import { clocks } from './clocks.ts';
import { limits, momentOfModels, readAt } from './limits.ts';

/** What runs over its limit and has no open case. */
export type Breach = {
  readonly bu: string;
  readonly class: CaseClass;
  readonly objectKind: string;
  readonly objectId: string;
  readonly orderId: string | null;
  readonly soldTo: string | null;
  readonly node: string | null;
  readonly since: string;
  readonly resolveSeconds: number;
  readonly amount: string | null;
  readonly currency: string | null;
  /** It was resolved as fixed, and has lasted since. */
  readonly again: boolean;
};

export type Cured = { readonly bu: string; readonly caseId: string };

export type Watched = { readonly breaches: readonly Breach[]; readonly cured: readonly Cured[] };

type Row = Breach & { readonly caseId: string | null };

/** Of a class so many have a case at a time, the oldest: who has more needs a remedy, not more rows. */
const casesMax = 1_000;

const sameObject = sql`e.bu = c.bu and e.class = c.class and e.object_kind = c.object_kind and e.object_id = c.object_id`;

/** Something said to be fixed has as long again to be so. */
const lasts = sql`e.outcome = 'FIXED' and e.resolved_at + make_interval(secs => greatest(60, c.limit_seconds)) <= clock_timestamp()`;

/**
 * What is to be opened and closed, `limit` of either: the same whoever asks, and nothing once it was done. While read models are
 * behind nothing new is opened that may be over by now, and nothing is closed that they still show.
 */
export const watchedCases = defineQuery((limit: number): Question<Row, Watched> => {
  const statement = sql<Row>`with own as (${limits}), m as (${momentOfModels}),
    c as materialized (select c.*, l.limit_seconds, w.resolve_seconds, c.since + make_interval(secs => l.limit_seconds) <= ${readAt} as sure,
        row_number() over (partition by c.class order by c.since, c.object_id collate "C") as place
      from (${clocks}) c join own w on w.bu = c.bu and w.class = c.class cross join m
        cross join lateral (select coalesce(c.own_limit, w.limit_seconds) as limit_seconds) l
      where c.since + make_interval(secs => l.limit_seconds) <= clock_timestamp())
    (select null::text as "caseId", c.bu, c.class, c.object_kind as "objectKind", c.object_id as "objectId", c.order_id as "orderId",
        c.sold_to as "soldTo", c.node, c.since, c.resolve_seconds as "resolveSeconds", c.amount::text as amount,
        c.currency, coalesce(e.state = 'RESOLVED', false) as again
      from c left join rm.exception_case e on ${sameObject}
      where c.sure and c.place <= ${casesMax} and (e.case_id is null or e.state = 'CLOSED' or (e.state = 'RESOLVED' and ${lasts}))
      order by c.since limit ${limit})
    union all
    (select e.case_id, e.bu, e.class, e.object_kind, e.object_id, null, null, null, e.since, 0, null, null, false
      from rm.exception_case e where e.state in ('OPEN', 'RESOLVED') and not exists (select from c where ${sameObject})
      order by e.opened_at limit ${limit})`;
  return {
    statement,
    answer: (rows) => ({
      breaches: rows.flatMap(({ caseId, ...breach }) => (caseId === null ? [breach] : [])),
      cured: rows.flatMap(({ caseId, bu }) => (caseId === null ? [] : [{ bu, caseId }])),
    }),
  };
});
