import { minor } from '../money.ts';
import type { Facts } from './accounts.ts';
import type { AccrualRecorded, AccrualReversed, AccruedGoods } from './events.ts';
import { type Lineage, noLineage } from './journal.ts';
import { type Entry, entry, type Posting, reversed } from './template.ts';

/** As the invoice line of these goods knows itself, so that both find the same accounts. */
const factsOf = ({ node, channel, customer, customerGroup, region, item, itemGroup }: AccruedGoods): Facts => ({
  node,
  channel,
  customer,
  customerGroup,
  item,
  itemGroup,
  ...(region === undefined ? {} : { region }),
});

const lineageOf = ({ orderId, orderLineId, shipmentId, shipmentLineId }: AccruedGoods): Lineage => ({
  ...noLineage,
  orderId,
  orderLineId,
  shipmentId,
  shipmentLineId,
});

const accruedEntries = (goods: AccruedGoods): readonly Entry[] => {
  const gross = minor(goods.gross);
  const discount = minor(goods.discount);
  const facts = factsOf(goods);
  const lineage = lineageOf(goods);
  // Revenue is at the kit, cost at its components, in the accounts that they left to.
  const costs = (role: 'COGS' | 'DEFERRED_COGS', side: 'DEBIT' | 'CREDIT') =>
    (goods.costs ?? [goods]).map(({ item, itemGroup, cost }) =>
      entry(role, side, minor(cost), factsOf({ ...goods, item, itemGroup }), lineage),
    );
  return [
    entry('UNBILLED_RECEIVABLE', 'DEBIT', gross - discount, facts, lineage),
    entry('SALES_DISCOUNT', 'DEBIT', discount, facts, lineage),
    ...costs('COGS', 'DEBIT'),
    entry('REVENUE_PRODUCT', 'CREDIT', gross, facts, lineage),
    ...costs('DEFERRED_COGS', 'CREDIT'),
  ];
};

const ofGoods = ({ orderId, shipmentId, currency }: AccruedGoods) => ({
  documentRef: shipmentId,
  declaredSource: null,
  orderId,
  shipmentId,
  invoiceId: null,
  postedBy: 'FINANCE' as const,
  currency,
});

/** T07: goods left, and no revenue was posted for them by the period's last day. No tax: that arises with the invoice. */
export const accrualRecorded = (data: AccrualRecorded['data']): Posting => ({
  templateId: 'T07',
  ...ofGoods(data),
  day: data.day,
  reversalOf: null,
  entries: accruedEntries(data),
});

/**
 * T07R: exact reverse of T07 on the first day of the next period. Both events lie in one append, between whose positions no
 * account map can be published, so the map in force at this one is the map that T07 was posted with.
 */
export const accrualReversed = (data: AccrualReversed['data']): Posting => ({
  templateId: 'T07R',
  ...ofGoods(data),
  day: data.day,
  reversalOf: { eventId: data.accrualEventId, templateId: 'T07' },
  entries: reversed(accruedEntries(data), undefined),
});
