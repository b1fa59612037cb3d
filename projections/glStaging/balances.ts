import { sql } from 'kysely';
import { defineQuery, type Question } from '../question.ts';
import { allOf, anyOf, equals, type Scope } from '../readModel.ts';

export type TrialBalanceView = {
  readonly items: readonly {
    readonly account: string;
    readonly name: string | null;
    /** The roles that were posted to this account, joined by a comma. */
    readonly role: string;
    readonly currency: string;
    /** Debit − credit before the period. */
    readonly opening: string;
    readonly debit: string;
    readonly credit: string;
    /** opening + debit − credit. */
    readonly closing: string;
  }[];
  readonly totalDebit: string;
  readonly totalCredit: string;
};

/** Journals without an account (UNMAPPED) are in no balance; `tieOuts` names them. Without `period`: everything so far. */
export const trialBalance = defineQuery(
  (
    filter: { readonly bu: string; readonly ledger?: string; readonly period?: string },
    scope?: Scope,
  ): Question<TrialBalanceView, TrialBalanceView> => {
    const period = filter.period ?? null;
    const inPeriod = sql`(${period}::text is null or l.period = ${period})`;
    const statement = sql<TrialBalanceView>`with balance as (
      select l.account, l.currency, string_agg(distinct l.role, ',' order by l.role) as role, min(l.ledger) as ledger,
        coalesce(sum(l.debit - l.credit) filter (where not ${inPeriod}), 0) as opening,
        coalesce(sum(l.debit) filter (where ${inPeriod}), 0) as debit, coalesce(sum(l.credit) filter (where ${inPeriod}), 0) as credit
      from rm.gl_line l join rm.gl_journal_state s on s.journal_id = l.journal_id
      where ${allOf([
        sql`l.bu = ${filter.bu}`,
        equals(sql`l.ledger`, filter.ledger),
        filter.period === undefined ? undefined : sql`l.period <= ${filter.period}`,
        // UNMAPPED, or ended here while it was: no balance has ever counted it.
        sql`not exists (select from rm.gl_line u where u.journal_id = l.journal_id and u.account is null)`,
        anyOf(sql`l.bu`, scope?.bus),
      ])} group by l.account, l.currency)
    select coalesce(json_agg(json_build_object('account', b.account, 'name', n.name, 'role', b.role, 'currency', b.currency,
        'opening', b.opening::text, 'debit', b.debit::text, 'credit', b.credit::text, 'closing', (b.opening + b.debit - b.credit)::text)
        order by b.account, b.currency), '[]'::json) as items,
      coalesce(sum(b.debit), 0)::text as "totalDebit", coalesce(sum(b.credit), 0)::text as "totalCredit"
    from balance b left join rm.gl_account n on n.bu = ${filter.bu} and n.ledger = b.ledger and n.account = b.account`;
    return { statement, single: true, answer: (rows) => rows[0] ?? { items: [], totalDebit: '0', totalCredit: '0' } };
  },
);

export const tieOutPairs = ['AR', 'INVENTORY', 'DEFERRED_COGS', 'TAX_PAYABLE'] as const;
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

/**
 * Both sides of each pair through the end of `period` (absent: now). Reasons: goods receipts that the ERP posts itself,
 * stock × cost moved by a new cost or by rounding, journals without account, journals moved to a later period, entries whose journal is
 * not staged yet, goods whose journal is dated in another period than their stock entry or held there, tax not yet
 * committed or committed with another amount.
 */
