import { sql } from 'kysely';
import { type CaseClass, caseRules } from '../../domain/exceptionCase/classes.ts';
import { operationsUnit } from '../../domain/operations.ts';
import { defineQuery, type Question } from '../question.ts';
import { allOf, anyOf, equals, type Scope } from '../readModel.ts';
import { clocks } from './clocks.ts';
import { limits } from './limits.ts';

export type SlaView = {
  readonly bu: string;
  readonly sla: CaseClass;
  /** From when, until when. */
  readonly clock: string;
  readonly limitSeconds: number;
  readonly resolveSeconds: number;
  /** Clocks that run, and those of them that are over the limit. */
  readonly running: number;
  readonly breached: number;
  /** Of the one that has run longest, and since when; null: none runs. */
  readonly worstSeconds: number | null;
  readonly since: string | null;
  /** Open cases, and those of them that were to be resolved by now. */
  readonly openCases: number;
  readonly overdueCases: number;
};

/** What belongs to no business unit is the service's own: its read models, and what is stuck without saying whose it is. */
const ofUnit = sql`case w.bu when ${sql.lit(operationsUnit)} then w.class in ('DEAD_LETTER', 'READ_MODEL_LATE')
  else w.class <> 'READ_MODEL_LATE' end`;

/** Every service level of the business units, as it stands now; the worst first. */
export const slaBoard = defineQuery(
  (bu: string | undefined, scope?: Scope): Question<Omit<SlaView, 'clock'>, readonly SlaView[]> => ({
    statement: sql<
      Omit<SlaView, 'clock'>
    >`with c as (select c.*, greatest(0, extract(epoch from clock_timestamp() - c.since)) as seconds from (${clocks}) c),
    own as (select w.* from (${limits}) w where ${allOf([ofUnit, equals(sql`w.bu`, bu), anyOf(sql`w.bu`, scope?.bus)])}),
    ran as (select w.bu, w.class, count(*)::int as running, (count(*) filter (where c.seconds >= coalesce(c.own_limit, w.limit_seconds)))::int as breached,
        floor(max(c.seconds))::float8 as worst, min(c.since) as since
      from own w join c on c.bu = w.bu and c.class = w.class group by w.bu, w.class),
    cases as (select e.bu, e.class, count(*)::int as open, (count(*) filter (where e.due_at < now()))::int as overdue
      from rm.exception_case e where e.state = 'OPEN' group by e.bu, e.class)
    select w.bu, w.class as sla, w.limit_seconds as "limitSeconds", w.resolve_seconds as "resolveSeconds",
      coalesce(r.running, 0) as running, coalesce(r.breached, 0) as breached, r.worst as "worstSeconds", r.since,
      coalesce(k.open, 0) as "openCases", coalesce(k.overdue, 0) as "overdueCases"
    from own w left join ran r on r.bu = w.bu and r.class = w.class left join cases k on k.bu = w.bu and k.class = w.class
    order by coalesce(r.breached, 0) desc, coalesce(r.worst, -1) desc, w.bu collate "C", w.class collate "C" limit 500`,
    answer: (rows) => rows.map((row) => ({ ...row, clock: caseRules[row.sla].clock })),
  }),
);
