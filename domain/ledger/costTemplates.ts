import type { Day } from '../calendar.ts';
import { minor } from '../money.ts';
import type { CostCorrected } from '../stock/costEvents.ts';
import type { Facts } from './accounts.ts';
import { type Lineage, noLineage } from './journal.ts';
import { type Entry, entry, type Posting } from './template.ts';

type Corrected = CostCorrected['data'];

/** Out of stock, where the supplier's document put all of it, and into the cost of what had left; below zero the other way. */
const moved = (amount: string, facts: Facts, lineage: Lineage): readonly Entry[] => [
  entry('COGS_VARIANCE', 'DEBIT', minor(amount), facts, lineage),
  entry('INVENTORY', 'CREDIT', minor(amount), facts, lineage),
];

const variances = (data: Corrected): readonly Entry[] => {
  const { node, item, itemGroup, about, owner } = data;
  const facts: Facts = { node, item, ...(itemGroup === undefined ? {} : { itemGroup }) };
  if (about.kind === 'RECEIPT') return moved(data.variance, facts, noLineage);
  const { orderId, shipmentId, soldTo } = about;
  const sold = soldTo === undefined ? facts : { ...facts, customer: soldTo };
  return about.lines.flatMap(({ lineId, shipmentLineId, amount }) =>
    moved(
      amount,
      sold,
      owner === undefined ? { ...noLineage, orderId, orderLineId: lineId, shipmentId, shipmentLineId } : noLineage,
    ),
  );
};

/** Where no order of the books is behind it (G3). */
const sourceOf = ({ bu, node, item, about, owner }: Corrected): string | null => {
  if (about.kind === 'RECEIPT') return `stock-receipt:${node}/${item}/${about.reference}`;
  return owner === undefined ? null : `intercompany-sale:${bu}/${about.shipmentId}`;
};

/**
 * T21: the part of a late cost that belongs to goods that have left. What they left with stays as it was posted. The part of
 * goods that are still there is in stock by the supplier's document, which the ERP posts as it does goods receipts.
 */
export const costCorrected = (data: Corrected, day: Day): Posting => {
  const { about, owner } = data;
  return {
    templateId: 'T21',
    ...(owner === undefined ? {} : { books: owner }),
    documentRef: data.reference,
    declaredSource: sourceOf(data),
    orderId: about.kind === 'RECEIPT' || owner !== undefined ? null : about.orderId,
    // The shipment's own journals are T02 and T12; tie-outs hold them against what its goods did in stock.
    shipmentId: null,
    invoiceId: null,
    day,
    currency: data.currency,
    reversalOf: null,
    entries: variances(data),
  };
};
