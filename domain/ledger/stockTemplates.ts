import type { Day } from '../calendar.ts';
import { minor } from '../money.ts';
import type { ConfirmedLine, ShipmentConfirmed, ShipmentVoided } from '../shipment/events.ts';
import type { StockAdjusted } from '../stock/events.ts';
import type { Facts } from './accounts.ts';
import { inOwnersBooks, owedToOwner, ownersPart, soldByOwner } from './intercompanyTemplates.ts';
import { commonLineage, type Lineage, noLineage } from './journal.ts';
import { giftsTakenBack } from './overshipmentTemplates.ts';
import { costWaitsIn, type EarlierThanIssue } from './revenuePolicy.ts';
import type { Role, TemplateId } from './roles.ts';
import { type DocumentJournal, type Entry, entry, type Posting, reversed } from './template.ts';

const shippedFacts = (node: string, customer: string | undefined, line: ConfirmedLine): Facts => ({
  node,
  item: line.item,
  ...(customer === undefined ? {} : { customer }),
  ...(line.itemGroup === undefined ? {} : { itemGroup: line.itemGroup }),
});

type ShipmentKey = { readonly orderId: string; readonly shipmentId: string; readonly node: string };

const shippedLineage = ({ orderId, shipmentId }: ShipmentKey, line: ConfirmedLine): Lineage => ({
  ...noLineage,
  orderId,
  orderLineId: line.lineId,
  shipmentId,
  shipmentLineId: line.shipmentLineId,
});

const shippedEntries = (
  key: ShipmentKey,
  customer: string | undefined,
  line: ConfirmedLine,
  policy: EarlierThanIssue | undefined,
  credited: 'INVENTORY' | 'DROPSHIP_ACCRUAL' = 'INVENTORY',
): readonly Entry[] => {
  const facts = shippedFacts(key.node, customer, line);
  const lineage = shippedLineage(key, line);
  const { owned } = line;
  const waits = entry(costWaitsIn(policy), 'DEBIT', minor(line.cost), facts, lineage);
  return owned === undefined
    ? [waits, entry(credited, 'CREDIT', minor(line.cost), facts, lineage)]
    : [waits, entry('INTERCOMPANY_AP', 'CREDIT', minor(line.cost), owedToOwner(facts, { owned }), lineage)];
};

/** Cost is at the components of a kit (spec 4.8), also of what left and belongs to no whole kit yet. */
const costed = (line: ConfirmedLine): readonly ConfirmedLine[] => {
  const { components, itemGroup: _group, owned: _owned, ...rest } = line;
  if (components === undefined) return [line];
  const left = components.filter(({ qty }) => qty !== '0');
  return left.map(({ item, itemGroup, qty, cost, owned }) => ({
    ...{ ...rest, item, qty, cost },
    ...(owned === undefined ? {} : { owned }),
    ...(itemGroup === undefined ? {} : { itemGroup }),
  }));
};

const ofShipment = ({ orderId, shipmentId }: ShipmentKey) => ({
  orderId,
  shipmentId,
  invoiceId: null,
  declaredSource: null,
});

const leavingTemplate = (policy: EarlierThanIssue | undefined, lines: readonly ConfirmedLine[]): TemplateId => {
  if (lines.some(({ owned }) => owned !== undefined)) return 'T24';
  return policy === 'ON_DELIVERY' ? 'T02D' : 'T02';
};

type Left = { readonly bu: string; readonly shipmentId: string; readonly node: string; readonly currency: string };

/** T24, in the books of each owner of goods that left: a node has one. */
const soldToSeller = (
  { bu: seller, shipmentId, node, currency }: Left,
  lines: readonly ConfirmedLine[],
  day: Day,
): readonly Posting[] => {
  const owners = [...new Set(lines.flatMap(({ owned }) => owned?.bu ?? []))];
  return owners.map((owner) => ({
    ...inOwnersBooks(owner, seller, shipmentId),
    templateId: 'T24',
    ...{ documentRef: shipmentId, shipmentId, day, currency, reversalOf: null },
    entries: lines.flatMap((line) => {
      const { owned, cost: price } = line;
      return owned?.bu === owner ? soldByOwner({ seller, owned, price }, shippedFacts(node, undefined, line)) : [];
    }),
  }));
};

/**
 * T02: goods left; their cost waits until revenue is recognised. T02D, ON_DELIVERY: it is on the way with them. T13: a supplier
 * sent them, so they were never our stock, and what the purchase order says will be billed for them; it waits in the same place.
 * T24: another business unit owned them; the seller's cost is the transfer price, which it owes.
 */
const leftTheSeller = (data: ShipmentConfirmed['data'], lines: readonly ConfirmedLine[], day: Day): Posting => ({
  templateId: data.kind === 'DROPSHIP' ? 'T13' : leavingTemplate(data.revenuePolicy, lines),
  documentRef: data.shipmentId,
  ...ofShipment(data),
  day,
  currency: data.currency,
  reversalOf: null,
  entries: lines.flatMap((line) =>
    shippedEntries(
      data,
      data.soldTo,
      line,
      data.revenuePolicy,
      data.kind === 'DROPSHIP' ? 'DROPSHIP_ACCRUAL' : 'INVENTORY',
    ),
  ),
});

