import { type RawBuilder, sql } from 'kysely';
import type { BlockerClass } from '../../domain/ledger/readiness.ts';
import { overshippedLines } from '../accruals/overshipped.ts';
import { unanswered } from '../accruals/queries.ts';
import { type LedgerSource, liveLedger } from '../glStaging/source.ts';
import { tieOutStatement } from '../glStaging/tieOuts.ts';

type Sql = RawBuilder<unknown>;

export type BooksPeriod = { readonly bu: string; readonly ledger: string; readonly period: string };

export type Books = BooksPeriod & {
  readonly lastDay: string;
  /** As known at this position; undefined: now. */
  readonly at: string | undefined;
  readonly source: LedgerSource;
};

/** Of each class the rows `class, id, what, day, currency, amount`: one for each thing and currency. */
const rowsOf = (
  name: BlockerClass,
  columns: { readonly id: Sql; readonly what: Sql; readonly day: Sql; readonly currency?: Sql; readonly amount?: Sql },
  from: Sql,
): Sql => sql`select ${sql.lit(name)} as class, ${columns.id} as id, ${columns.what} as what, ${columns.day} as day,
  ${columns.currency ?? sql`null`} as currency, ${columns.amount ?? sql`null::numeric`} as amount ${from}`;

/** Of the live ledger the index by period and state is used; the others hold the period with the journal alone. */
const inPeriod = ({ bu, ledger, period, source }: Books): Sql =>
  source === liveLedger
    ? sql`s.bu = ${bu} and s.ledger = ${ledger} and s.period = ${period}`
    : sql`j.bu = ${bu} and j.ledger = ${ledger} and j.period = ${period}`;

/** Journals that are in no batch the ERP has acknowledged, with the amount of their debits; those of a batch count as one. */
const openJournals = (books: Books): Sql => {
  const { lines, journals, states } = books.source;
  return sql`select case s.state when 'UNMAPPED' then 'JOURNALS_UNMAPPED' when 'HELD' then 'JOURNALS_HELD' when 'READY' then 'JOURNALS_NOT_SEALED'
      when 'REJECTED' then 'JOURNALS_REJECTED' else 'BATCHES_UNACKNOWLEDGED' end as class,
    case when s.state in ('SEALED', 'EXPORTED') then s.batch_id else j.journal_id end as id,
    case when s.state in ('SEALED', 'EXPORTED') then 'batch' else coalesce(s.problems -> 0 ->> 'code', s.code, j.template_id) end as what,
    min(j.original_date)::text as day, j.currency, sum(l.debit) as amount
  from ${states} s join ${journals} j on j.journal_id = s.journal_id
    cross join lateral (select sum(l.debit) as debit from ${lines} l where l.journal_id = j.journal_id) l
  where ${inPeriod(books)} and s.state in ('UNMAPPED', 'HELD', 'READY', 'REJECTED', 'SEALED', 'EXPORTED')
  group by 1, 2, 3, j.currency`;
};

const isOfIssue = sql`e.kind in ('ISSUED', 'CREDITED')`;
const isOfEngine = sql`e.kind in ('COMMITTED', 'TAX_VOIDED')`;

/**
 * Invoices and credit memos that were posted by the end of the period and stand: those that the tax engine does not know, and
 * those of which it holds another tax than the books. Whatever ends that, on whichever day, ends it for this period.
 */
const taxOtherwise = ({ bu, ledger, lastDay, source }: Books): Sql => sql`
  select case when t.told then 'TAX_MISMATCHED' else 'TAX_NOT_COMMITTED' end as class, t.document as id,
    case when t.credits then 'credit memo' else 'invoice' end as what, t.day::text as day, t.currency as currency,
    case when t.told then t.engine - t.booked else t.booked end as amount
  from (select e.document, e.currency, min(e.day) filter (where ${isOfIssue}) as day, bool_or(e.kind = 'CREDITED') as credits,
      min(e.entry_position) filter (where ${isOfIssue}) as place, bool_or(e.kind = 'COMMITTED') as told,
      coalesce(sum(e.amount) filter (where ${isOfEngine}), 0) as engine,
      coalesce(sum(e.amount) filter (where not ${isOfEngine}), 0) as booked
    from ${source.entries} e where e.bu = ${bu} and e.pair = 'TAX_PAYABLE' group by e.document, e.currency
    having min(e.day) filter (where ${isOfIssue}) <= ${lastDay} and not bool_or(e.kind in ('VOIDED', 'TAX_VOIDED'))) t
  where (not t.told or t.engine <> t.booked)
    and exists (select from ${source.journals} j where ((j.invoice_id = t.document and j.template_id in ('T03', 'T03S', 'T03D'))
      or (t.credits and j.source_position = t.place and j.template_id in ('T08', 'T10'))) and j.ledger = ${ledger} and j.accounting_date <= ${lastDay})`;

