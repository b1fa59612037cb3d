import { type RawBuilder, sql } from 'kysely';
import { periodOf } from '../../domain/calendar.ts';
import { invoiceTemplates } from '../../domain/ledger/invoiceTemplates.ts';
import type { JournalTemplate } from '../../domain/ledger/roles.ts';
import { type LedgerSource, ledgerAt, liveLedger } from '../glStaging/source.ts';
import { allOf, anyOf, equals, type Scope } from '../readModel.ts';

export type UnbilledQuestion = {
  readonly bu?: string | undefined;
  readonly ledger?: string | undefined;
  /** Shipped by the end of this day, and on no invoice by then; undefined: now. */
  readonly through?: string | undefined;
  /** As known at this position of the log; undefined: now. */
  readonly at?: string | undefined;
  readonly scope?: Scope | undefined;
};

/** The read models that it is drawn from. */
export const unbilledModels = ['gl_staging', 'invoices', 'shipments', 'master_data'] as const;

type Sql = RawBuilder<unknown>;

const known = (at: string | undefined): Sql | undefined => (at === undefined ? undefined : sql`j.position <= ${at}`);

const ledgerOf = (at: string | undefined): LedgerSource => (at === undefined ? liveLedger : ledgerAt(at));

/** A version of the journal `j` that was staged again counts nowhere. */
export const stands = (at: string | undefined): Sql =>
  sql`not exists (select from ${ledgerOf(at).superseded} x where x.journal_id = j.journal_id)`;

type Templates = readonly JournalTemplate[];

const isOneOf = (templates: Templates): Sql =>
  sql`j.template_id in (${sql.join(templates.map((each) => sql.lit(each)))})`;

/** By which goods leave, those that a supplier sends among them. */
export const leavingTemplates: Templates = ['T02', 'T02D', 'T13'];
const earned: Templates = ['T02S', 'T04D'];

/** What has no amounts at all, or was issued under rules without the template, has no journal to go by. */
const everPosted = (templates: Templates, ofDocument: Sql): Sql =>
  sql`exists (select from rm.gl_journal j where ${isOneOf(templates)} and ${ofDocument})`;

/**
 * Journals `j` for which `condition` holds. What is dated by which day is the ledger's word: a document that came after the
 * soft close counts where it was posted, so nothing that comes later changes what a period left unbilled.
 */
const journals = (condition: Sql, at: string | undefined): Sql =>
  sql`from rm.gl_journal j where ${allOf([condition, known(at), stands(at)])}`;

/**
 * Invoices whose goods may be on none that is in force: drafts, voided ones, and those that were issued only afterwards. Every
 * confirmation that bills anything drafts its invoice, so goods without one are goods that nobody bills.
 */
const candidates = ({ bu, through, at, scope }: UnbilledQuestion): Sql => {
  const ofInvoice = allOf([sql`i.kind = 'INVOICE'`, equals(sql`i.bu`, bu), anyOf(sql`i.bu`, scope?.bus)]);
  const ofJournal = allOf([isOneOf(invoiceTemplates), equals(sql`j.bu`, bu), anyOf(sql`j.bu`, scope?.bus)]);
  const later = [
    ...(through === undefined ? [] : [sql`j.period >= ${periodOf(through)} and j.accounting_date > ${through}`]),
    ...(at === undefined ? [] : [sql`j.source_position > ${at}`]),
  ];
  return sql`(select i.invoice_id from rm.invoice i where ${ofInvoice} and i.number is null
    union select i.invoice_id from rm.invoice i where ${ofInvoice} and i.void_date is not null
    ${sql.join(
      later.map((each) => sql`union select j.invoice_id from rm.gl_journal j where ${ofJournal} and ${each}`),
      sql` `,
    )})`;
};

const isDue = sql`(c.policy = 'ON_INVOICE' or (c.policy = 'ON_SHIPMENT' and not g.by_then))`;

const due = sql`bool_or(${isDue}) as due, ${sql.join(
  ['qty', 'gross', 'discount', 'net', 'cost'].map(
    (name) =>
      sql`coalesce(sum(${sql.ref(`l.${name}`)}) filter (where ${isDue}), 0) as ${sql.id(`due${name.slice(0, 1).toUpperCase()}${name.slice(1)}`)}`,
  ),
)}, coalesce(jsonb_agg(l.kit) filter (where ${isDue} and l.kit is not null), '[]') as "dueKits"`;

