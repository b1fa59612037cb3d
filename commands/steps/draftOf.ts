import { type Refusal, refuse } from '../../domain/decider.ts';
import { draftInvoice } from '../../domain/invoice/draft.ts';
import type { InvoiceDrafted } from '../../domain/invoice/events.ts';
import { type Catalog, customerOf, itemOf } from '../../domain/masterData/catalog.ts';
import { minor, minorText } from '../../domain/money.ts';
import type { OrderAccepted } from '../../domain/order/events.ts';
import type { BilledPart, PlannedInvoice } from '../../domain/orderToCash/stepPayloads.ts';
import { partialCosts } from '../../domain/pricing/lineAmounts.ts';
import { qty } from '../../domain/quantity.ts';
import type { ConfirmedLine, ShipmentConfirmed } from '../../domain/shipment/events.ts';

/** `before`: how many of the line's goods lie before the part. */
type Billed = { readonly part: BilledPart; readonly shipped: ConfirmedLine; readonly before: bigint };

/** What of a line is billed in parts that name it, beyond the order: the last of its goods. */
const billable = ({ lines }: PlannedInvoice, { lineId, shipmentLineId, qty: whole }: ConfirmedLine): bigint => {
  const named = lines.filter((part) => part.lineId === lineId && part.shipmentLineId === shipmentLineId);
  return named.length === 0 ? qty(whole) : named.reduce((sum, part) => sum + qty(part.qty), 0n);
};

/**
 * Which confirmed line each planned part bills: parts come in the order of the confirmed lines, and none is larger than
 * what its line confirmed. A line has several parts when an earlier invoice of it was voided.
 */
const billedLines = (planned: PlannedInvoice, confirmed: readonly ConfirmedLine[]): readonly Billed[] => {
  const left = new Map(confirmed.map((line) => [line, billable(planned, line)]));
  return planned.lines.flatMap((part) => {
    const isMeant = ({ lineId, shipmentLineId }: ConfirmedLine): boolean =>
      lineId === part.lineId && (part.shipmentLineId ?? shipmentLineId) === shipmentLineId;
    const shipped = confirmed.find((line) => isMeant(line) && (left.get(line) ?? 0n) >= qty(part.qty));
    if (shipped === undefined) return [];
    const rest = left.get(shipped) ?? 0n;
    left.set(shipped, rest - qty(part.qty));
    return [{ part, shipped, before: qty(shipped.qty) - rest }];
  });
};

export type DraftSources = {
  readonly catalog: Catalog;
  readonly order: OrderAccepted['data'];
  readonly confirmation: ShipmentConfirmed['data'];
  readonly planned: PlannedInvoice;
};

/** Just these goods of a line, at their part of what it cost. */
const lineOf = ({ part, shipped: { components, ...shipped }, before }: Billed): ConfirmedLine => {
  const line = { ...shipped, qty: part.qty, cost: part.cost };
  if (components === undefined) return line;
  const costs = partialCosts(
    components.map(({ costOfKits }) => minor(costOfKits)),
    qty(shipped.qty),
    before,
    qty(part.qty),
  );
  return {
    ...line,
    components: components.map((one, index) => ({ ...one, costOfKits: minorText(costs[index] ?? 0n) })),
  };
};

/** The draft of one planned part, which is the draft of a confirmation of just that part. */
const draftOfPart = ({ catalog, order, confirmation, planned }: DraftSources, billed: Billed) => {
  const { part } = billed;
  const customer = customerOf(catalog, order.bu, order.soldTo);
  if (customer === undefined) throw new RangeError(`customer ${order.soldTo} is not known`);
  return draftInvoice({
    invoiceId: planned.invoiceId,
    order: { ...order, lines: order.lines.filter(({ lineId }) => lineId === part.lineId) },
    confirmation: { ...confirmation, lines: [lineOf(billed)] },
    billing: new Map([[part.lineId, { fromQty: part.fromQty, qty: part.qty }]]),
    withCharges: planned.withCharges,
    itemOf: (item) => itemOf(catalog, order.bu, item),
    customer,
  });
};

/** The invoice that the process planned, from the recorded confirmation and order. Throws `RangeError` for master data that is gone. */
export const draftOf = (sources: DraftSources): InvoiceDrafted['data'] | Refusal => {
  const billed = billedLines(sources.planned, sources.confirmation.lines);
  if (billed.length < sources.planned.lines.length) {
    return refuse('QTY_EXCEEDS_SHIPPED', `Invoice ${sources.planned.invoiceId} would bill more than was confirmed.`);
  }
  let document: InvoiceDrafted['data'] | undefined;
  const lines: InvoiceDrafted['data']['lines'][number][] = [];
  for (const each of billed) {
    const draft = draftOfPart(sources, each);
    if (draft === undefined) continue;
    if ('refused' in draft) return draft;
    document ??= draft;
    lines.push(...draft.lines);
  }
  if (document === undefined)
    return refuse('QTY_EXCEEDS_SHIPPED', `Invoice ${sources.planned.invoiceId} bills nothing.`);
  return { ...document, lines: lines.map((line, index) => ({ ...line, invoiceLineId: String(index + 1) })) };
};
