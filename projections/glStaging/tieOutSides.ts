import { type RawBuilder, sql } from 'kysely';
import type { LedgerSource } from './source.ts';

export const tieOutPairs = [
  'AR',
  'INVENTORY',
  'DEFERRED_COGS',
  'TAX_PAYABLE',
  'UNBILLED_RECEIVABLE',
  'DEFERRED_REVENUE',
  'GOODS_IN_TRANSIT_OUT',
  'CUSTOMER_DEPOSIT',
  'DROPSHIP_ACCRUAL',
  'CARRIER_CLAIM',
  'INVENTORY_IN_TRANSIT',
  'INTERCOMPANY_AR',
  'INTERCOMPANY_AP',
] as const;
export type TieOutPair = (typeof tieOutPairs)[number];

/** What of the books a tie-out is drawn from. */
export type TieOutRead = {
  readonly bu: string;
  /** The last day that counts. */
  readonly through: string;
  readonly visible: RawBuilder<unknown>;
  readonly source: LedgerSource;
  /** This pair alone, document by document; absent: all of them, each as a whole. */
  readonly itemsOf?: TieOutPair;
};

/** By what rows are told apart beside their currency: by document, or not at all. */
export const documentIn = ({ itemsOf }: TieOutRead, document: RawBuilder<unknown>): RawBuilder<unknown> =>
  itemsOf === undefined ? sql`''::text` : document;

const ofPair = ({ itemsOf }: TieOutRead, pair: RawBuilder<unknown>): RawBuilder<unknown> =>
  itemsOf === undefined ? sql`true` : sql`${pair} = ${itemsOf}`;

/** Of the journal `j`: the event behind it, by whatever it was corrected since, and the position of that event. */
const behind = ({ source: { journals, corrections } }: TieOutRead) => {
  const known = sql`from ${corrections} c where c.journal_id = j.reversal_of or c.replaced_by = j.journal_id limit 1`;
  const eventId = sql`coalesce((select c.source_event_id ${known}), j.source_event_id::text)`;
  const position = sql`coalesce((select o.source_position from ${corrections} f join ${journals} o on o.journal_id = f.journal_id
      where f.source_event_id = (select c.source_event_id ${known}) and o.source_event_id::text = f.source_event_id limit 1), j.source_position)`;
  return { eventId, position };
};

const isOfReturn = sql`j.template_id like 'T09%'`;

/** Of the journal `j` on the pair of `r`: the document that the subledger has it under. Most journals name theirs. */
const documentOfJournal = (read: TieOutRead): RawBuilder<unknown> => {
  const { eventId, position } = behind(read);
  const entered = sql`(select e.document from ${read.source.entries} e where e.entry_position = ${position} and e.pair = r.pair
    order by e.entry_no limit 1)`;
  return sql`coalesce(case
      when r.pair = 'CUSTOMER_DEPOSIT' or (r.pair = 'TAX_PAYABLE' and j.template_id ~ '^T(08|10|23)') then ${entered}
      when r.pair = 'INVENTORY' and ${isOfReturn} then ${eventId}
      when r.pair in ('INTERCOMPANY_AR', 'INTERCOMPANY_AP') then l.dimensions ->> 'tradingPartner'
      else coalesce(j.invoice_id, j.shipment_id) end, j.document_ref)`;
};

const entryColumns = sql`e.entry_position, e.entry_no, e.bu, e.kind, e.day, e.period, e.currency, e.amount, e.document, e.pair`;

/**
 * What other business units have in their books against this one: INTERCOMPANY_AP of B against A is the other side of
 * INTERCOMPANY_AR of A against B, partner by partner. Both journals are of one event, and a day of its own each; it counts on ours.
 */
