import { type RawBuilder, sql } from 'kysely';
import { periodDays } from '../../domain/calendar.ts';
import { defineQuery, type Question } from '../question.ts';
import { allOf, anyOf, type Scope } from '../readModel.ts';
import { type LedgerSource, liveLedger } from './source.ts';

const tieOutPairs = [
  'AR',
  'INVENTORY',
  'DEFERRED_COGS',
  'TAX_PAYABLE',
  'UNBILLED_RECEIVABLE',
  'CUSTOMER_DEPOSIT',
  'DROPSHIP_ACCRUAL',
] as const;
export type TieOutPair = (typeof tieOutPairs)[number];

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

const isGoods = sql`e.pair = 'INVENTORY' and e.kind in ('ISSUE', 'REINSTATEMENT')`;

/**
 * Both sides through a day. `late_document` are the shipments of which something is dated later: only they can have one
 * side before the day and the other behind it, so only their goods are summed document by document.
 */
const sides = (
  { bu, through, visible }: { readonly bu: string; readonly through: string; readonly visible: RawBuilder<unknown> },
  { entries, lines, journals, states, superseded }: LedgerSource,
): RawBuilder<unknown> => sql`role_of(pair, role, sign) as (values ('AR', 'AR_TRADE', 1), ('INVENTORY', 'INVENTORY', 1), ('INVENTORY', 'INVENTORY_RETURNS', 1),
      ('DEFERRED_COGS', 'DEFERRED_COGS', 1), ('TAX_PAYABLE', 'TAX_PAYABLE', -1),
      ('UNBILLED_RECEIVABLE', 'UNBILLED_RECEIVABLE', 1), ('CUSTOMER_DEPOSIT', 'CUSTOMER_DEPOSIT', -1),
      ('DROPSHIP_ACCRUAL', 'DROPSHIP_ACCRUAL', -1)),
    entry as materialized (select e.* from ${entries} e where e.bu = ${bu} and e.day <= ${through} and (e.pair <> 'INVENTORY' or e.amount <> 0) and ${visible}),
    posted as materialized (select r.pair, l.journal_id, l.currency, j.accounting_date, j.original_date, j.source_position, j.source_event_id, j.template_id, j.shipment_id,
        exists (select from ${lines} u where u.journal_id = l.journal_id and u.account is null) as unmapped, (l.debit - l.credit) * r.sign as amount
      from ${lines} l join role_of r on r.role = l.role join ${journals} j on j.journal_id = l.journal_id
      where l.bu = ${bu} and least(j.accounting_date, j.original_date) <= ${through} and ${visible}
        and not exists (select from ${superseded} v where v.journal_id = l.journal_id)),
    tax as (select currency, document, sum(amount) filter (where kind in ('ISSUED', 'VOIDED', 'CREDITED')) as issued,
        sum(amount) filter (where kind in ('COMMITTED', 'TAX_VOIDED')) as committed
      from entry where pair = 'TAX_PAYABLE' group by currency, document),
    late_document as materialized (
      select e.document from ${entries} e where e.bu = ${bu} and e.day > ${through} and ${isGoods} and ${visible}
      union
      select j.shipment_id from ${journals} j where j.bu = ${bu} and j.original_date > ${through} and j.shipment_id is not null and ${visible}),
    stock_of as (select e.document, e.currency, sum(e.amount) as total, coalesce(sum(e.amount) filter (where e.day <= ${through}), 0) as dated
      from late_document d join ${entries} e on e.document = d.document where e.bu = ${bu} and ${isGoods} group by 1, 2),
    ledger_of as (select j.shipment_id as document, l.currency, sum(l.debit - l.credit) as total, bool_or(s.state = 'HELD') as held,
        coalesce(sum(l.debit - l.credit) filter (where j.original_date <= ${through}), 0) as dated
      from late_document d join ${journals} j on j.shipment_id = d.document join ${lines} l on l.journal_id = j.journal_id
        join ${states} s on s.journal_id = j.journal_id
      where j.bu = ${bu} and l.role = 'INVENTORY' and s.state <> 'SUPERSEDED' group by 1, 2)`;

/**
 * Confirmed shipments of which not every line has been issued from stock yet: the ledger has them from the confirmation, stock
 * issues them line by line right after it. One that was voided is none of them, and one that was posted anew is one.
 */
const notIssued = (
  through: string,
  { entries, journals, corrections }: LedgerSource,
): RawBuilder<unknown> => sql`not_issued as (
      select o.currency, coalesce(i.amount, 0) - o.amount as amount
      from (select shipment_id as document, currency, count(*) as lines, sum(amount) as amount from posted
          where pair = 'INVENTORY' and template_id = 'T02' and original_date <= ${through}
            and not exists (select from ${corrections} c where c.replaced_by = posted.journal_id and c.kind = 'REPOST') group by 1, 2) o
        left join (select document, currency, count(*) as lines, sum(amount) as amount from entry
          where pair = 'INVENTORY' and kind = 'ISSUE' group by 1, 2) i on i.document = o.document and i.currency = o.currency
      where coalesce(i.lines, 0) < o.lines
        and not exists (select from ${journals} j where j.shipment_id = o.document and j.template_id = 'T12')
        and (select count(*) from ${entries} e where e.document = o.document and e.pair = 'INVENTORY' and e.kind = 'ISSUE' and e.amount <> 0) < o.lines)`;

