import { z } from 'zod';
import { type ShippingOrder, shippingOrder, type WireMessage, warehouseMessage } from './schema.ts';

import { emptyShelves, moveByHand, moveShipped, type Shelves, stockMovement } from './simulatorShelves.ts';

const stoppedLine = z.strictObject({ lineReference: z.string(), quantityStopped: z.string() });

/** What the simulated warehouse writes down. A restart folds these again. */
export const floorEntry = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('order'), warehouseReference: z.string(), order: shippingOrder }),
  z.strictObject({ kind: z.literal('stop'), releaseId: z.string(), changeId: z.string(), lines: z.array(stoppedLine) }),
  /** `lost`: it happened there, and its message never came into the feed. */
  z.strictObject({ kind: z.literal('message'), content: warehouseMessage, lost: z.literal(true).optional() }),
  z.strictObject({ kind: z.literal('again'), releaseId: z.string(), requestId: z.string() }),
  z.strictObject({ kind: z.literal('stock'), movements: z.array(stockMovement) }),
]);
export type FloorEntry = z.infer<typeof floorEntry>;
export type StoppedLine = z.infer<typeof stoppedLine>;

type Quantities = {
  readonly stopped: bigint;
  readonly picked: bigint;
  readonly shipped: bigint;
  readonly short: bigint;
};
const nothing: Quantities = { stopped: 0n, picked: 0n, shipped: 0n, short: 0n };

export type FloorOrder = {
  readonly order: ShippingOrder;
  readonly warehouseReference: string;
  /** By line reference; a reference that is named twice was ordered twice. */
  readonly ordered: ReadonlyMap<string, bigint>;
  readonly lines: ReadonlyMap<string, Quantities>;
  readonly stops: ReadonlyMap<string, readonly StoppedLine[]>;
  readonly picks: number;
  readonly shipments: number;
  /** Everything that was told of it, or would have been had it not been lost. */
  readonly told: readonly WireMessage[];
  /** Requests to tell it again that were followed. */
  readonly again: readonly string[];
};

/** Mutable on purpose: it belongs to one simulator and is rebuilt from its entries. */
export type Floor = {
  readonly orders: Map<string, FloorOrder>;
  /** The newest messages; the first one has sequence `forgotten + 1`. */
  messages: WireMessage[];
  forgotten: number;
  ordersEver: number;
  readonly shelves: Shelves;
};

const messagesMax = 200_000;
const ordersMax = 200_000;

export const emptyFloor = (): Floor => ({
  ...{ orders: new Map(), messages: [], forgotten: 0, ordersEver: 0 },
  shelves: emptyShelves(),
});

/** What could still be stopped or shipped. */
export const openOf = ({ ordered, lines }: FloorOrder, lineReference: string): bigint => {
  const { stopped, shipped, short } = lines.get(lineReference) ?? nothing;
  const open = (ordered.get(lineReference) ?? 0n) - stopped - shipped - short;
  return open > 0n ? open : 0n;
};

const orderedOf = ({ lines }: ShippingOrder): ReadonlyMap<string, bigint> => {
  const ordered = new Map<string, bigint>();
  for (const { lineReference, quantityOrdered } of lines)
    ordered.set(lineReference, (ordered.get(lineReference) ?? 0n) + BigInt(quantityOrdered));
  return ordered;
};

type OpenLine = { readonly lineReference: string; readonly quantity: string };

/** Each reference once, whatever is open of it: movements are counted by reference. */
export const allLines = (held: FloorOrder): readonly OpenLine[] =>
  [...held.ordered.keys()].map((lineReference) => ({
    lineReference,
    quantity: openOf(held, lineReference).toString(),
  }));

export const openLines = (held: FloorOrder): readonly OpenLine[] =>
  allLines(held).filter(({ quantity }) => quantity !== '0');

export const statusOf = (held: FloorOrder): 'ACCEPTED' | 'PICKED' | 'SHIPPED' | 'CANCELLED' => {
  if (openLines(held).length === 0) return held.shipments > 0 ? 'SHIPPED' : 'CANCELLED';
  return held.picks > 0 ? 'PICKED' : 'ACCEPTED';
};

