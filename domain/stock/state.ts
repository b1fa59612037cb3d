import type { Day } from '../calendar.ts';
import { maxQty, minQty } from '../quantity.ts';
import type { CorrectedGoods } from './costEvents.ts';
import type { Purpose, StockStatus, SupplyType } from './events.ts';
import type { OrderedMap } from './orderedMap.ts';
import { valuesOf } from './orderedMap.ts';
import type { Recent } from './recent.ts';
import { nothingRecent } from './recent.ts';

/** An open reservation; closed ones leave the state. SOFT waits for release, HARD is with the warehouse. */
export type Reservation = {
  readonly reservationId: string;
  readonly orderId: string;
  readonly lineId: string;
  /** Still open, base units. */
  readonly qty: bigint;
  /** ≤ qty; only HARD reservations are picked. */
  readonly picked: bigint;
  readonly kind: 'SOFT' | 'HARD';
  readonly purpose: Purpose;
  readonly needDate: Day;
  readonly expiresAt: string | null;
  /** How often its holder asked for more time. */
  readonly extensions: number;
  /** Rises with every reservation of this position: the newest has the highest. */
  readonly sequence: number;
};

export type QueuedBackorder = {
  readonly orderId: string;
  readonly lineId: string;
  readonly qty: bigint;
  readonly needDate: Day;
  readonly acceptedAt: string;
  /** Only the full quantity helps this line (ship complete). */
  readonly whole: boolean;
  /** Taken only together with other lines of its order, never by this position alone. */
  readonly held: boolean;
};

/** `expected` is the total that was announced, `received` what came in so far; the open quantity is the difference. */
export type Supply = {
  readonly supplyId: string;
  readonly type: SupplyType;
  readonly expected: bigint;
  readonly received: bigint;
  readonly availableDate: Day;
};

/** The latest instant at which a status was counted. */
export type Cut = { readonly countId: string; readonly at: string; readonly itemGroup?: string };

export type StockCost = {
  readonly unitCost: string;
  readonly currency: string;
  readonly method: 'STANDARD' | 'MOVING_AVERAGE';
};

/**
 * One receipt, for those who hear later what it cost. `upTo`: what the position had received in all when it was in.
 * `gone`: Σ amount × goods that had left, of its corrections; over `qty` and rounded, it is the variance they came to.
 */
export type ReceivedGoods = { readonly qty: bigint; readonly upTo: bigint; readonly gone: bigint };

/** What a correction of cost came to. */
export type SplitCost = { readonly amount: string; readonly inStock: string; readonly variance: string };

/** What goods of a shipment were corrected by, a line each: all of it is a variance as long as they are gone. */
export type SoldCost = {
  readonly about: Extract<CorrectedGoods, { readonly kind: 'SHIPMENT' }>;
  readonly itemGroup?: string;
};

/** Goods that were thrown away: how many, out of which status, at what they were worth, and how many of them were not after all. */
export type ScrappedGoods = {
  readonly qty: bigint;
  readonly unitCost: string;
  readonly currency: string;
  readonly takenBack: bigint;
};

/**
 * What one item at one node is worth knowing for decisions. Only open things are kept, in persistent maps: an event
 * costs O(log n) in the number of open reservations and queued lines. `hard`, `soft`, `picked`, `queued` and
 * `queuedHeld` are sums over those maps, kept so that a decision does not walk them.
 */
export type StockState = {
  readonly onHand: Readonly<Record<StockStatus, bigint>>;
  readonly reservations: OrderedMap<Reservation>;
  readonly hard: bigint;
  readonly soft: bigint;
  readonly picked: bigint;
  /** Soft reservations that end, by instant: value is the reservation id. */
  readonly expiries: OrderedMap<string>;
  /** Lines that wait, by time of acceptance, order, line. */
  readonly queue: OrderedMap<QueuedBackorder>;
  /** Key in `queue` by order line. */
  readonly queueKeys: OrderedMap<string>;
  readonly queued: bigint;
  /** Part of `queued` that is held. */
  readonly queuedHeld: bigint;
  readonly supplies: OrderedMap<Supply>;
  /** Supplies without open quantity, so that a late repeat does not announce them again. */
  readonly settledSupplies: Recent<Supply>;
  /** Keys of facts and requests that have had their effect. */
  readonly seen: Recent<true>;
  readonly safetyStock: bigint;
  readonly cost: StockCost | null;
  /** All that ever came in by receipts and transfers. */
  readonly received: bigint;
  /** By reference; the last ones. */
  readonly receipts: Recent<ReceivedGoods>;
  /** By reference; the last ones. */
  readonly corrections: Recent<SplitCost>;
  /** What the cost of a receipt, or of a shipment's goods, was corrected by, each size counted. */
  readonly corrected: Recent<bigint>;
  /** By shipment; the last ones. */
  readonly soldCosts: Recent<SoldCost>;
  /** Shipments whose goods are back because they were voided; the last ones. */
  readonly reinstated: Recent<true>;
  /** By reference; the last ones. */
  readonly scrapped: Recent<ScrappedGoods>;
  readonly cuts: Readonly<Partial<Record<StockStatus, Cut>>>;
  readonly reservationsMade: number;
  /** A `StockOvercommitted` stands and free stock is still negative. */
  readonly overcommitted: boolean;
};

