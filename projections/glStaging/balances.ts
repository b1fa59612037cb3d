import { sql } from 'kysely';
import { defineQuery, type Question } from '../question.ts';
import { allOf, anyOf, equals, type Scope } from '../readModel.ts';
import { type LedgerSource, liveLedger } from './source.ts';

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
  /** In the currency of the ledger: what was posted in another one counts at the rate of its journal, and not at all while that has none. */
  readonly totalDebit: string;
  readonly totalCredit: string;
  /** Given, with `totals`, only where something is listed in another currency. */
  readonly functionalCurrency?: string;
  /** What is listed, by its own currency. */
  readonly totals?: readonly { readonly currency: string; readonly debit: string; readonly credit: string }[];
};

type BalanceRow = Required<Omit<TrialBalanceView, 'functionalCurrency'>> & {
  /** Null where nothing is listed. */
  readonly functionalCurrency: string | null;
};

/** An answer in which one currency occurs says nothing about currencies, so that it has the hash that it always had. */
const viewOf = ({ functionalCurrency, totals, ...balance }: BalanceRow): TrialBalanceView =>
  functionalCurrency === null || totals.every(({ currency }) => currency === functionalCurrency)
    ? balance
    : { ...balance, functionalCurrency, totals };

/** Journals without an account (UNMAPPED) are in no balance; `tieOuts` names them. Versions that were staged again are in none either. Without `period`: everything so far. */
export const trialBalance = defineQuery(
  (
    filter: {
      readonly bu: string;
      readonly ledger?: string;
      readonly period?: string;
      /** Only what is dated up to this day. */
      readonly validAsOf?: string;
    },
    scope?: Scope,
    source: LedgerSource = liveLedger,
  ): Question<BalanceRow, TrialBalanceView> => {
    const { period, validAsOf } = filter;
    const inPeriod = period === undefined ? sql`true` : sql`l.period = ${period}`;
    const statement = sql<BalanceRow>`with balance as (
      select l.account, l.currency, string_agg(distinct l.role, ',' order by l.role) as role, min(l.ledger) as ledger, min(l.journal_id) as journal_id,
        coalesce(sum(l.debit - l.credit) filter (where not ${inPeriod}), 0) as opening,
        coalesce(sum(l.debit) filter (where ${inPeriod}), 0) as debit, coalesce(sum(l.credit) filter (where ${inPeriod}), 0) as credit,
        coalesce(sum(l.functional_debit) filter (where ${inPeriod}), 0) as functional_debit,
        coalesce(sum(l.functional_credit) filter (where ${inPeriod}), 0) as functional_credit
      from ${source.lines} l where ${allOf([
        sql`l.bu = ${filter.bu}`,
        equals(sql`l.ledger`, filter.ledger),
        period === undefined ? undefined : sql`l.period <= ${period}`,
        validAsOf === undefined
          ? undefined
          : sql`exists (select from rm.gl_journal j where j.journal_id = l.journal_id and j.accounting_date <= ${validAsOf})`,
        // UNMAPPED, or ended here while it was: no balance has ever counted it.
        sql`not exists (select from rm.gl_line u where u.journal_id = l.journal_id and u.account is null)`,
        sql`not exists (select from ${source.superseded} v where v.journal_id = l.journal_id)`,
        anyOf(sql`l.bu`, scope?.bus),
      ])} group by l.account, l.currency)
    select coalesce(json_agg(json_build_object('account', b.account, 'name', n.name, 'role', b.role, 'currency', b.currency,
        'opening', b.opening::text, 'debit', b.debit::text, 'credit', b.credit::text, 'closing', (b.opening + b.debit - b.credit)::text)
        order by b.account, b.currency), '[]'::json) as items,
      coalesce(sum(b.functional_debit), 0)::text as "totalDebit", coalesce(sum(b.functional_credit), 0)::text as "totalCredit",
      min(j.functional_currency) as "functionalCurrency",
      (select coalesce(json_agg(json_build_object('currency', c.currency, 'debit', c.debit::text, 'credit', c.credit::text) order by c.currency), '[]'::json)
       from (select currency, sum(debit) as debit, sum(credit) as credit from balance group by 1) c) as totals
    from balance b left join ${source.accountNames} n on n.bu = ${filter.bu} and n.ledger = b.ledger and n.account = b.account
      left join ${source.journals} j on j.journal_id = b.journal_id`;
    const nothing = { items: [], totalDebit: '0', totalCredit: '0' };
    return { statement, form: 'single', answer: ([row]) => (row === undefined ? nothing : viewOf(row)) };
  },
);
