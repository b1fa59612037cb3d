import { type Refusal, refuse } from '../decider.ts';
import { saidOf } from '../ledger/revenuePolicy.ts';
import type { CustomerDefined, ItemDefined } from '../masterData/events.ts';
import { minor, minorText } from '../money.ts';
import type { AcceptedLine, OrderAccepted } from '../order/events.ts';
import { partialAmounts, partialCost, partialCosts } from '../pricing/lineAmounts.ts';
import { minQty, qty, qtyText } from '../quantity.ts';
import type { ConfirmedLine, ShipmentConfirmed } from '../shipment/events.ts';
import type { InvoiceCharge, InvoiceDrafted, InvoiceLine } from './events.ts';

export type DraftInput = {
  readonly invoiceId: string;
  readonly order: OrderAccepted['data'];
  readonly confirmation: ShipmentConfirmed['data'];
  /**
   * By order line id: what earlier invoices billed (`fromQty`) and what this one may bill (`qty`), base units. A line
   * that is not named is not billed.
   */
  readonly billing: ReadonlyMap<string, { readonly fromQty: string; readonly qty: string }>;
  /** True on the first invoice of the order: freight and other charges of the order are billed with it. */
  readonly withCharges: boolean;
  readonly itemOf: (item: string) => Pick<ItemDefined['data'], 'group' | 'taxCode'> | undefined;
  readonly customer: Pick<CustomerDefined['data'], 'group' | 'taxCode' | 'termsDays'>;
};

type Part = { readonly shipped: ConfirmedLine; readonly fromQty: bigint; readonly qty: bigint };

/** Hands the billable quantity of each order line to the confirmation's lines, in their order. */
const partsOf = (
  input: DraftInput,
): { readonly parts: readonly Part[]; readonly left: ReadonlyMap<string, bigint> } => {
  const cursors = new Map(
    [...input.billing].map(([lineId, plan]) => [lineId, { at: qty(plan.fromQty), left: qty(plan.qty) }]),
  );
  const parts = input.confirmation.lines.flatMap((shipped) => {
    const cursor = cursors.get(shipped.lineId);
    const take = cursor === undefined ? 0n : minQty(cursor.left, qty(shipped.qty));
    if (cursor === undefined || take <= 0n) return [];
    cursors.set(shipped.lineId, { at: cursor.at + take, left: cursor.left - take });
    return [{ shipped, fromQty: cursor.at, qty: take }];
  });
  return { parts, left: new Map([...cursors].map(([lineId, cursor]) => [lineId, cursor.left])) };
};

/** Throws `RangeError` when the order or the catalogue lacks what was accepted before: a bug, or a catalogue that is behind. */
const known = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new RangeError(`${what} is not known`);
  return value;
};

/** By what each component cost, so that the invoices of a line relieve just what its components deferred. */
const costsOf = (
  input: DraftInput,
  { components = [], qty: whole }: ConfirmedLine,
  part: bigint,
): Pick<InvoiceLine, 'costs'> => {
  if (components.length === 0) return {};
  const shares = partialCosts(
    components.map(({ costOfKits }) => minor(costOfKits)),
    qty(whole),
    0n,
    part,
  );
  const costs = components.map(({ item, itemGroup }, index) => ({
    item,
    itemGroup: itemGroup ?? known(input.itemOf(item), `item ${item}`).group,
    cost: minorText(shares[index] ?? 0n),
  }));
  return { costs };
};

const lineOf = (
  input: DraftInput,
  part: Part,
  index: number,
  ordered: ReadonlyMap<string, AcceptedLine>,
): InvoiceLine => {
  const { shipped, fromQty } = part;
  const accepted = known(ordered.get(shipped.lineId), `line ${shipped.lineId} of order ${input.order.orderId}`);
  const item = known(input.itemOf(shipped.item), `item ${shipped.item}`);
  const { currency } = input.order;
  const cost = partialCost(minor(shipped.cost), qty(shipped.qty), 0n, part.qty);
  const amounts = partialAmounts(fromQty, part.qty, accepted.unitPrice, accepted.discounts, currency);
  return {
    invoiceLineId: String(index + 1),
    orderLineId: shipped.lineId,
    shipmentId: input.confirmation.shipmentId,
    shipmentLineId: shipped.shipmentLineId,
    confirmationId: input.confirmation.confirmationId,
    item: shipped.item,
    // The group at shipment, not today's: DEFERRED_COGS must be relieved in the account that it was built up in.
    itemGroup: shipped.itemGroup ?? item.group,
    taxCode: item.taxCode,
    qty: qtyText(part.qty),
    fromQty: qtyText(fromQty),
    unitPrice: accepted.unitPrice,
    gross: minorText(amounts.gross),
    discount: minorText(amounts.discount),
    net: minorText(amounts.net),
    cost: minorText(cost),
    ...costsOf(input, shipped, part.qty),
  };
};

/** A charge's tax code is its own code: `TaxCodesPublished.charges` maps it to the engine's. */
const chargesOf = (input: DraftInput): readonly InvoiceCharge[] =>
  input.withCharges
    ? input.order.charges.map((charge) => ({ code: charge.code, amount: charge.amount, taxCode: charge.code }))
    : [];

/**
 * The invoice of one shipment confirmation. Every price amount is f(fromQty + qty) − f(fromQty) over the order line, every
 * cost the billed part of the shipped line's cost, both cumulative: many partial invoices equal one full invoice to the
 * minor unit (R6, P-21). `undefined`: nothing of this confirmation is billable. Refuses QTY_EXCEEDS_SHIPPED when more
 * is to be billed than was confirmed (Q3).
 */
export const draftInvoice = (input: DraftInput): InvoiceDrafted['data'] | Refusal | undefined => {
  const { order, confirmation, customer } = input;
  const { parts, left } = partsOf(input);
  const over = [...left].find(([, rest]) => rest > 0n);
  if (over !== undefined) {
    const detail = `Line ${over[0]}: ${over[1]} more would be billed than confirmation ${confirmation.confirmationId} shipped.`;
    return refuse('QTY_EXCEEDS_SHIPPED', detail, { lineId: over[0], excess: qtyText(over[1]) });
  }
  if (parts.length === 0) return undefined;
  const ordered = new Map(order.lines.map((line) => [line.lineId, line]));
  return {
    invoiceId: input.invoiceId,
    orderId: order.orderId,
    bu: order.bu,
    kind: 'INVOICE',
    soldTo: order.soldTo,
    billTo: order.billTo,
    shipTo: order.shipTo,
    node: confirmation.node,
    channel: order.channel,
    currency: order.currency,
    shippedAt: confirmation.shippedAt,
    termsDays: order.termsDays ?? customer.termsDays,
    customerGroup: customer.group,
    customerTaxCode: customer.taxCode,
    ...saidOf(confirmation.revenuePolicy),
    lines: parts.map((part, index) => lineOf(input, part, index, ordered)),
    charges: chargesOf(input),
  };
};
