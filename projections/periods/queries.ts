import { type RawBuilder, sql } from 'kysely';
import { defineQuery, type Question } from '../question.ts';
import {
  allOf,
  anyOf,
  boundedLimit,
  decodeCursor,
  equals,
  type Page,
  type PageRequest,
  pageOfRows,
  type Scope,
} from '../readModel.ts';

export type PeriodView = {
  readonly periodId: string;
  readonly bu: string;
  readonly ledger: string;
  readonly period: string;
  readonly firstDay: string;
  readonly lastDay: string;
  readonly state: 'OPEN' | 'SOFT_CLOSED' | 'CLOSING' | 'CLOSED';
  /** Of the stream, whatever was written to it last. */
  readonly revision: number;
  readonly openedAt: string;
  readonly openedBy: string;
  readonly softClosedAt: string | null;
  readonly softClosedBy: string | null;
  readonly softCloseReason: string | null;
  readonly closedAt: string | null;
  readonly closedBy: string | null;
  readonly closingReason: string | null;
  readonly checklistSha256: string | null;
  readonly trialBalanceSha256: string | null;
  readonly throughPosition: string | null;
  readonly reopenedAt: string | null;
  readonly reopenedBy: string | null;
  readonly reopeningReason: string | null;
  readonly approvalId: string | null;
  readonly position: string;
  readonly updatedAt: string;
};

export type PeriodFilter = PageRequest & {
  readonly bu?: string;
  readonly ledger?: string;
  readonly state?: string;
};

/** What is asked of: now, or what was recorded by a position; and only what begins by a day. */
export type PeriodMoment = { readonly knownAsOf?: string | undefined; readonly validAsOf?: string | undefined };

const upTo = (position: RawBuilder<unknown>, knownAsOf: string | undefined): RawBuilder<unknown> =>
  knownAsOf === undefined ? sql`true` : sql`${position} <= ${knownAsOf}`;

/** How each period stands, or stood at `knownAsOf`: the last row that was known. */
export const periodsAt = (knownAsOf: string | undefined): RawBuilder<unknown> =>
  sql`(select v.* from rm.accounting_period v where ${upTo(sql`v.position`, knownAsOf)} and not exists (
    select from rm.accounting_period w where w.period_id = v.period_id and w.revision > v.revision and ${upTo(sql`w.position`, knownAsOf)}))`;

const columns = (knownAsOf: string | undefined) => sql`p.period_id as "periodId", p.bu, p.ledger, p.period,
  p.first_day as "firstDay", p.last_day as "lastDay", p.state,
  coalesce((select e.revision from rm.event_index e where e.stream = 'period-' || p.period_id and ${upTo(sql`e.position`, knownAsOf)}
    order by e.position desc limit 1), p.revision) as revision,
  p.opened_at as "openedAt", p.opened_by as "openedBy", p.soft_closed_at as "softClosedAt", p.soft_closed_by as "softClosedBy", p.soft_close_reason as "softCloseReason",
  p.closed_at as "closedAt", p.closed_by as "closedBy", p.closing_reason as "closingReason", p.checklist_sha256 as "checklistSha256",
  p.trial_balance_sha256 as "trialBalanceSha256", p.through_position as "throughPosition", p.reopened_at as "reopenedAt",
  p.reopened_by as "reopenedBy", p.reopening_reason as "reopeningReason", p.approval_id as "approvalId", p.position,
  p.updated_at as "updatedAt"`;

const begun = (validAsOf: string | undefined) =>
  validAsOf === undefined ? undefined : sql`p.first_day <= ${validAsOf}`;

/** Newest period first. Throws `CursorInvalid`. */
export const listPeriods = defineQuery(
  (
    filter: PeriodFilter,
    scope?: Scope,
    { knownAsOf, validAsOf }: PeriodMoment = {},
  ): Question<PeriodView, Page<PeriodView>> => {
    const limit = boundedLimit(filter.limit);
    const [period, id] = filter.cursor == null ? [] : decodeCursor(filter.cursor, 2);
    const statement = sql<PeriodView>`select ${columns(knownAsOf)} from ${periodsAt(knownAsOf)} p where ${allOf([
      equals(sql`p.bu`, filter.bu),
      equals(sql`p.ledger`, filter.ledger),
      equals(sql`p.state`, filter.state),
      begun(validAsOf),
      period === undefined
        ? undefined
        : sql`(p.period collate "C", p.period_id collate "C") < (${period}, ${id ?? ''})`,
      anyOf(sql`p.bu`, scope?.bus),
    ])} order by p.period collate "C" desc, p.period_id collate "C" desc limit ${limit + 1}`;
    return { statement, answer: (rows) => pageOfRows(rows, limit, (row) => [row.period, row.periodId]) };
  },
);

export const periodById = defineQuery(
  (
    periodId: string,
    scope?: Scope,
    { knownAsOf, validAsOf }: PeriodMoment = {},
  ): Question<PeriodView, PeriodView | undefined> => ({
    statement: sql<PeriodView>`select ${columns(knownAsOf)} from ${periodsAt(knownAsOf)} p where ${allOf([
      sql`p.period_id = ${periodId}`,
      begun(validAsOf),
      anyOf(sql`p.bu`, scope?.bus),
    ])}`,
    form: 'single',
    answer: ([found]) => found,
  }),
);