const explained = (
  through: string,
  { journals, corrections }: LedgerSource,
): RawBuilder<unknown> => sql`explained(pair, currency, reason, amount, count) as (
      select pair, currency, case kind when 'RECEIPT' then 'RECEIPTS_POSTED_BY_ERP' else 'STOCK_REVALUED' end, sum(amount), count(*)
        from entry where pair = 'INVENTORY' and kind in ('RECEIPT', 'REVALUATION') group by 1, 2, 3
      union all select 'AR', e.currency, 'PAYMENTS_POSTED_BY_ERP', sum(e.amount), count(*) from entry e
        where e.pair = 'AR' and e.kind = 'PAID' and not exists (select from ${journals} j where j.source_position = e.entry_position) group by 2
      union all select pair, currency, 'JOURNALS_UNMAPPED', sum(amount), count(*)
        from posted where unmapped and original_date <= ${through} group by 1, 2
      union all select pair, currency, 'POSTED_IN_LATER_PERIOD', sum(amount), count(*)
        from posted where not unmapped and original_date <= ${through} and accounting_date > ${through} group by 1, 2
      union all select e.pair, e.currency, 'JOURNALS_NOT_STAGED', sum(e.amount), count(*) from entry e
        where e.amount <> 0 and e.kind <> 'PAID' and (e.pair in ('AR', 'DEFERRED_COGS', 'UNBILLED_RECEIVABLE', 'CUSTOMER_DEPOSIT', 'DROPSHIP_ACCRUAL') or e.kind in ('ISSUE', 'REINSTATEMENT', 'ADJUSTMENT'))
          and not exists (select from ${journals} j where j.source_position = e.entry_position)
          and not exists (select from ${corrections} c where c.position = e.entry_position and c.kind = 'VOID')
          and not (e.kind in ('ISSUE', 'REINSTATEMENT') and exists (select from ${journals} j where j.shipment_id = e.document and j.template_id in ('T02', 'T12'))) group by 1, 2
      union all select 'INVENTORY', g.currency, case when g.held then 'JOURNALS_HELD' else 'DATED_IN_ANOTHER_PERIOD' end, sum(e.dated - g.dated), count(*)
        from stock_of e join ledger_of g on g.document = e.document and g.currency = e.currency
        where e.total = g.total and e.dated <> g.dated group by 2, 3
      union all select 'INVENTORY', currency, 'STOCK_NOT_ISSUED', sum(amount), count(*) from not_issued group by 2
      union all select 'INVENTORY', currency, 'JOURNALS_NOT_STAGED', sum(amount), count(*) from entry e
        where e.pair = 'INVENTORY' and e.kind = 'RETURN' and not exists (select from ${journals} j where j.source_event_id = case when e.kind = 'RETURN' then e.document::uuid end) group by 2
      union all select 'INVENTORY', p.currency, 'RETURN_NOT_IN_STOCK', -sum(p.amount), count(*)
        from (select currency, source_event_id, sum(amount) as amount from posted
            where pair = 'INVENTORY' and template_id in ('T09', 'T09Q') and original_date <= ${through} group by 1, 2) p
        where p.amount <> 0 and not exists (select from entry e where e.document = p.source_event_id::text and e.pair = 'INVENTORY' and e.kind = 'RETURN') group by 2
      union all select 'TAX_PAYABLE', currency, 'TAX_NOT_COMMITTED', -sum(issued), count(*)
        from tax where committed is null and issued <> 0 group by 2
      union all select 'TAX_PAYABLE', currency, 'TAX_COMMITTED_DIFFERENTLY', sum(committed - coalesce(issued, 0)), count(*)
        from tax where committed is not null and committed <> coalesce(issued, 0) group by 2)`;

/**
 * Both sides of each pair through a day (absent: now). Reasons: goods receipts and payments that the ERP posts itself, stock × cost moved
 * by a new cost or by rounding, journals without account, journals moved to a later period, entries whose journal is not
 * staged yet (a void has none where finance had reversed the document's), goods whose journal is dated in another period than their stock entry or held there, goods of a confirmed
 * shipment that stock has yet to issue, returned goods that it has yet to take in, tax not yet committed or committed with another amount.
 */
export const tieOutStatement = (
  filter: TieOutFilter,
  scope: Scope | undefined,
  source: LedgerSource,
): RawBuilder<TieOutView> => {
  const { bu } = filter;
  const through = throughOf(filter);
  const visible = allOf([anyOf(sql`${bu}::text`, scope?.bus)]);
  return sql<TieOutView>`with ${sides({ bu, through, visible }, source)}, ${notIssued(through, source)}, ${explained(through, source)},
    side as (
      select pair, currency, sum(amount) as subledger, 0::numeric as gl from entry
        where pair <> 'TAX_PAYABLE' or kind in ('COMMITTED', 'TAX_VOIDED') group by 1, 2
      union all select pair, currency, 0, sum(amount) from posted where not unmapped and accounting_date <= ${through} group by 1, 2),
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
