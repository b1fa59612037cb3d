import { type RawBuilder, sql } from 'kysely';
import { documentIn, type TieOutPair, type TieOutRead, tieOutPairs } from './tieOutSides.ts';

/** Why the sides of these pairs differ: rows `pair, currency, document, reason, amount, count`, drawn from `sides`. */
type Reason = { readonly pairs: readonly TieOutPair[]; readonly rows: RawBuilder<unknown> };

/**
 * Confirmed shipments of which not every line has been issued from stock yet: the ledger has them from the confirmation, stock
 * issues them line by line right after it. One that was voided is none of them, and one that was posted anew is one.
 */
const notIssued = ({ through, source: { entries, journals, corrections } }: TieOutRead): RawBuilder<unknown> => sql`
      select o.document, o.currency, coalesce(i.amount, 0) - o.amount as amount
      from (select shipment_id as document, currency, count(*) as lines, sum(amount) as amount from posted
          where pair = 'INVENTORY' and template_id in ('T02', 'T02D', 'T24') and original_date <= ${through}
            and not exists (select from ${corrections} c where c.replaced_by = posted.journal_id and c.kind = 'REPOST') group by 1, 2) o
        left join (select document, currency, count(*) as lines, sum(amount) as amount from entry
          where pair = 'INVENTORY' and kind = 'ISSUE' group by 1, 2) i on i.document = o.document and i.currency = o.currency
      where coalesce(i.lines, 0) < o.lines
        and not exists (select from ${journals} j where j.shipment_id = o.document and j.template_id = 'T12')
        and (select count(*) from ${entries} e where e.document = o.document and e.pair = 'INVENTORY' and e.kind = 'ISSUE' and e.amount <> 0) < o.lines`;

/** Of journals: no account, a later period; of entries: no journal yet, or one that the ERP posts itself. */
const postingReasons = (read: TieOutRead): readonly Reason[] => {
  const { through } = read;
  const { journals, corrections } = read.source;
  const [entered, posted] = [documentIn(read, sql`e.document`), documentIn(read, sql`document`)];
  return [
    {
      pairs: ['AR'],
      rows: sql`select 'AR', e.currency, ${entered}, 'PAYMENTS_POSTED_BY_ERP', sum(e.amount), count(*) from entry e
        where e.pair = 'AR' and e.kind = 'PAID' and not exists (select from ${journals} j where j.source_position = e.entry_position) group by 2, 3`,
    },
    {
      pairs: tieOutPairs,
      rows: sql`select pair, currency, ${posted}, 'JOURNALS_UNMAPPED', sum(amount), count(*)
        from posted where unmapped and original_date <= ${through} group by 1, 2, 3`,
    },
    {
      pairs: tieOutPairs,
      rows: sql`select pair, currency, ${posted}, 'POSTED_IN_LATER_PERIOD', sum(amount), count(*)
        from posted where not unmapped and original_date <= ${through} and accounting_date > ${through} group by 1, 2, 3`,
    },
    {
      pairs: tieOutPairs,
      rows: sql`select e.pair, e.currency, ${entered}, 'JOURNALS_NOT_STAGED', sum(e.amount), count(*) from entry e
        where e.amount <> 0 and e.kind <> 'PAID' and (e.pair in ('AR', 'DEFERRED_COGS', 'UNBILLED_RECEIVABLE', 'DEFERRED_REVENUE', 'GOODS_IN_TRANSIT_OUT', 'CUSTOMER_DEPOSIT', 'DROPSHIP_ACCRUAL', 'CARRIER_CLAIM', 'INVENTORY_IN_TRANSIT') or e.kind in ('ISSUE', 'REINSTATEMENT', 'ADJUSTMENT', 'TRANSFER', 'COST_VARIANCE'))
          and not exists (select from ${journals} j where j.source_position = e.entry_position)
          and not exists (select from ${corrections} c where c.position = e.entry_position and c.kind = 'VOID')
          and not (e.kind in ('ISSUE', 'REINSTATEMENT') and exists (select from ${journals} j where j.shipment_id = e.document and j.template_id in ('T02', 'T02D', 'T12', 'T24'))) group by 1, 2, 3`,
    },
  ];
};

