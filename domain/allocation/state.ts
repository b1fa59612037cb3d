import type { OfRecipe } from '../kit.ts';
import { absorb, type OpenQuantities } from '../order/quantities.ts';
import { minQty } from '../quantity.ts';
import type { OrderedMap } from '../stock/orderedMap.ts';
import { valueAt, valuesOf } from '../stock/orderedMap.ts';
import type { AllocationStarted, GivenBack } from './events.ts';

/** Open quantities of one line as this stream alone knows them; base units. */
export type AllocatedLine = OpenQuantities &
  OfRecipe & {
    readonly lineId: string;
    readonly item: string;
    /** Accepted demand. */
    readonly demand: bigint;
    /** What of it came after the acceptance. */
    readonly added: bigint;
    readonly shipped: bigint;
    readonly overshipped: bigint;
    /** What of it was given away, by shipment: it covers nothing that is wanted. */
    readonly gifts: readonly { readonly shipmentId: string; readonly qty: bigint }[];
    readonly cancelled: bigint;
    /** Where the backordered quantity waits: node → quantity; the sum is `backordered`. */
    readonly queued: OrderedMap<QueuePlace>;
    /** Where the shipped quantity left from: node → quantity. */
    readonly shippedFrom: OrderedMap<{ readonly node: string; readonly qty: bigint }>;
    /** Reservations of this line that still hold something, oldest first. */
    readonly reservationIds: readonly string[];
    readonly decisionId: string | null;
    /** Goods of it have left that their release did not hold. */
    readonly absorbed: boolean;
  };

/** `expectedDate`: when goods for it are available, as was promised last; `leadTimeDays`: by the item's lead time. */
export type QueuePlace = {
  readonly node: string;
  readonly qty: bigint;
  readonly expectedDate?: string | null;
  readonly leadTimeDays?: number;
};

export type AllocatedReservation = {
  readonly reservationId: string;
  readonly lineId: string;
  readonly node: string;
  /** What was recorded when it was made; never changes. */
  readonly recorded: bigint;
  /** Still reserved and not released to the warehouse. */
  readonly open: bigint;
};

/** What one node is asked to ship: a warehouse by a release, a supplier by a purchase order (`releaseId` is its number). */
export type Release = {
  readonly releaseId: string;
  readonly bucket: 'allocated' | 'dropship';
  readonly shipmentId: string;
  readonly node: string;
  readonly answer: 'NONE' | 'ACCEPTED' | 'REFUSED';
  readonly lines: OrderedMap<ReleasedLine>;
};

/** `open`: released and neither shipped, shorted, stopped nor refused. Keyed by reservation. */
export type ReleasedLine = {
  readonly lineId: string;
  readonly item: string;
  readonly reservationId: string;
  readonly open: bigint;
};

export type ToStop = {
  /** It is with a supplier: `releaseId` is a purchase order. */
  readonly supplier?: true;
  readonly releaseId: string;
  readonly shipmentId: string;
  readonly node: string;
  readonly qty: bigint;
};

/** What one change has taken out of one line so far, and what it still has to ask of warehouses. */
export type ChangedLine = {
  readonly lineId: string;
  readonly from: OpenQuantities;
  readonly toStop: readonly ToStop[];
};

export const newLine = (lineId: string, item: string, demand: bigint): AllocatedLine => ({
  ...nothingOpen,
  unsourced: demand,
  ...{ lineId, item, demand, added: 0n, shipped: 0n, overshipped: 0n, gifts: [], cancelled: 0n },
  ...{ queued: null, shippedFrom: null, reservationIds: [], decisionId: null, absorbed: false },
});

export type AllocationState = {
  readonly started: AllocationStarted['data'] | null;
  readonly gateOpen: boolean;
  readonly lines: OrderedMap<AllocatedLine>;
  readonly reservations: OrderedMap<AllocatedReservation>;
  readonly releases: OrderedMap<Release>;
  /** Releases that still hold something of a line: line → release ids, oldest first. */
  readonly openReleases: OrderedMap<readonly string[]>;
  /** Confirmations, shortages and voids that have had their effect. */
  readonly facts: OrderedMap<true>;
  readonly changes: OrderedMap<OrderedMap<ChangedLine>>;
};

export const initialAllocation: AllocationState = {
  started: null,
  gateOpen: false,
  lines: null,
  reservations: null,
  releases: null,
  openReleases: null,
  facts: null,
  changes: null,
};

export const nothingOpen: OpenQuantities = {
  unsourced: 0n,
  backordered: 0n,
  reserved: 0n,
  allocated: 0n,
  dropship: 0n,
};

/** How much a reservation brought into this allocation; the rest of what stock reserved for it must be given back. */
export const recordedQty = (state: AllocationState, reservationId: string): bigint =>
  valueAt(state.reservations, reservationId)?.recorded ?? 0n;