export const initialStock: StockState = {
  onHand: { SELLABLE: 0n, QUARANTINE: 0n, DAMAGED: 0n, EXPIRED: 0n, BLOCKED: 0n },
  reservations: null,
  hard: 0n,
  soft: 0n,
  picked: 0n,
  expiries: null,
  queue: null,
  queueKeys: null,
  queued: 0n,
  queuedHeld: 0n,
  supplies: null,
  settledSupplies: nothingRecent,
  seen: nothingRecent,
  safetyStock: 0n,
  cost: null,
  received: 0n,
  receipts: nothingRecent,
  corrections: nothingRecent,
  corrected: nothingRecent,
  soldCosts: nothingRecent,
  reinstated: nothingRecent,
  scrapped: nothingRecent,
  cuts: {},
  reservationsMade: 0,
  overcommitted: false,
};

const unusableOf = ({ onHand }: StockState): bigint =>
  onHand.QUARANTINE + onHand.DAMAGED + onHand.EXPIRED + onHand.BLOCKED;

export const onHandOf = (state: StockState): bigint => state.onHand.SELLABLE + unusableOf(state);

/** sellable − allocated − reserved on hand (B-05); negative only while `overcommitted`. */
export const freeOf = (state: StockState): bigint => state.onHand.SELLABLE - state.hard - state.soft;

/** How much less is sellable than is promised; 0 when all is covered. */
export const deficitOf = (state: StockState): bigint => maxQty(0n, -freeOf(state));

/**
 * Free stock less safety stock; may be negative. Sellable goods count up to all that is on hand: a count that left more
 * of another status missing than the books had there says that there are fewer goods than the statuses claim.
 */
export const spareOf = (state: StockState): bigint =>
  minQty(state.onHand.SELLABLE, onHandOf(state)) - state.hard - state.soft - state.safetyStock;

/** Available to sell from stock now (spec 4.5), never negative. */
export const availableOf = (state: StockState): bigint => maxQty(0n, spareOf(state));

/** What lines wait for that this position serves by itself, in order of acceptance. */
export const queuedAheadOf = (state: StockState): bigint => state.queued - state.queuedHeld;

/** What a new request may take: available less what queued lines wait for, so that nobody overtakes the queue. */
export const availableToNewcomers = (state: StockState): bigint =>
  maxQty(0n, availableOf(state) - queuedAheadOf(state));

/**
 * What a late line may take: what is withheld, too. The queue is no part of it, for whoever waits there is asked in its order;
 * the level stays, so whatever comes next is withheld until it is reached again.
 */
export const availableToLateLines = (state: StockState): bigint => maxQty(0n, spareOf(state) + state.safetyStock);

export const openQtyOf = (supply: Supply): bigint => maxQty(0n, supply.expected - supply.received);

/** Lines that wait, first in the queue first. */
export const queuedBackorders = (state: StockState): readonly QueuedBackorder[] => [...valuesOf(state.queue)];

/** Supplies with open quantity. */
export const openSupplies = (
  state: StockState,
): readonly {
  readonly supplyId: string;
  readonly type: SupplyType;
  readonly qty: bigint;
  readonly availableDate: Day;
}[] =>
  [...valuesOf(state.supplies)].map((supply) => ({
    supplyId: supply.supplyId,
    type: supply.type,
    qty: openQtyOf(supply),
    availableDate: supply.availableDate,
  }));
