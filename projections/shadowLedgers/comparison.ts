import { type RawBuilder, sql } from 'kysely';
import type { ShadowRow } from '../../domain/shadow/events.ts';
import { defineQuery, type Question } from '../question.ts';
import {
  allOf,
  anyOf,
  boundedLimit,
  decodeCursor,
  equals,
  newestFirst,
  type Page,
  type PageRequest,
  type Scope,
  toPage,
} from '../readModel.ts';
import { begun, byNow, explanations, knownBy, type ShadowBy, validBy } from './queries.ts';

export const shadowShows = ['ALL', 'DIFFERENCES', 'UNEXPLAINED'] as const;

export type ComparisonFilter = PageRequest & {
  readonly bu: string;
  readonly period?: string | undefined;
  readonly account?: string | undefined;
  readonly key?: string | undefined;
  readonly show?: (typeof shadowShows)[number] | undefined;
};

/** What lies in an account of today and in one place of the second ERP, over all batches of a period. */
export type ComparisonView = Pick<ShadowRow, 'key' | 'kinds' | 'currency' | 'account' | 'simulated' | 'expected'> &
  Pick<ShadowRow, 'debit' | 'credit'> & {
    readonly period: string;
    readonly lineCount: number;
    readonly batches: number;
    readonly firstBatchId: string;
    readonly firstDay: string;
    readonly lastDay: string;
    /** Of the first batch that has it. */
    readonly lines: ShadowRow['lines'];
    readonly explanation: {
      readonly until: string;
      readonly reason: string;
      readonly explainedBy: string;
      readonly explainedAt: string;
    } | null;
    /** It differs, and a batch of this period has it behind the end of its explanation. */
    readonly unexplained: boolean;
  };

const isDifference = sql`r.kinds <> '[]'::jsonb`;
const isUnexplained = sql`bool_or(${isDifference} and r.day > coalesce(e.until_day, ''))`;

const behind = (cursor: string | null | undefined): RawBuilder<unknown> | undefined => {
  if (cursor == null) return undefined;
  const [period, account, key, currency] = decodeCursor(cursor, 4);
  return sql`(r.period, r.account, r.difference_key, r.currency) > (${period}, ${account}, ${key}, ${currency})`;
};

/** Of the move that is under way: by period, account of today, place there and currency. Throws `CursorInvalid`. */
export const shadowComparison = defineQuery(
  (filter: ComparisonFilter, scope?: Scope, by: ShadowBy = byNow): Question<ComparisonView, Page<ComparisonView>> => {
    const limit = boundedLimit(filter.limit);
    const { bu, show = 'ALL' } = filter;
    const statement = sql<ComparisonView>`select r.period, r.currency, r.account, r.difference_key as key,
        (array_agg(r.kinds))[1] as kinds, (array_agg(r.simulated))[1] as simulated, (array_agg(r.expected))[1] as expected,
        sum(r.debit)::text as debit, sum(r.credit)::text as credit, sum(r.line_count)::int as "lineCount", count(*)::int as batches,
        (array_agg(r.batch_id order by r.position))[1] as "firstBatchId", min(r.day) as "firstDay", max(r.day) as "lastDay",
        (array_agg(r.lines order by r.position))[1] as lines, ${isUnexplained} as unexplained,
        case when min(e.until_day) is not null then json_build_object('until', min(e.until_day), 'reason', min(e.reason),
          'explainedBy', min(e.explained_by), 'explainedAt', to_char(min(e.explained_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) end as explanation
      from rm.shadow_row r left join ${explanations(bu, by)} e on e.difference_key = r.difference_key and ${isDifference}
      where ${allOf([
        sql`r.bu = ${bu}`,
        sql`r.position > ${begun(bu, by)}`,
        equals(sql`r.period`, filter.period),
        equals(sql`r.account`, filter.account),
        equals(sql`r.difference_key`, filter.key),
        show === 'ALL' ? undefined : isDifference,
        knownBy(sql`r.position`, by),
        validBy(sql`r.day`, by),
        behind(filter.cursor),
        anyOf(sql`r.bu`, scope?.bus),
      ])} group by r.period, r.account, r.difference_key, r.currency ${show === 'UNEXPLAINED' ? sql`having ${isUnexplained}` : sql``}
      order by r.period, r.account, r.difference_key, r.currency limit ${limit + 1}`;
    return {
      statement,
      answer: (rows) =>
        toPage(
          rows,
          limit,
          ({ period, account, key, currency }) => [period, account, key, currency],
          (row) => row,
        ),
    };
  },
);

export type ShadowBatchView = {
  readonly batchId: string;
  readonly bu: string;
  readonly ledger: string;
  readonly system: string;
  readonly version: number;
  readonly period: string;
  readonly day: string;
  readonly journalCount: number;
  readonly lineCount: number;
  readonly differences: number;
  readonly unexplained: number;
  /** What was compared, by currency. */
  readonly totals: readonly { readonly currency: string; readonly debit: string; readonly credit: string }[];
  /** By currency and account it is what the batch has as its control totals. */
  readonly tiesOut: boolean;
  readonly position: string;
  readonly updatedAt: string;
};

const controlTotals = sql`select t.currency, t.account, t.debit::numeric as debit, t.credit::numeric as credit from rm.gl_batch g,
  jsonb_to_recordset(g.control_totals) as t(currency text, account text, debit text, credit text) where g.bu = b.bu and g.batch_id = b.batch_id`;

const comparedTotals = sql`select r.currency, r.account, sum(r.debit) as debit, sum(r.credit) as credit from rm.shadow_row r
  where r.bu = b.bu and r.batch_id = b.batch_id group by 1, 2`;

/** Batches that were compared since the move began, newest first. Throws `CursorInvalid`. */
export const listShadowBatches = defineQuery(
  (
    filter: PageRequest & { readonly bu: string; readonly period?: string | undefined },
    scope?: Scope,
    by: ShadowBy = byNow,
  ): Question<ShadowBatchView, Page<ShadowBatchView>> => {
    const { before, tail, page } = newestFirst(filter, sql`b.position`);
    const statement = sql<ShadowBatchView>`select b.batch_id as "batchId", b.bu, b.ledger, b.system, b.version, b.period, b.day,
        b.journal_count as "journalCount", b.line_count as "lineCount", jsonb_array_length(b.keys) as differences,
        (select count(*)::int from jsonb_array_elements_text(b.keys) k(key) left join ${explanations(filter.bu, by)} e on e.difference_key = k.key
          where b.day > coalesce(e.until_day, '')) as unexplained,
        (select coalesce(json_agg(json_build_object('currency', x.currency, 'debit', x.debit::text, 'credit', x.credit::text) order by x.currency), '[]'::json)
          from (select s.currency, sum(s.debit) as debit, sum(s.credit) as credit from (${comparedTotals}) s group by 1) x) as totals,
        not exists (select from (${controlTotals}) t full join (${comparedTotals}) s on s.currency = t.currency and s.account = t.account
          where t.debit is distinct from s.debit or t.credit is distinct from s.credit) as "tiesOut",
        b.position, b.updated_at as "updatedAt"
      from rm.shadow_batch b where ${allOf([
        sql`b.bu = ${filter.bu}`,
        sql`b.position > ${begun(filter.bu, by)}`,
        equals(sql`b.period`, filter.period),
        before,
        knownBy(sql`b.position`, by),
        validBy(sql`b.day`, by),
        anyOf(sql`b.bu`, scope?.bus),
      ])} ${tail}`;
    return {
      statement,
      answer: (rows) =>
        page(
          rows,
          ({ position }) => position,
          (row) => row,
        ),
    };
  },
);
