import type { SupplierBillMatched } from '../dropShip/events.ts';
import { minor } from '../money.ts';
import type { Facts } from './accounts.ts';
import { type Lineage, noLineage } from './journal.ts';
import { type Entry, entry, type Posting } from './template.ts';

type Matched = SupplierBillMatched['data'];

const lineEntries = (data: Matched, line: Matched['lines'][number]): readonly Entry[] => {
  const { lineId, item, itemGroup } = line;
  const facts: Facts = { node: data.supplier, item, ...(itemGroup === undefined ? {} : { itemGroup }) };
  const { orderId, shipmentId } = data;
  const lineage: Lineage = { ...noLineage, orderId, orderLineId: lineId, shipmentId, shipmentLineId: lineId };
  return [
    entry('DROPSHIP_ACCRUAL', 'DEBIT', minor(line.accrued), facts, lineage),
    entry('COGS_VARIANCE', 'DEBIT', minor(line.variance), facts, lineage),
    entry('AP_CLEARING', 'CREDIT', minor(line.billed), facts, lineage),
  ];
};

/** T13M: the accrual of T13 becomes what the supplier really billed; the difference is a variance of cost, dearer or cheaper. */
export const supplierBillMatched = (data: Matched): Posting => ({
  templateId: 'T13M',
  documentRef: data.billId,
  declaredSource: null,
  orderId: data.orderId,
  shipmentId: data.shipmentId,
  invoiceId: null,
  day: data.billDate,
  currency: data.currency,
  reversalOf: null,
  entries: data.lines.flatMap((line) => lineEntries(data, line)),
});
