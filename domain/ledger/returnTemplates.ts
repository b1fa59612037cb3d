import type { Day } from '../calendar.ts';
import { minor } from '../money.ts';
import type { Disposition, ReturnInspected } from '../returns/events.ts';
import type { Facts } from './accounts.ts';
import { type Lineage, noLineage } from './journal.ts';
import type { Role, TemplateId } from './roles.ts';
import { entry, type Posting } from './template.ts';

type Inspected = ReturnInspected['data'];
type Moved = readonly [templateId: TemplateId, debit: Role, credit: Role];

/** What was a cost of sales becomes stock, stock that waits for a decision, a loss, or what the supplier owes. */
const byDisposition: Readonly<Record<Disposition, Moved>> = {
  RESTOCK: ['T09', 'INVENTORY', 'COGS'],
  QUARANTINE: ['T09Q', 'INVENTORY_RETURNS', 'COGS'],
  SCRAP: ['T09S', 'SCRAP', 'COGS'],
  KEEP: ['T09S', 'GOODWILL', 'COGS'],
  RETURN_TO_VENDOR: ['T09V', 'GRNI', 'COGS'],
};

/** The later decision is T09Q as well: it relieves what the first one built up. */
const movedBy = ({ disposition, from }: Inspected): Moved => {
  const [templateId, debit, credit] = byDisposition[disposition];
  return from === 'QUARANTINE' ? ['T09Q', debit, 'INVENTORY_RETURNS'] : [templateId, debit, credit];
};

/** T09, T09Q, T09S, T09V: what came back, at the cost it left with. */
export const returnInspected = (data: Inspected, day: Day): Posting => {
  const { orderId, lineId, shipmentId, shipmentLineId, node, item, itemGroup, soldTo, currency, sale } = data;
  const [templateId, debit, credit] = movedBy(data);
  const { channel, customerGroup, region } = sale;
  const facts: Facts = {
    ...{ node, item, channel, customer: soldTo, customerGroup },
    ...(region === undefined ? {} : { region }),
    ...(itemGroup === undefined ? {} : { itemGroup }),
  };
  const lineage: Lineage = { ...noLineage, orderId, orderLineId: lineId, shipmentId, shipmentLineId };
  const cost = minor(data.cost);
  return {
    templateId,
    documentRef: data.rmaId,
    declaredSource: null,
    orderId,
    // The shipment's own journals are T02 and T12; tie-outs hold them against what its goods did in stock.
    shipmentId: null,
    invoiceId: null,
    day,
    currency,
    reversalOf: null,
    entries: [entry(debit, 'DEBIT', cost, facts, lineage), entry(credit, 'CREDIT', cost, facts, lineage)],
  };
};
