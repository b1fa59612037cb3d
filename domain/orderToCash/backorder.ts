import type { EventType, RecordedDomainEvent } from '../events.ts';
import { qty, qtyText } from '../quantity.ts';
import { freesStock } from '../stock/frees.ts';
import { queueKey } from '../stock/keys.ts';
import { type OrderedMap, valueAt, valuesOf, withEntry, withoutEntry } from '../stock/orderedMap.ts';
import { defineProcess, type Issue, type Reaction, type Remembering } from './process.ts';
import type { WaitingLine } from './stepPayloads.ts';

/** Lines of one item that wait at any node, in order of acceptance. */
type BackorderState = Remembering & {
  readonly waiting: OrderedMap<WaitingLine>;
  /** `<orderId> <lineId> <node>` → key in `waiting`. */
  readonly places: OrderedMap<string>;
  /** Of the orders for which there was no room among the oldest, the last one that tried; '' at the beginning. */
  readonly triedTo: string;
};

/** Storage format. The entry as it is now; quantity "0": it waits no longer. `triedTo`: only what changed. */
type BackorderMemory = { readonly entry?: WaitingLine; readonly triedTo?: string };

const eventTypes = [
  'BackorderQueued',
  'BackorderWithdrawn',
  'StockReserved',
  'StockReceived',
  'StockAdjusted',
  'StockStatusChanged',
  'StockReinstated',
  'StockReturned',
  'StockTransferred',
  'ReservationReleased',
  'ReservationExpired',
  'SafetyStockSet',
  'StockOffered',
  'SupplyExpected',
  'SupplyRescheduled',
  'SupplyCancelled',
] as const satisfies readonly EventType[];

type Heard = Extract<RecordedDomainEvent, { type: (typeof eventTypes)[number] }>;

/** More lines than this are not offered one delivery; the next fact at the node offers again. */
const linesPerMoveMax = 100;

/** So many orders are promised anew by one step, and in all for one fact, so that an append stays small: the oldest. */
const ordersPerStep = 400;
const ordersPerSupplyMax = 10_000;

/** More orders than this do not try for one fact: the oldest do, and as many of the others, who take turns. */
const ordersPerFactMax = 400;

const placeOf = (entry: { readonly orderId: string; readonly lineId: string; readonly node: string }): string =>
  `${entry.orderId} ${entry.lineId} ${entry.node}`;

const entryAt = (
  state: BackorderState,
  data: { readonly orderId: string; readonly lineId: string; readonly node: string },
) => {
  const key = valueAt(state.places, placeOf(data));
  return key === undefined ? undefined : valueAt(state.waiting, key);
};

const remember = (before: BackorderState, { entry, triedTo }: BackorderMemory): BackorderState => {
  const state = triedTo === undefined ? before : { ...before, triedTo };
  if (entry === undefined) return state;
  const place = placeOf(entry);
  const key = `${queueKey(entry)} ${entry.node}`;
  return qty(entry.qty) > 0n
    ? { ...state, waiting: withEntry(state.waiting, key, entry), places: withEntry(state.places, place, key) }
    : { ...state, waiting: withoutEntry(state.waiting, key), places: withoutEntry(state.places, place) };
};

/** A held line kept nothing from anybody. */
const frees = (state: BackorderState, event: Heard): boolean =>
  event.type === 'BackorderWithdrawn' ? entryAt(state, event.data)?.held !== true : freesStock(event);

const supplyCauses = {
  SupplyExpected: 'SUPPLY_EXPECTED',
  SupplyRescheduled: 'SUPPLY_RESCHEDULED',
  SupplyCancelled: 'SUPPLY_CANCELLED',
} as const;

type OfSupply = Extract<Heard, { type: keyof typeof supplyCauses }>;

const isOfSupply = (event: Heard): event is OfSupply => Object.hasOwn(supplyCauses, event.type);

/** Both offer the same stock, the later one to everybody who waits by then; nothing but the offer follows from the earlier one. */
const isOfferedBy = (event: Heard, later: RecordedDomainEvent): boolean => {
  const next = later as Heard;
  // Promises are computed from what is announced when that is done, wherever it is.
  if (isOfSupply(event)) return isOfSupply(next);
  const knowsAsMuch = event.type !== 'StockOffered' || next.type === 'StockOffered';
  return knowsAsMuch && event.data.node === next.data.node && freesStock(event) && freesStock(next);
};