const tieOutUnexplained = ({ bu, period, source }: Books): Sql =>
  rowsOf(
    'TIE_OUT_UNEXPLAINED',
    {
      ...{ id: sql`t.pair`, what: sql`'tie-out'`, day: sql`null` },
      ...{ currency: sql`t.currency`, amount: sql`t.unexplained::numeric` },
    },
    sql`from (${tieOutStatement({ bu, period }, undefined, source)}) t where t.unexplained <> '0'`,
  );

/** `unbilled`: what left by the end of the period and is on no invoice. */
const shippedNotInvoiced = rowsOf(
  'SHIPPED_NOT_INVOICED',
  {
    id: sql`u."shipmentId" || '/' || u."shipmentLineId"`,
    what: sql`u."orderId"`,
    day: sql`u."shippedOn"::text`,
    ...{ currency: sql`u.currency`, amount: sql`u.net` },
  },
  sql`from unbilled u`,
);

/** At their cost: nobody is to be billed for them. */
const overshipmentsOpen = ({ bu, ledger, lastDay, at }: Books): Sql =>
  rowsOf(
    'OVERSHIPMENTS_OPEN',
    {
      id: sql`x."shipmentId" || '/' || x."shipmentLineId"`,
      what: sql`x."orderId"`,
      day: sql`x."shippedOn"::text`,
      ...{ currency: sql`x.currency`, amount: sql`x.cost` },
    },
    sql`from (${overshippedLines({ bu, ledger, through: lastDay, at })}) x`,
  );

/** Approvals that change no amount are none of them; nor are those about another business unit, or reopenings of other books. */
const openApprovals = ({ bu, ledger }: Books): Sql =>
  rowsOf(
    'OPEN_APPROVALS',
    { id: sql`a.approval_id`, what: sql`a.duty`, day: sql`(a.requested_at at time zone 'UTC')::date::text` },
    sql`from rm.approval a where a.state = 'REQUESTED' and a.expires_at > now() and a.duty <> 'PERSONAL_ERASURE'
      and a.subject_kind <> 'business-unit' and (a.about_bu is null or a.about_bu = ${bu})
      and (a.subject_kind <> 'accounting-period' or starts_with(a.subject_id, ${`${bu}.${ledger}.`}))`,
  );

/** Models from which the books are drawn, or checked. */
const booked = ['gl_staging', 'subledgers', 'inventory', 'invoices', 'shipments'];

/** Of the dead letter `d`: it is of this business unit, as far as anything says whose it is. */
export const ofUnit = (bu: string): Sql => {
  const stream = sql`d.payload_ref ->> 'stream'`;
  const named = sql`substr(${stream}, strpos(${stream}, '-') + 1, ${bu.length + 1})`;
  return sql`(d.bu = ${bu} or ${named} = ${`${bu}.`} or exists (select from rm.shipment h where h.shipment_id = d.lane_key and h.bu = ${bu}))`;
};

/**
 * An event that a model of the books could not apply is posted where it belongs, whenever that comes. What a stuck step leads
 * to is dated when it happens, so it would post into a period that is open, and not into one that was soft-closed meanwhile. What a
 * subscriber or a partner was not told posts nothing.
 */