/** In the books of whoever sold them, and of whoever owned them. */
export const shipmentConfirmed = (data: ShipmentConfirmed['data'], day: Day): readonly Posting[] => {
  const lines = data.lines.flatMap(costed);
  return [leftTheSeller(data, lines, day), ...soldToSeller(data, lines, day)];
};

/** T14: what the carrier will bill for this confirmation, in the carrier's currency. */
export const freightCost = (data: ShipmentConfirmed['data'], day: Day): Posting => {
  const { amount = '0', currency = data.currency } = data.freightCost ?? {};
  const facts = { node: data.node, customer: data.soldTo };
  const lineage = commonLineage(data.lines.map((line) => shippedLineage(data, line)));
  const entries = [
    entry('FREIGHT_EXPENSE', 'DEBIT', minor(amount), facts, lineage),
    entry('FREIGHT_ACCRUAL', 'CREDIT', minor(amount), facts, lineage),
  ];
  return {
    templateId: 'T14',
    documentRef: data.shipmentId,
    ...ofShipment(data),
    day,
    currency,
    reversalOf: null,
    entries,
  };
};

/**
 * T12: exact reverse of T02 or T02D, one journal per confirmation, each linked to the journal it reverses; and of the T19 of goods
 * that had been given away. T14 is not reversed: the
 * goods came back, but the carrier drove and will bill it, so the freight stays spent.
 */
export const shipmentVoided = (data: ShipmentVoided['data'], day: Day): readonly Posting[] => {
  const confirmed = new Map(data.confirmed?.map((each) => [each.confirmationId, each]));
  const ids = [...new Set(data.lines.map((line) => line.confirmationId))];
  const goods = ids.flatMap((confirmationId): readonly Posting[] => {
    const original = confirmed.get(confirmationId);
    const policy = original?.revenuePolicy;
    const part = ids.length === 1 ? undefined : confirmationId;
    const lines = data.lines.filter((line) => line.confirmationId === confirmationId).flatMap(costed);
    const leaving = leavingTemplate(policy, lines);
    const takenBack = (of?: string): DocumentJournal | null =>
      original === undefined
        ? null
        : { eventId: original.eventId, templateId: leaving, ...(of === undefined ? {} : { part: of }) };
    const sellers: Posting = {
      templateId: 'T12',
      ...(part === undefined ? {} : { part }),
      ...(leaving === 'T24' ? { paired: true } : {}),
      documentRef: data.shipmentId,
      ...ofShipment(data),
      day,
      currency: data.currency,
      reversalOf: takenBack(),
      entries: lines.flatMap((line) => reversed(shippedEntries(data, undefined, line, policy), original?.position)),
    };
    const owners = soldToSeller(data, lines, day).map(
      (sold): Posting => ({
        ...sold,
        templateId: 'T12',
        part: ownersPart(part),
        reversalOf: takenBack(ownersPart()),
        entries: reversed(sold.entries, original?.position),
      }),
    );
    return [sellers, ...owners];
  });
  return [...goods, ...giftsTakenBack(data, day)];
};

/** What was there and is not, or the other way round, against where it went. */
const adjustedBy = (data: StockAdjusted['data'], day: Day, templateId: 'T15' | 'T16', against: Role): Posting => {
  const { node, item, itemGroup, reason } = data;
  const facts: Facts = { node, item, reason, ...(itemGroup === undefined ? {} : { itemGroup }) };
  const shortage = data.qty.startsWith('-');
  const cost = minor(data.cost);
  const entries = [
    entry(shortage ? against : 'INVENTORY', 'DEBIT', cost, facts, noLineage),
    entry(shortage ? 'INVENTORY' : against, 'CREDIT', cost, facts, noLineage),
  ];
  const pinnedAt = data.scrap?.takesBackPosition;
  return {
    templateId,
    ...(data.owner === undefined ? {} : { books: data.owner }),
    documentRef: data.reference,
    declaredSource: `stock-adjustment:${node}/${item}/${data.reference}`,
    orderId: null,
    shipmentId: null,
    invoiceId: null,
    day,
    currency: data.currency,
    reversalOf: null,
    entries: pinnedAt === undefined ? entries : entries.map((each) => ({ ...each, pinnedAt })),
  };
};

/**
 * T15: a count or an accident; the reason may pick another account than the usual SHRINKAGE. T16: goods were thrown away, or
 * were not after all; by rules that do not know of it T15, like every other loss.
 */
export const stockAdjusted = (data: StockAdjusted['data'], day: Day): Posting => {
  const loss = adjustedBy(data, day, 'T15', 'SHRINKAGE');
  return data.scrap === undefined ? loss : { ...adjustedBy(data, day, 'T16', 'SCRAP'), otherwise: loss };
};
