import { z } from 'zod';
import type { InventoryLine, ShippingOrder, WireMessage } from './schema.ts';

/**
 * Goods that came, were counted or left in another way than by the warehouse's own shipments: in development people say so to
 * the ledger, and it is handed on. `shipmentNumber`: they left with that shipment, which the warehouse may have told itself.
 */
export const stockMovement = z.strictObject({
  id: z.string().min(1).max(200),
  depositorCode: z.string().min(1).max(200),
  warehouseCode: z.string().min(1).max(200),
  itemNumber: z.string().min(1).max(200),
  quantity: z.string().regex(/^-?[1-9]\d{0,17}$/),
  shipmentNumber: z.string().min(1).max(200).optional(),
});
export type StockMovement = z.infer<typeof stockMovement>;

type Report = { readonly takenAt: string; readonly messagesThrough: string; readonly lines: readonly InventoryLine[] };

/** What lies where, and what was counted of it lately. Mutable on purpose, as the floor is. */
export type Shelves = {
  /** By depositor, by warehouse and item. */
  readonly onHand: Map<
    string,
    Map<string, { readonly place: Pick<InventoryLine, 'warehouseCode' | 'itemNumber'>; readonly qty: bigint }>
  >;
  /** Shipments that the warehouse told, and those that people said. */
  readonly advised: Set<string>;
  readonly byHand: Set<string>;
  /** Movements that may come again. */
  readonly seen: Set<string>;
  readonly reports: Map<string, Report>;
};

const rememberedMax = 100_000;
const reportsMax = 20;

export const emptyShelves = (): Shelves => ({
  ...{ onHand: new Map(), advised: new Set(), byHand: new Set(), seen: new Set(), reports: new Map() },
});

/** Forgets what came first: a development peer, not an archive. */
const remember = (known: Set<string>, id: string): void => {
  known.add(id);
  if (known.size > rememberedMax) for (const oldest of known) return void known.delete(oldest);
};

const move = (
  { onHand }: Shelves,
  place: Pick<StockMovement, 'depositorCode' | 'warehouseCode' | 'itemNumber'>,
  quantity: bigint,
): void => {
  const { depositorCode, warehouseCode, itemNumber } = place;
  const shelves = onHand.get(depositorCode) ?? new Map();
  onHand.set(depositorCode, shelves);
  const key = JSON.stringify([warehouseCode, itemNumber]);
  shelves.set(key, { place: { warehouseCode, itemNumber }, qty: (shelves.get(key)?.qty ?? 0n) + quantity });
};

export const moveByHand = (shelves: Shelves, movements: readonly StockMovement[]): void => {
  for (const { id, quantity, shipmentNumber, ...place } of movements) {
    if (shelves.seen.has(id)) continue;
    remember(shelves.seen, id);
    if (shipmentNumber !== undefined && shelves.advised.has(shipmentNumber)) continue;
    if (shipmentNumber !== undefined) remember(shelves.byHand, shipmentNumber);
    move(shelves, place, BigInt(quantity));
  }
};

type Advice = Extract<WireMessage, { messageType: 'SHIPPING_ADVICE' }>;

export const moveShipped = (shelves: Shelves, order: ShippingOrder, advice: Advice): void => {
  if (shelves.byHand.has(advice.shipmentNumber)) return;
  remember(shelves.advised, advice.shipmentNumber);
  const itemOf = new Map(order.lines.map((line) => [line.lineReference, line.itemNumber]));
  for (const { lineReference, quantityShipped } of advice.lines) {
    const itemNumber = itemOf.get(lineReference);
    if (itemNumber !== undefined) move(shelves, { ...order, itemNumber }, -BigInt(quantityShipped));
  }
};

/** Counts all that a depositor has, once for each report. */
export const takeReport = (shelves: Shelves, reportId: string, depositorCode: string, through: number): Report => {
  const taken = shelves.reports.get(reportId);
  if (taken !== undefined) return taken;
  const all = [...(shelves.onHand.get(depositorCode)?.values() ?? [])];
  const report = {
    takenAt: new Date().toISOString(),
    messagesThrough: String(through),
    lines: all.map(({ place, qty }) => ({ ...place, quantityOnHand: qty.toString() })),
  };
  shelves.reports.set(reportId, report);
  if (shelves.reports.size > reportsMax)
    for (const oldest of shelves.reports.keys()) {
      shelves.reports.delete(oldest);
      break;
    }
  return report;
};
