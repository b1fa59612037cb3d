import type { Day } from '../calendar.ts';
import { minor } from '../money.ts';
import type { Disposition, ReturnInspected } from '../returns/events.ts';
import type { Facts } from './accounts.ts';
import { inOwnersBooks, owedToOwner, soldByOwner } from './intercompanyTemplates.ts';
import { type Lineage, noLineage } from './journal.ts';
import type { Role, TemplateId } from './roles.ts';
import { entry, type Posting, reversed } from './template.ts';

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

const factsOf = ({ node, item, itemGroup, soldTo, sale: { channel, customerGroup, region } }: Inspected): Facts => ({
  ...{ node, item, channel, customer: soldTo, customerGroup },
  ...(region === undefined ? {} : { region }),
  ...(itemGroup === undefined ? {} : { itemGroup }),
});

/** What is thrown away or left to the customer before it was anywhere is the seller's loss; all else comes back to its owner. */
const comesBackToOwner = ({ owned, disposition, from }: Inspected): boolean =>
  owned !== undefined && from === undefined && disposition !== 'SCRAP' && disposition !== 'KEEP';

/** The owner's side: the sale is taken back as it was made; of goods in quarantine the later decision is the owner's alone. */
const inOwner = (data: Inspected, day: Day): readonly Posting[] => {
  const { owned, bu: seller, rmaId, shipmentId, currency, cost: price, from } = data;
  if (owned === undefined || (from === undefined && !comesBackToOwner(data))) return [];
  const [templateId, debit, credit] = movedBy(data);
  const facts = factsOf(data);
  const amount = minor(owned.cost);
  const decided = [entry(debit, 'DEBIT', amount, facts, noLineage), entry(credit, 'CREDIT', amount, facts, noLineage)];
  return [
    {
      ...inOwnersBooks(owned.bu, seller, shipmentId),
      templateId,
      ...{ documentRef: rmaId, shipmentId: null, day, currency, reversalOf: null },
      entries: from === undefined ? reversed(soldByOwner({ seller, owned, price }, facts, debit), undefined) : decided,
    },
  ];
};

/**
 * T09, T09Q, T09S, T09V: what came back, at the cost it left with. Goods that another business unit had owned go back to it at
 * the transfer price that they were sold at: the seller owes that no more (T24).
 */
export const returnInspected = (data: Inspected, day: Day): readonly Posting[] => [
  ...(data.owned !== undefined && data.from === 'QUARANTINE' ? [] : [inSeller(data, day)]),
  ...inOwner(data, day),
];

const inSeller = (data: Inspected, day: Day): Posting => {
  const { orderId, lineId, shipmentId, shipmentLineId, owned, currency } = data;
  const [templateId, debit, credit] = movedBy(data);
  const facts = factsOf(data);
  const lineage: Lineage = { ...noLineage, orderId, orderLineId: lineId, shipmentId, shipmentLineId };
  const cost = minor(data.cost);
  const owed = owned !== undefined && comesBackToOwner(data) ? owedToOwner(facts, { owned }) : undefined;
  return {
    templateId,
    ...(owed === undefined ? {} : { paired: true }),
    documentRef: data.rmaId,
    declaredSource: null,
    orderId,
    // The shipment's own journals are T02 and T12; tie-outs hold them against what its goods did in stock.
    shipmentId: null,
    invoiceId: null,
    day,
    currency,
    reversalOf: null,
    entries: [
      owed === undefined
        ? entry(debit, 'DEBIT', cost, facts, lineage)
        : entry('INTERCOMPANY_AP', 'DEBIT', cost, owed, lineage),
      entry(credit, 'CREDIT', cost, facts, lineage),
    ],
  };
};