export const tieOuts = defineQuery(
  (
    filter: { readonly bu: string; readonly period?: string },
    scope?: Scope,
  ): Question<TieOutView, readonly TieOutView[]> => {
    const through = filter.period ?? '999999';
    const statement = sql<TieOutView>`with role_of(pair, role, sign) as (values ('AR', 'AR_TRADE', 1), ('INVENTORY', 'INVENTORY', 1),
      ('DEFERRED_COGS', 'DEFERRED_COGS', 1), ('TAX_PAYABLE', 'TAX_PAYABLE', -1)),
    entry as materialized (select e.* from rm.subledger_entry e where e.bu = ${filter.bu} and e.period <= ${through}
      and ${allOf([anyOf(sql`e.bu`, scope?.bus)])}),
    posted as materialized (select r.pair, l.currency, l.period, j.original_period, j.source_position,
        case when exists (select from rm.gl_line u where u.journal_id = l.journal_id and u.account is null) then 'UNMAPPED' else s.state end as state, (l.debit - l.credit) * r.sign as amount
      from rm.gl_line l join role_of r on r.role = l.role join rm.gl_journal j on j.journal_id = l.journal_id
      join rm.gl_journal_state s on s.journal_id = l.journal_id
      where l.bu = ${filter.bu} and least(l.period, j.original_period) <= ${through} and ${allOf([anyOf(sql`l.bu`, scope?.bus)])}),
    tax as (select currency, document, sum(amount) filter (where kind in ('ISSUED', 'VOIDED')) as issued,
        sum(amount) filter (where kind in ('COMMITTED', 'TAX_VOIDED')) as committed
      from entry where pair = 'TAX_PAYABLE' group by currency, document),
    stock_of as (select e.document, e.currency, sum(e.amount) as total, coalesce(sum(e.amount) filter (where e.period <= ${through}), 0) as dated
      from rm.subledger_entry e where e.bu = ${filter.bu} and e.pair = 'INVENTORY' and e.kind in ('ISSUE', 'REINSTATEMENT')
        and ${allOf([anyOf(sql`e.bu`, scope?.bus)])} group by 1, 2),
    ledger_of as (select l.shipment_id as document, l.currency, sum(l.debit - l.credit) as total, bool_or(s.state = 'HELD') as held,
        coalesce(sum(l.debit - l.credit) filter (where j.original_period <= ${through}), 0) as dated
      from rm.gl_line l join rm.gl_journal j on j.journal_id = l.journal_id join rm.gl_journal_state s on s.journal_id = l.journal_id
      where l.bu = ${filter.bu} and l.role = 'INVENTORY' and l.shipment_id is not null and ${allOf([anyOf(sql`l.bu`, scope?.bus)])} group by 1, 2),
    explained(pair, currency, reason, amount, count) as (
      select pair, currency, case kind when 'RECEIPT' then 'RECEIPTS_POSTED_BY_ERP' else 'STOCK_REVALUED' end, sum(amount), count(*)
        from entry where pair = 'INVENTORY' and kind in ('RECEIPT', 'REVALUATION') group by 1, 2, 3
      union all select pair, currency, 'JOURNALS_UNMAPPED', sum(amount), count(*)
        from posted where state = 'UNMAPPED' and original_period <= ${through} group by 1, 2
      union all select pair, currency, 'POSTED_IN_LATER_PERIOD', sum(amount), count(*)
        from posted where state <> 'UNMAPPED' and original_period <= ${through} and period > ${through} group by 1, 2
      union all select e.pair, e.currency, 'JOURNALS_NOT_STAGED', sum(e.amount), count(*) from entry e
        where e.amount <> 0 and (e.pair in ('AR', 'DEFERRED_COGS') or e.kind in ('ISSUE', 'REINSTATEMENT', 'ADJUSTMENT'))
          and not exists (select from rm.gl_journal j where j.source_position = e.entry_position)
          and not (e.kind in ('ISSUE', 'REINSTATEMENT') and exists (select from rm.gl_journal j where j.shipment_id = e.document and j.template_id in ('T02', 'T12'))) group by 1, 2
      union all select 'INVENTORY', g.currency, case when g.held then 'JOURNALS_HELD' else 'DATED_IN_ANOTHER_PERIOD' end, sum(e.dated - g.dated), count(*)
        from stock_of e join ledger_of g on g.document = e.document and g.currency = e.currency
        where e.total = g.total and e.dated <> g.dated group by 2, 3
      union all select 'TAX_PAYABLE', currency, 'TAX_NOT_COMMITTED', -sum(issued), count(*)
        from tax where committed is null and issued <> 0 group by 2
      union all select 'TAX_PAYABLE', currency, 'TAX_COMMITTED_DIFFERENTLY', sum(committed - coalesce(issued, 0)), count(*)
        from tax where committed is not null and committed <> coalesce(issued, 0) group by 2),
    side as (
      select pair, currency, sum(amount) as subledger, 0::numeric as gl from entry
        where pair <> 'TAX_PAYABLE' or kind in ('COMMITTED', 'TAX_VOIDED') group by 1, 2
      union all select pair, currency, 0, sum(amount) from posted where state <> 'UNMAPPED' and period <= ${through} group by 1, 2),
    total as (select r.pair, coalesce(s.currency, b.content ->> 'currency', '') as currency, coalesce(sum(s.subledger), 0) as subledger, coalesce(sum(s.gl), 0) as gl
      from role_of r left join side s on s.pair = r.pair left join rm.business_unit b on b.bu = ${filter.bu} group by 1, 2)
    select t.pair, t.currency, t.subledger::text as subledger, t.gl::text as gl, (t.subledger - t.gl)::text as difference,
      coalesce(json_agg(json_build_object('reason', x.reason, 'amount', x.amount::text, 'count', x.count) order by x.reason)
        filter (where x.reason is not null), '[]'::json) as explained,
      (t.subledger - t.gl - coalesce(sum(x.amount), 0))::text as unexplained
    from total t left join explained x on x.pair = t.pair and x.currency = t.currency and x.amount <> 0
    group by t.pair, t.currency, t.subledger, t.gl
    order by array_position(${[...tieOutPairs]}::text[], t.pair), t.currency`;
    return { statement, answer: (rows) => rows };
  },
);