const raise = (
  lines: FloorOrder['lines'],
  kind: keyof Quantities,
  amounts: readonly (readonly [string, string])[],
): FloorOrder['lines'] => {
  const next = new Map(lines);
  for (const [lineReference, amount] of amounts) {
    const before = next.get(lineReference) ?? nothing;
    next.set(lineReference, { ...before, [kind]: before[kind] + BigInt(amount) });
  }
  return next;
};

const afterMessage = (held: FloorOrder, message: WireMessage): FloorOrder => {
  if (message.messageType === 'PICK_CONFIRMATION') {
    const amounts = message.lines.map((line) => [line.lineReference, line.quantityPicked] as const);
    return { ...held, picks: held.picks + 1, lines: raise(held.lines, 'picked', amounts) };
  }
  if (message.messageType === 'SHIPPING_ADVICE') {
    const amounts = message.lines.map((line) => [line.lineReference, line.quantityShipped] as const);
    return { ...held, shipments: held.shipments + 1, lines: raise(held.lines, 'shipped', amounts) };
  }
  const amounts = message.lines.map((line) => [line.lineReference, line.quantityShort] as const);
  return { ...held, lines: raise(held.lines, 'short', amounts) };
};

/** Forgets the oldest finished orders when there are too many: a development peer, not an archive. */
const forgetFinished = (floor: Floor): void => {
  if (floor.orders.size <= ordersMax) return;
  for (const [releaseId, held] of floor.orders) {
    if (openLines(held).length > 0) continue;
    floor.orders.delete(releaseId);
    return;
  }
};

const tell = (floor: Floor, contents: readonly WireMessage[]): void => {
  floor.messages.push(...contents);
  if (floor.messages.length <= messagesMax) return;
  // In large steps, because every step copies the rest.
  const dropped = messagesMax / 10;
  floor.messages = floor.messages.slice(dropped);
  floor.forgotten += dropped;
};

const takeOrder = (floor: Floor, { order, warehouseReference }: Extract<FloorEntry, { kind: 'order' }>): void => {
  floor.orders.set(order.releaseId, {
    ...{ order, warehouseReference, ordered: orderedOf(order), lines: new Map(), stops: new Map() },
    ...{ picks: 0, shipments: 0, told: [], again: [] },
  });
  floor.ordersEver += 1;
  forgetFinished(floor);
};

const stopLines = (floor: Floor, entry: Extract<FloorEntry, { kind: 'stop' }>): void => {
  const held = floor.orders.get(entry.releaseId);
  if (held === undefined) return;
  const amounts = entry.lines.map((line) => [line.lineReference, line.quantityStopped] as const);
  const stops = new Map(held.stops).set(entry.changeId, entry.lines);
  floor.orders.set(entry.releaseId, { ...held, stops, lines: raise(held.lines, 'stopped', amounts) });
};

const takeMessage = (floor: Floor, { content, lost }: Extract<FloorEntry, { kind: 'message' }>): void => {
  if (lost !== true) tell(floor, [content]);
  const held = floor.orders.get(content.releaseId);
  if (held === undefined) return;
  if (content.messageType === 'SHIPPING_ADVICE') moveShipped(floor.shelves, held.order, content);
  floor.orders.set(content.releaseId, { ...afterMessage(held, content), told: [...held.told, content] });
};

const tellAgain = (floor: Floor, { releaseId, requestId }: Extract<FloorEntry, { kind: 'again' }>): void => {
  const held = floor.orders.get(releaseId);
  if (held === undefined || held.again.includes(requestId)) return;
  floor.orders.set(releaseId, { ...held, again: [...held.again, requestId] });
  tell(floor, held.told);
};

export const applyEntry = (floor: Floor, entry: FloorEntry): void => {
  if (entry.kind === 'order') takeOrder(floor, entry);
  else if (entry.kind === 'stop') stopLines(floor, entry);
  else if (entry.kind === 'again') tellAgain(floor, entry);
  else if (entry.kind === 'stock') moveByHand(floor.shelves, entry.movements);
  else takeMessage(floor, entry);
};
