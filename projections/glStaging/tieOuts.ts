import { type RawBuilder, sql } from 'kysely';
import { periodDays } from '../../domain/calendar.ts';
import { defineQuery, type Question } from '../question.ts';
import { allOf, anyOf, type Scope } from '../readModel.ts';
import { type LedgerSource, liveLedger } from './source.ts';
import { explained } from './tieOutReasons.ts';
import { isInBalance, isOfSubledger, sides, type TieOutPair, type TieOutRead, tieOutPairs } from './tieOutSides.ts';

export type TieOutView = {
  readonly pair: TieOutPair;
  readonly currency: string;
  readonly subledger: string;
  readonly gl: string;
  /** subledger − gl. */
  readonly difference: string;
  readonly explained: readonly { readonly reason: string; readonly amount: string; readonly count: number }[];
  /** difference − everything explained; anything but "0" needs a person. */
  readonly unexplained: string;
};

export type TieOutFilter = {
  readonly bu: string;
  /** Through the end of this period. */
  readonly period?: string;
  /** Through this day, when that is earlier. */
  readonly validAsOf?: string;
};

const endOfTime = '9999-12-31';

const throughOf = ({ period, validAsOf }: TieOutFilter): string =>
  [period === undefined ? endOfTime : periodDays(period).lastDay, validAsOf ?? endOfTime].sort()[0] ?? endOfTime;

/** What a tie-out of `filter` is drawn from; with `itemsOf` one pair of it, document by document. */
export const tieOutRead = (
  filter: TieOutFilter,
  scope: Scope | undefined,
  source: LedgerSource,
  itemsOf?: TieOutPair,
): TieOutRead => {
  const { bu } = filter;
  const visible = allOf([anyOf(sql`${bu}::text`, scope?.bus)]);
  return { bu, through: throughOf(filter), visible, source, ...(itemsOf !== undefined && { itemsOf }) };
};

/** Both sides of each pair through a day (absent: now), and what explains their difference (`tieOutReasons.ts`). */
export const tieOutStatement = (
  filter: TieOutFilter,
  scope: Scope | undefined,
  source: LedgerSource,
): RawBuilder<TieOutView> => {
  const read = tieOutRead(filter, scope, source);
  const { bu, visible } = read;
  return sql<TieOutView>`with ${sides(read)}, ${explained(read)},
    side as (
      select pair, currency, sum(amount) as subledger, 0::numeric as gl from entry where ${isOfSubledger} group by 1, 2
      union all select pair, currency, 0, sum(amount) from posted where ${isInBalance(read)} group by 1, 2),
    total as (select r.pair, coalesce(s.currency, b.content ->> 'currency', '') as currency, coalesce(sum(s.subledger), 0) as subledger, coalesce(sum(s.gl), 0) as gl
      from (select distinct pair from role_of) r left join side s on s.pair = r.pair left join ${source.businessUnits} b on b.bu = ${bu}
      where ${visible} group by 1, 2)
    select t.pair, t.currency, t.subledger::text as subledger, t.gl::text as gl, (t.subledger - t.gl)::text as difference,
      coalesce(json_agg(json_build_object('reason', x.reason, 'amount', x.amount::text, 'count', x.count) order by x.reason)
        filter (where x.reason is not null), '[]'::json) as explained,
      (t.subledger - t.gl - coalesce(sum(x.amount), 0))::text as unexplained
    from total t left join explained x on x.pair = t.pair and x.currency = t.currency and x.amount <> 0
    group by t.pair, t.currency, t.subledger, t.gl
    order by array_position(${[...tieOutPairs]}::text[], t.pair), t.currency`;
};

export const tieOuts = defineQuery(
  (
    filter: TieOutFilter,
    scope?: Scope,
    source: LedgerSource = liveLedger,
  ): Question<TieOutView, readonly TieOutView[]> => ({
    statement: tieOutStatement(filter, scope, source),
    answer: (rows) => rows,
  }),
);