const changedEntry = (state: BackorderState, event: Heard): WaitingLine | undefined => {
  if (event.type === 'BackorderQueued') {
    const { orderId, lineId, node, needDate, whole, held } = event.data;
    const before = entryAt(state, event.data);
    const total = qty(event.data.qty) + qty(before?.qty ?? '0');
    return {
      orderId,
      lineId,
      node,
      needDate,
      whole,
      acceptedAt: before?.acceptedAt ?? event.data.acceptedAt,
      qty: qtyText(total),
      ...(held === undefined ? {} : { held }),
    };
  }
  if (event.type !== 'BackorderWithdrawn' && event.type !== 'StockReserved') return undefined;
  const before = entryAt(state, event.data);
  if (before === undefined) return undefined;
  const left = qty(before.qty) - qty(event.data.qty);
  return { ...before, qty: qtyText(left > 0n ? left : 0n) };
};

const elsewhere = (state: BackorderState, node: string): readonly WaitingLine[] => {
  const lines: WaitingLine[] = [];
  for (const line of valuesOf(state.waiting)) {
    if (line.node !== node && line.held === undefined) lines.push(line);
    if (lines.length === linesPerMoveMax) break;
  }
  return lines;
};

/**
 * Orders whose lines are taken together, in order of acceptance, wherever they wait. The oldest may want more than there
 * will ever be, so beyond the limit the others take turns, fact by fact.
 */
const together = (state: BackorderState): { readonly orders: readonly string[]; readonly triedTo?: string } => {
  const keys = new Map<string, string>();
  for (const line of valuesOf(state.waiting)) {
    if (line.held === true && !keys.has(line.orderId)) keys.set(line.orderId, queueKey({ ...line, lineId: '' }));
  }
  const orders = [...keys.keys()];
  if (orders.length <= ordersPerFactMax) return { orders };
  const oldest = orders.slice(0, ordersPerFactMax / 2);
  const others = orders.slice(ordersPerFactMax / 2);
  const next = Math.max(
    0,
    others.findIndex((orderId) => (keys.get(orderId) ?? '') > state.triedTo),
  );
  const inTurn = [...others.slice(next), ...others.slice(0, next)].slice(0, ordersPerFactMax / 2);
  return { orders: [...oldest, ...inTurn], triedTo: keys.get(inTurn.at(-1) ?? '') ?? '' };
};

/** Whoever waits for the item, wherever: a line is moved to where stock arrives. */
const promisedAnew = (state: BackorderState, { type, data }: OfSupply): Reaction<BackorderMemory> | undefined => {
  const { bu, item, supplyId } = data;
  const waiting = new Set<string>();
  for (const { orderId } of valuesOf(state.waiting)) {
    waiting.add(orderId);
    if (waiting.size === ordersPerSupplyMax) break;
  }
  if (waiting.size === 0) return undefined;
  const [all, intents]: [readonly string[], Issue[]] = [[...waiting], []];
  for (let start = 0; start < all.length; start += ordersPerStep) {
    const orders = all.slice(start, start + ordersPerStep);
    const payload = { bu, item, supplyId, cause: supplyCauses[type], orders };
    intents.push({ step: 'repromise', lane: `repromise:${bu}:${item}`, part: String(start), payload });
  }
  return { intents, memory: {} };
};

const react = (state: BackorderState, event: Heard): Reaction<BackorderMemory> | undefined => {
  if (isOfSupply(event)) return promisedAnew(state, event);
  const { bu, item, node } = event.data;
  const entry = changedEntry(state, event);
  const changed: BackorderMemory = entry === undefined ? {} : { entry };
  if (!frees(state, event)) return entry === undefined ? undefined : { intents: [], memory: changed };
  const now = remember(state, changed);
  const lines = elsewhere(now, node);
  // Who still takes the node for closed would move nothing there, and nobody would offer it again.
  const since = event.type === 'StockOffered' ? { definedAt: event.position } : {};
  const payload = { bu, item, toNode: node, lines, ...since };
  const move: Issue = { step: 'moveBackorder', lane: `backorder:${bu}:${item}`, payload };
  const { orders, ...turn } = together(now);
  const tries = orders.map(
    (orderId): Issue => ({ step: 'tryTogether', lane: orderId, part: orderId, payload: { orderId, bu, ...since } }),
  );
  const intents = lines.length === 0 ? tries : [move, ...tries];
  return intents.length === 0 && entry === undefined ? undefined : { intents, memory: { ...changed, ...turn } };
};

/**
 * A stock position fills its own queue. This process offers stock that arrives at one node to lines that wait at another,
 * in order of acceptance; one instance per item, whose moves run one after the other. Orders whose lines are taken
 * together are told of it wherever they wait. What is to come of the item is promised to them anew when it changes.
 */
export const backorderRelease = defineProcess({
  name: 'backorder',
  categories: ['stock'],
  eventTypes,
  isSettledBy: isOfferedBy,
  initial: { lastCausePosition: '', waiting: null, places: null, triedTo: '' } as BackorderState,
  keyOf: (event: Heard) =>
    event.type === 'StockReserved' && event.data.cause !== 'BACKORDER'
      ? undefined
      : `${event.data.bu}:${event.data.item}`,
  react,
  remember,
});