const stuckWork = ({ bu }: Books): Sql =>
  rowsOf(
    'STUCK_WORK',
    {
      ...{ id: sql`d.id`, what: sql`d.consumer || ': ' || d.event_type` },
      day: sql`(d.first_seen_at at time zone 'UTC')::date::text`,
    },
    sql`from rm.dead_letter d cross join own o where ${ofUnit(bu)} and d.consumer not in ('webhook-deliveries', 'partner-documents')
      and case when d.projection is null then o.state = 'OPEN' else d.projection = any(${booked}::text[]) end`,
  );

const breakOf = {
  ...{ id: sql`k.break_id`, what: sql`k.object_kind || ' ' || k.object_id` },
  day: sql`(k.found_at at time zone 'UTC')::date::text`,
  ...{ currency: sql`k.currency`, amount: sql`k.amount` },
};

/** The sums are the same: the ledgers are, and what an ERP has numbered anew nobody there can number back. */
const isOnlyNumbered = sql`k.pair = 'journals' and k.cause is not distinct from 'DOCUMENT_DIFFERS'`;

/** What takes a person of the batches of this period; what heals by itself is in nobody's way. */
const journalsNotReconciled = ({ bu, ledger, period }: Books): Sql =>
  rowsOf(
    'JOURNALS_NOT_RECONCILED',
    breakOf,
    sql`from rm.recon_break k cross join own o where k.bu = ${bu} and k.pair = 'journals' and k.state = 'OPEN' and o.state <> 'CLOSED'
      and not (${isOnlyNumbered}) and starts_with(k.object_id, ${`${ledger}-${period}-`})`,
  );

/** Of all periods: which one goods are missing in is known when they are found. */
const partnersDisagree = ({ bu }: Books): Sql =>
  rowsOf(
    'PARTNERS_DISAGREE',
    breakOf,
    sql`from rm.recon_break k cross join own o where k.bu = ${bu} and (k.pair in ('stock', 'snapshots', 'orders') or ${isOnlyNumbered}) and k.state = 'OPEN' and o.state <> 'CLOSED'`,
  );

/**
 * `accrual`: what is due, and what is recorded of it. Before that is trusted, the shipments of before the soft close must have
 * been billed as far as they can be. Where the rules name no T07 nothing is ever accrued here.
 */
const accrualsNotRecorded = (books: Books): Sql => {
  const { bu } = books;
  const accrues = sql`o.state in ('SOFT_CLOSED', 'CLOSING') and exists (select from rm.posting_context c
    where c.bu = ${bu} and coalesce(c.content -> 'postingRules' -> 'templates' ? 'T07', false))`;
  const due = {
    ...{ id: sql`a.currency`, what: sql`'accrual'`, day: sql`null` },
    ...{ currency: sql`a.currency`, amount: sql`a.net::numeric - a."accruedNet"::numeric` },
  };
  const waiting = { id: sql`w.what`, what: sql`w.what`, day: sql`null` };
  return sql`${rowsOf(
    'ACCRUALS_NOT_RECORDED',
    due,
    sql`from accrual a cross join own o where ${accrues} and (a.net, a.cost) <> (a."accruedNet", a."accruedCost")`,
  )} union all ${rowsOf(
    'ACCRUALS_NOT_RECORDED',
    waiting,
    sql`from own o cross join lateral (
      select 'shipments to be billed' as what where ${unanswered(books, sql`(select position from own)`)} > 0
      union all select w.step from ops.outbox w where w.bu = ${bu} and w.done_at is null and w.step = 'recordAccruals') w
      where ${accrues}`,
  )}`;
};

/** What the log tells, at any position of it. Asked in a statement that has the period as `own`, its goods as `unbilled` and its `accrual`. */
export const knownBlockers = (books: Books): readonly Sql[] => [
  openJournals(books),
  shippedNotInvoiced,
  overshipmentsOpen(books),
  taxOtherwise(books),
  tieOutUnexplained(books),
];

/** What only this moment can tell, and a close waits for: so the checklist of a close has none of it. */
export const presentBlockers = (books: Books): readonly Sql[] => [
  accrualsNotRecorded(books),
  journalsNotReconciled(books),
  openApprovals(books),
  stuckWork(books),
];

/** What only this moment can tell, and no close waits for: it is in no checklist, which has to be the same when it is asked for again. */
export const presentHints = (books: Books): readonly Sql[] => [partnersDisagree(books)];