/** Stock that the ERP posts, that was valued anew, and whose entry and journal are not of the same day. */
const stockReasons = (read: TieOutRead): readonly Reason[] => {
  const { through } = read;
  const { journals } = read.source;
  const of = (rows: RawBuilder<unknown>): Reason => ({ pairs: ['INVENTORY'], rows });
  return [
    of(sql`select pair, currency, ${documentIn(read, sql`document`)}, case kind when 'RECEIPT' then 'RECEIPTS_POSTED_BY_ERP' when 'LATE_COST' then 'LATE_COSTS_POSTED_BY_ERP' else 'STOCK_REVALUED' end, sum(amount), count(*)
        from entry where pair = 'INVENTORY' and kind in ('RECEIPT', 'LATE_COST', 'REVALUATION') group by 1, 2, 3, 4`),
    of(sql`select 'INVENTORY', g.currency, ${documentIn(read, sql`g.document`)}, case when g.held then 'JOURNALS_HELD' else 'DATED_IN_ANOTHER_PERIOD' end, sum(e.dated - g.dated), count(*)
        from stock_of e join ledger_of g on g.document = e.document and g.currency = e.currency
        where e.total = g.total and e.dated <> g.dated group by 2, 3, 4`),
    of(sql`select 'INVENTORY', n.currency, ${documentIn(read, sql`n.document`)}, 'STOCK_NOT_ISSUED', sum(n.amount), count(*)
        from (${notIssued(read)}) n group by 2, 3`),
    of(sql`select 'INVENTORY', e.currency, ${documentIn(read, sql`e.document`)}, 'JOURNALS_NOT_STAGED', sum(e.amount), count(*) from entry e
        where e.pair = 'INVENTORY' and e.kind = 'RETURN' and not exists (select from ${journals} j where j.source_event_id = case when e.kind = 'RETURN' then e.document::uuid end) group by 2, 3`),
    of(sql`select 'INVENTORY', p.currency, ${documentIn(read, sql`p.document`)}, 'RETURN_NOT_IN_STOCK', -sum(p.amount), count(*)
        from (select currency, document, inspection_event_id, sum(amount) as amount from posted
            where pair = 'INVENTORY' and template_id in ('T09', 'T09Q') and original_date <= ${through} group by 1, 2, 3) p
        where p.amount <> 0 and not exists (select from entry e where e.document = p.inspection_event_id and e.pair = 'INVENTORY' and e.kind = 'RETURN') group by 2, 3`),
  ];
};

const taxReasons = (read: TieOutRead): readonly Reason[] => {
  const document = documentIn(read, sql`document`);
  const of = (rows: RawBuilder<unknown>): Reason => ({ pairs: ['TAX_PAYABLE'], rows });
  return [
    of(sql`select 'TAX_PAYABLE', currency, ${document}, 'TAX_NOT_COMMITTED', -sum(issued), count(*)
        from tax where committed is null and issued <> 0 group by 2, 3`),
    of(sql`select 'TAX_PAYABLE', currency, ${document}, 'TAX_COMMITTED_DIFFERENTLY', sum(committed - coalesce(issued, 0)), count(*)
        from tax where committed is not null and committed <> coalesce(issued, 0) group by 2, 3`),
  ];
};

/**
 * What explains a difference. Reasons: goods receipts, late costs of them and payments that the ERP posts itself, stock × cost moved
 * by a new cost or by rounding, journals without account, journals moved to a later period, entries whose journal is not
 * staged yet (a void has none where finance had reversed the document's), goods whose journal is dated in another period than their stock entry or held there, goods of a confirmed
 * shipment that stock has yet to issue, returned goods that it has yet to take in, tax not yet committed or committed with another amount.
 */
export const explained = (read: TieOutRead): RawBuilder<unknown> => {
  const { itemsOf } = read;
  const meant = [...stockReasons(read), ...postingReasons(read), ...taxReasons(read)].filter(
    ({ pairs }) => itemsOf === undefined || pairs.includes(itemsOf),
  );
  const all = sql.join(
    meant.map(({ rows }) => rows),
    sql` union all `,
  );
  return sql`explained(pair, currency, document, reason, amount, count) as (${all})`;
};