/** Of the over-shipped goods of a line those that were given away, without what left with shipment `except`. */
export const giftedOf = ({ gifts }: Pick<AllocatedLine, 'gifts'>, except?: string): bigint =>
  gifts.reduce((sum, gift) => (gift.shipmentId === except ? sum : sum + gift.qty), 0n);

export const lineOf = (state: AllocationState, lineId: string): AllocatedLine | undefined =>
  valueAt(state.lines, lineId);

/** In the order of acceptance, which is the order of the customer's document. */
export const linesInOrder = (state: AllocationState): readonly AllocatedLine[] =>
  (state.started?.lines ?? []).flatMap(({ lineId }) => {
    const line = valueAt(state.lines, lineId);
    return line === undefined ? [] : [line];
  });

/** Kits wait for several positions at once, so none of these serves them by itself. */
export const hasKits = ({ started }: AllocationState): boolean =>
  started?.lines.some(({ components }) => components !== undefined) === true;

/** What is reserved and has not been released to a warehouse; the reservations a release has to make hard first. */
export const releasable = (state: AllocationState): readonly AllocatedReservation[] =>
  linesInOrder(state).flatMap((line) => openReservations(state, line));

export const openReservations = (state: AllocationState, line: AllocatedLine): readonly AllocatedReservation[] =>
  line.reservationIds.flatMap((reservationId) => {
    const found = valueAt(state.reservations, reservationId);
    return found !== undefined && found.open > 0n ? [found] : [];
  });

/** May goods leave now, as far as this order decides: the ERP knows it and, when it ships complete only, everything open is reserved. */
export const mayRelease = (state: AllocationState): boolean => {
  if (state.started === null || (state.started.erpGate && !state.gateOpen)) return false;
  if (!state.started.shipComplete) return true;
  for (const line of valuesOf(state.lines)) if (line.unsourced > 0n || line.backordered > 0n) return false;
  return true;
};

export const releasedOpen = (release: Release, lineId: string): bigint => {
  let open = 0n;
  for (const line of valuesOf(release.lines)) if (line.lineId === lineId) open += line.open;
  return open;
};

/** Releases that still hold something of a line, oldest first. */
export const releasesOf = (state: AllocationState, lineId: string): readonly Release[] =>
  (valueAt(state.openReleases, lineId) ?? []).flatMap((releaseId) => valueAt(state.releases, releaseId) ?? []);

/**
 * What a confirmation of `qty` takes: first what its own release still holds, then what is still open of the line
 * (unsourced, backordered, reserved, other releases), and what is left is over-shipped. Goods that covered another
 * release's part do not change what that warehouse was asked for, so a release may hold more than the line still wants.
 */
export const fulfilled = (
  line: AllocatedLine,
  ownOpen: bigint,
  qty: bigint,
  notOwed: bigint,
  bucket: Release['bucket'] = 'allocated',
): { readonly from: OpenQuantities; readonly overshipped: bigint } => {
  const own = minQty(minQty(qty, ownOpen), line[bucket]);
  const over = minQty(minQty(notOwed, line.added), qty - own);
  const left = { ...line, [bucket]: line[bucket] - own };
  const { from, rest } = absorb(left, qty - own - over);
  const taken = { ...from, dropship: 0n };
  return { from: { ...taken, [bucket]: taken[bucket] + own }, overshipped: rest + over };
};

/** What a change may name to stock positions: oldest reservations and queue places first, up to the quantities in `from`. */
export const givenBack = (
  state: AllocationState,
  line: AllocatedLine,
  from: { readonly backordered: bigint; readonly reserved: bigint },
): GivenBack => {
  let reserved = from.reserved;
  const reservations = openReservations(state, line).flatMap(({ reservationId, node, open }) => {
    const part = minQty(open, reserved);
    reserved -= part;
    return part > 0n ? [{ reservationId, node, qty: part.toString() }] : [];
  });
  return { reservations, queued: queuePlaces(line, from.backordered) };
};

export const queuePlaces = (line: AllocatedLine, qty: bigint): GivenBack['queued'] => {
  let left = qty;
  return [...valuesOf(line.queued)].flatMap((place) => {
    const part = minQty(place.qty, left);
    left -= part;
    return part > 0n ? [{ node: place.node, qty: part.toString() }] : [];
  });
};

/** Nodes whose warehouse has refused goods of this order: sourcing should try the others first. */
export const refusedNodes = (state: AllocationState): ReadonlySet<string> => {
  const nodes = new Set<string>();
  for (const release of valuesOf(state.releases)) if (release.answer === 'REFUSED') nodes.add(release.node);
  return nodes;
};
