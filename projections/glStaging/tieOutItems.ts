import { sql } from 'kysely';
import { defineQuery, type Question } from '../question.ts';
import {
  allOf,
  boundedLimit,
  decodeCursor,
  equals,
  type Page,
  type PageRequest,
  pageOfRows,
  type Scope,
} from '../readModel.ts';
import { type LedgerSource, liveLedger } from './source.ts';
import { explained } from './tieOutReasons.ts';
import { isInBalance, isOfSubledger, sides, type TieOutPair } from './tieOutSides.ts';
import { type TieOutFilter, type TieOutView, tieOutRead } from './tieOuts.ts';

/** What both sides of a pair have of one document; all items of it add up to the pair. */
export type TieOutItemView = Pick<
  TieOutView,
  'currency' | 'subledger' | 'gl' | 'difference' | 'explained' | 'unexplained'
> & {
  readonly document: string;
  /** What `subledger` is made of. */
  readonly entries: readonly { readonly kind: string; readonly amount: string }[];
  /** What `gl` is made of. */
  readonly postings: readonly { readonly templateId: string; readonly amount: string }[];
};

export type TieOutItemFilter = TieOutFilter &
  PageRequest & {
    readonly pair: TieOutPair;
    readonly currency?: string;
    /** Only documents whose sides differ, or of which something is explained. */
    readonly differences?: boolean;
  };

/**
 * The documents behind one pair, by their ids. Those of which nothing is left on either side are none. As many rows are
 * worked out as for the tie-out itself, whatever the page.
 */
export const tieOutItems = defineQuery(
  (
    filter: TieOutItemFilter,
    scope?: Scope,
    source: LedgerSource = liveLedger,
  ): Question<TieOutItemView, Page<TieOutItemView>> => {
    const read = tieOutRead(filter, scope, source, filter.pair);
    const limit = boundedLimit(filter.limit);
    const after = filter.cursor == null ? undefined : decodeCursor(filter.cursor, 2);
    const order = sql`i.document collate "C", i.currency collate "C"`;
    const statement = sql<TieOutItemView>`with ${sides(read)}, ${explained(read)},
      part as materialized (
        select document, currency, 'ENTRY' as side, kind as what, sum(amount) as amount, count(*) as count from entry where ${isOfSubledger} group by 1, 2, 4
        union all select document, currency, 'POSTING', template_id, sum(amount), count(*) from posted where ${isInBalance(read)} group by 1, 2, 4
        union all select document, currency, 'REASON', reason, sum(amount), sum(count)::bigint from explained group by 1, 2, 4),
      item as (
        select document, currency, coalesce(sum(amount) filter (where side = 'ENTRY'), 0) as subledger,
          coalesce(sum(amount) filter (where side = 'POSTING'), 0) as gl, coalesce(sum(amount) filter (where side = 'REASON'), 0) as explained,
          bool_or(side = 'REASON' and amount <> 0) as has_reason
        from part group by 1, 2),
      page as (select i.* from item i where ${allOf([
        filter.differences === true
          ? sql`(i.subledger <> i.gl or i.has_reason)`
          : sql`(i.subledger <> 0 or i.gl <> 0 or i.has_reason)`,
        equals(sql`i.currency`, filter.currency),
        after === undefined ? undefined : sql`(${order}) > (${after[0]}, ${after[1]})`,
      ])} order by ${order} limit ${limit + 1})
      select i.document, i.currency, i.subledger::text as subledger, i.gl::text as gl, (i.subledger - i.gl)::text as difference,
        coalesce(json_agg(json_build_object('kind', p.what, 'amount', p.amount::text) order by p.what) filter (where p.side = 'ENTRY'), '[]'::json) as entries,
        coalesce(json_agg(json_build_object('templateId', p.what, 'amount', p.amount::text) order by p.what) filter (where p.side = 'POSTING'), '[]'::json) as postings,
        coalesce(json_agg(json_build_object('reason', p.what, 'amount', p.amount::text, 'count', p.count) order by p.what)
          filter (where p.side = 'REASON' and p.amount <> 0), '[]'::json) as explained,
        (i.subledger - i.gl - i.explained)::text as unexplained
      from page i join part p on p.document = i.document and p.currency = i.currency
      group by i.document, i.currency, i.subledger, i.gl, i.explained order by ${order}`;
    return { statement, answer: (rows) => pageOfRows(rows, limit, ({ document, currency }) => [document, currency]) };
  },
);