const saidByPartners = (read: TieOutRead): RawBuilder<unknown> => {
  const { bu, through, visible, source } = read;
  const { lines, journals, superseded } = source;
  const mirror = sql`(values ('INTERCOMPANY_AR', 'INTERCOMPANY_AP', -1), ('INTERCOMPANY_AP', 'INTERCOMPANY_AR', 1)) as m(pair, role, sign)`;
  const day = sql`coalesce((select o.original_date from ${journals} o where o.source_position = j.source_position and o.bu = ${bu} limit 1), j.original_date)`;
  return sql`select j.source_position, l.line_no, ${bu}::text, 'PARTNER', ${day}, j.period, l.currency, (l.debit - l.credit) * m.sign, l.bu, m.pair
      from ${lines} l join ${mirror} on m.role = l.role join ${journals} j on j.journal_id = l.journal_id
      where l.role in ('INTERCOMPANY_AR', 'INTERCOMPANY_AP') and l.bu <> ${bu} and l.dimensions ->> 'tradingPartner' = ${bu}
        and ${ofPair(read, sql`m.pair`)} and ${day} <= ${through} and ${visible}
        and not exists (select from ${superseded} v where v.journal_id = l.journal_id)`;
};

const isGoods = sql`e.pair = 'INVENTORY' and e.kind in ('ISSUE', 'REINSTATEMENT')`;

/**
 * Both sides through a day. `late_document` are the shipments of which something is dated later: only they can have one
 * side before the day and the other behind it, so only their goods are summed document by document.
 */
export const sides = (read: TieOutRead): RawBuilder<unknown> => {
  const { bu, through, visible } = read;
  const { entries, lines, journals, states, superseded } = read.source;
  return sql`role_of(pair, role, sign) as (values ('AR', 'AR_TRADE', 1), ('INVENTORY', 'INVENTORY', 1), ('INVENTORY', 'INVENTORY_RETURNS', 1),
      ('DEFERRED_COGS', 'DEFERRED_COGS', 1), ('TAX_PAYABLE', 'TAX_PAYABLE', -1),
      ('UNBILLED_RECEIVABLE', 'UNBILLED_RECEIVABLE', 1), ('DEFERRED_REVENUE', 'DEFERRED_REVENUE', -1),
      ('GOODS_IN_TRANSIT_OUT', 'GOODS_IN_TRANSIT_OUT', 1), ('CUSTOMER_DEPOSIT', 'CUSTOMER_DEPOSIT', -1),
      ('DROPSHIP_ACCRUAL', 'DROPSHIP_ACCRUAL', -1), ('CARRIER_CLAIM', 'CARRIER_CLAIM', 1),
      ('INVENTORY_IN_TRANSIT', 'INVENTORY_IN_TRANSIT', 1),
      ('INTERCOMPANY_AR', 'INTERCOMPANY_AR', 1), ('INTERCOMPANY_AP', 'INTERCOMPANY_AP', -1)),
    entry as materialized (select ${entryColumns} from ${entries} e where e.bu = ${bu} and e.day <= ${through} and ${ofPair(read, sql`e.pair`)}
      and (e.pair <> 'INVENTORY' or e.amount <> 0) and ${visible}
      union all ${saidByPartners(read)}),
    posted as materialized (select r.pair, l.journal_id, l.currency, j.accounting_date, j.original_date, j.template_id, j.shipment_id,
        case when ${isOfReturn} then ${behind(read).eventId} end as inspection_event_id,
        ${documentIn(read, documentOfJournal(read))} as document,
        exists (select from ${lines} u where u.journal_id = l.journal_id and u.account is null) as unmapped, (l.debit - l.credit) * r.sign as amount
      from ${lines} l join role_of r on r.role = l.role join ${journals} j on j.journal_id = l.journal_id
      where l.bu = ${bu} and least(j.accounting_date, j.original_date) <= ${through} and ${ofPair(read, sql`r.pair`)} and ${visible}
        and not exists (select from ${superseded} v where v.journal_id = l.journal_id)),
    tax as (select currency, document, sum(amount) filter (where kind not in ('COMMITTED', 'TAX_VOIDED')) as issued,
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
};

/** Of the entries: which are the subledger's own side. What was issued, or accepted since, is not what the tax engine has. */
export const isOfSubledger = sql`(pair <> 'TAX_PAYABLE' or kind in ('COMMITTED', 'TAX_VOIDED'))`;

/** Of what was posted: what is in the balance of that day. */
export const isInBalance = ({ through }: TieOutRead): RawBuilder<unknown> =>
  sql`(not unmapped and accounting_date <= ${through})`;