/**
 * Goods that had left by a day and were on no invoice then, a row for each shipment line: `bu`, `ledger`, `orderId`,
 * `orderLineId`, `shipmentId`, `shipmentLineId`, `node`, `channel`, `customer`, `region`, `item`, `currency`, `shippedAt`,
 * `shippedOn`, `qty`, `gross`, `discount`, `net`, `cost`, `voided`. The amounts are those of the draft: what billing would
 * bill next, by the cumulative method. Goods of a voided invoice stay at what they had been billed at, and
 * goods that are all lost until the day on which that was settled. `invoiceIds`: their drafts. `due…` is the part of them
 * whose revenue an accrual stands for: not what left under ON_DELIVERY, which is earned when it arrives, nor what was recognised
 * by then because it left.
 */
export const unbilledLines = (question: UnbilledQuestion): Sql => {
  const { bu, ledger, through, at, scope } = question;
  const isBy = (day: Sql): Sql => (through === undefined ? sql`${day} is not null` : sql`${day} <= ${through}::date`);
  const posted = (templates: Templates, document: Sql): Sql => journals(sql`${isOneOf(templates)} and ${document}`, at);
  const ofInvoice = sql`j.invoice_id = i.invoice_id`;
  const ofShipment = sql`j.shipment_id = s.shipment_id`;
  const ofConfirmation = sql`j.source_position = c.position`;
  return sql`select i.bu, b.content ->> 'ledger' as ledger, i.order_id as "orderId", l.order_line_id as "orderLineId",
      l.shipment_id as "shipmentId", l.shipment_line_id as "shipmentLineId", i.node, i.channel, i.sold_to as customer,
      i.ship_to ->> 'region' as region, l.item, i.currency, min(c.at) as "shippedAt", min(o.day) as "shippedOn",
      sum(l.qty) as qty, sum(l.gross) as gross, sum(l.discount) as discount, sum(l.net) as net, sum(l.cost) as cost,
      bool_or(v.day is not null) as voided, array_agg(distinct i.invoice_id) as "invoiceIds", ${due}
    from ${candidates(question)} k
      join rm.invoice i on i.invoice_id = k.invoice_id
      join rm.business_unit b on b.bu = i.bu
      join rm.invoice_line l on l.invoice_id = i.invoice_id
      join rm.shipment s on s.shipment_id = l.shipment_id
      cross join lateral (select (e ->> 'shippedAt')::timestamptz as at, e ->> 'position' as position,
          coalesce(e ->> 'revenuePolicy', 'ON_INVOICE') as policy
        from jsonb_array_elements(s.confirmations) e where e ->> 'confirmationId' = l.confirmation_id limit 1) c
      cross join lateral (select coalesce((select min(j.accounting_date) ${posted(leavingTemplates, ofConfirmation)}),
        (c.at at time zone (b.content ->> 'timeZone'))::date) as day) o
      cross join lateral (select min(j.accounting_date) as day ${posted(invoiceTemplates, ofInvoice)}) t
      cross join lateral (select min(j.accounting_date) as day ${posted(['T11'], ofInvoice)}) v0
      cross join lateral (select case when ${isBy(sql`v0.day`)} then v0.day end as day) v
      cross join lateral (select min(j.accounting_date) as day ${posted(['T12'], ofShipment)}) r
      cross join lateral (select exists (select ${posted(earned, ofInvoice)} and ${isBy(sql`j.accounting_date`)}) as by_then) g
    where ${allOf([
      equals(sql`i.bu`, bu),
      equals(sql`b.content ->> 'ledger'`, ledger),
      anyOf(sql`i.bu`, scope?.bus),
      at === undefined ? undefined : sql`i.created_position <= ${at} and c.position <= ${at}`,
    ])}
      and ${isBy(sql`o.day`)} and (${isBy(sql`t.day`)} is not true or v.day is not null) and ${isBy(sql`r.day`)} is not true
      and (i.void_reason is distinct from 'GOODS_LOST' or i.number is not null or ${isBy(sql`i.void_date`)} is not true)
      and (l.gross <> 0 or l.cost <> 0)
      and (i.number is null or ${everPosted(invoiceTemplates, ofInvoice)}) and (s.state <> 'VOIDED' or ${everPosted(['T12'], ofShipment)})
    group by i.bu, b.content, i.order_id, l.order_line_id, l.shipment_id, l.shipment_line_id, i.node, i.channel, i.sold_to,
      i.ship_to, l.item, i.currency`;
};
