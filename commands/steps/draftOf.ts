import { type Refusal, refuse } from '../../domain/decider.ts';
import { draftInvoice } from '../../domain/invoice/draft.ts';
import type { InvoiceDrafted } from '../../domain/invoice/events.ts';
import { type Catalog, customerOf, itemOf } from '../../domain/masterData/catalog.ts';
import type { OrderAccepted } from '../../domain/order/events.ts';
import type { BilledPart, PlannedInvoice } from '../../domain/orderToCash/stepPayloads.ts';
import { qty } from '../../domain/quantity.ts';
import type { ConfirmedLine, ShipmentConfirmed } from '../../domain/shipment/events.ts';

type Billed = { readonly part: BilledPart; readonly shipped: ConfirmedLine };

/**
 * Which confirmed line each planned part bills: parts come in the order of the confirmed lines, and none is larger than
 * what its line confirmed. A line has several parts when an earlier invoice of it was voided.
 */
const billedLines = (planned: PlannedInvoice, confirmed: readonly ConfirmedLine[]): readonly Billed[] => {
  const left = new Map(confirmed.map((line) => [line, qty(line.qty)]));
  return planned.lines.flatMap((part) => {
    const isMeant = ({ lineId, shipmentLineId }: ConfirmedLine): boolean =>
      lineId === part.lineId && (part.shipmentLineId ?? shipmentLineId) === shipmentLineId;
    const shipped = confirmed.find((line) => isMeant(line) && (left.get(line) ?? 0n) >= qty(part.qty));
    if (shipped === undefined) return [];
    left.set(shipped, (left.get(shipped) ?? 0n) - qty(part.qty));
    return [{ part, shipped }];
  });
};

export type DraftSources = {
  readonly catalog: Catalog;
  readonly order: OrderAccepted['data'];
  readonly confirmation: ShipmentConfirmed['data'];
  readonly planned: PlannedInvoice;
};

/** The draft of one planned part, which is the draft of a confirmation of just that part. */
const draftOfPart = ({ catalog, order, confirmation, planned }: DraftSources, { part, shipped }: Billed) => {
  const customer = customerOf(catalog, order.bu, order.soldTo);
  if (customer === undefined) throw new RangeError(`customer ${order.soldTo} is not known`);
  return draftInvoice({
    invoiceId: planned.invoiceId,
    order: { ...order, lines: order.lines.filter(({ lineId }) => lineId === part.lineId) },
    confirmation: { ...confirmation, lines: [{ ...shipped, qty: part.qty, cost: part.cost }] },
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
