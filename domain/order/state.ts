import { type Minor, minor } from '../money.ts';
import { lineAmounts } from '../pricing/lineAmounts.ts';
import { maxQty } from '../quantity.ts';
import { type OrderedMap, valueAt, valuesOf } from '../stock/orderedMap.ts';
import type { ProposedLine, Raise, Substitution } from './changeEvents.ts';
import type { HoldScope, HoldType, OrderPriced, OrderSubmitted, PricedLine, SubmittedLine } from './events.ts';
import type { FraudCheck } from './fraudCheck.ts';
import type { OpenQuantities } from './quantities.ts';

/** The commercial side of one line, base units. Where the open quantity lies is the allocation's knowledge. */
export type OrderLine = {
  readonly lineId: string;
  readonly ordered: bigint;
  /** What of it was added after the acceptance. */
  readonly raised: bigint;
  readonly cancelled: bigint;
  /** Asked to be cancelled and not answered yet. */
  readonly cancelPending: bigint;
  readonly shipped: bigint;
  readonly invoiced: bigint;
  /** What left beyond the order and will not be billed. */
  readonly gifted: bigint;
};

export const newLine = (lineId: string, ordered: bigint, raised: bigint): OrderLine => ({
  ...{ lineId, ordered, raised },
  ...{ cancelled: 0n, cancelPending: 0n, shipped: 0n, invoiced: 0n, gifted: 0n },
});

export type Hold = {
  readonly holdId: string;
  readonly type: HoldType;
  readonly scope: HoldScope;
  readonly note: string;
  readonly open: boolean;
};

/** One line of one cancellation: `requested` = cancelled (the sum of `from`) + refused + pending. */
export type Change = {
  readonly lineId: string;
  readonly requested: bigint;
  readonly reason: string;
  readonly from: OpenQuantities;
  readonly refused: bigint;
};

/** Asked for after the acceptance, and waiting for credit. */
export type WaitingChange = {
  readonly changeId: string;
  readonly lineId: string;
  readonly qty: bigint;
  /** A new line, or more of one. */
  readonly what: ProposedLine | Raise;
  /** A person lets it pass the limit. */
  readonly cleared: boolean;
};

/** A new line that takes the place of part of another one. */
export type SubstitutingChange = Omit<WaitingChange, 'what'> & {
  readonly what: ProposedLine & { readonly inPlaceOf: Substitution };
};

export const isSubstitution = (change: WaitingChange): change is SubstitutingChange =>
  'line' in change.what && change.what.inPlaceOf !== undefined;

export type OrderState = {
  readonly submitted: OrderSubmitted['data'] | null;
  readonly pricing: OrderPriced['data'] | null;
  readonly lines: OrderedMap<OrderLine>;
  readonly holds: OrderedMap<Hold>;
  readonly accepted: boolean;
  readonly closed: boolean;
  /** ERP system → its number for this order. */
  readonly erpNumbers: OrderedMap<string>;
  /** Additions, raises and cancellations since the acceptance, and how many of them the ERP has heard of. */
  readonly changesMade: number;
  readonly erpTold: number;
  readonly changes: OrderedMap<OrderedMap<Change>>;
  /** In the order in which they were asked for; at most one a line. */
  readonly waiting: readonly WaitingChange[];
  /** There is credit for them; what they take the place of is being stopped. */
  readonly substituting: readonly SubstitutingChange[];
  /** Confirmations, invoices and voids already counted. */
  readonly references: OrderedMap<true>;
  /** Null: not checked. */
  readonly fraud: FraudCheck | null;
};

export const initialOrder: OrderState = {
  submitted: null,
  pricing: null,
  lines: null,
  holds: null,
  accepted: false,
  closed: false,
  erpNumbers: null,
  changesMade: 0,
  erpTold: 0,
  changes: null,
  waiting: [],
  substituting: [],
  references: null,
  fraud: null,
};

export const openHolds = (state: OrderState): readonly Hold[] => [...valuesOf(state.holds)].filter((hold) => hold.open);

/** Altogether. */
export const isCancelled = (state: OrderState): boolean =>
  [...valuesOf(state.lines)].every((line) => line.cancelled === line.ordered);

export const isOver = (state: OrderState): boolean =>
  state.closed || (state.waiting.length === 0 && isCancelled(state));

/**
 * A hold keeps something from happening, and nothing can happen any more to an order that is closed or cancelled
 * altogether. A void that opens the order again finds its holds as they were.
 */
export const holdsInForce = (state: OrderState): readonly Hold[] => (isOver(state) ? [] : openHolds(state));

export type PricedOrderLine = {
  readonly submitted: SubmittedLine;
  readonly priced: PricedLine;
  readonly line: OrderLine;
};

/** A line as submitted, as priced, and what became of it, in the order of the customer's document. */
export const orderLines = (state: OrderState): readonly PricedOrderLine[] => {
  const priced = new Map(state.pricing?.lines.map((line) => [line.lineId, line]));
  return (state.submitted?.lines ?? []).flatMap((submitted) => {
    const line = valueAt(state.lines, submitted.lineId);
    const price = priced.get(submitted.lineId);
    return line === undefined || price === undefined ? [] : [{ submitted, priced: price, line }];
  });
};

/** What may still leave or be stopped. */
export const openOf = (line: OrderLine): bigint =>
  maxQty(0n, line.ordered - line.cancelled - (line.shipped - line.gifted));

/** Not even asked to be cancelled. */
export const stoppableOf = (line: OrderLine): bigint => maxQty(0n, openOf(line) - line.cancelPending);

/**
 * What the order comes to without what was cancelled, in minor units of its currency: the amount that credit is asked
 * for. Charges count once, as long as anything is left to deliver.
 */
export const netTotal = (state: OrderState): Minor => {
  const { pricing } = state;
  if (pricing === null) return 0n;
  const lines = orderLines(state);
  if (lines.every(({ line }) => line.cancelled === 0n)) return minor(pricing.totals.net);
  if (lines.every(({ line }) => line.cancelled === line.ordered)) return 0n;
  const goods = lines.reduce((sum, { priced, line }) => {
    const { unitPrice, discounts } = priced;
    return sum + lineAmounts(line.ordered - line.cancelled, unitPrice, discounts, pricing.currency).net;
  }, 0n);
  return pricing.charges.reduce((sum, charge) => sum + minor(charge.amount), goods);
};

/** Finished: nothing open, nothing pending, and all that left is billed or given away. */
export const isFinished = (line: OrderLine): boolean =>
  openOf(line) === 0n && line.cancelPending === 0n && line.invoiced === line.shipped - line.gifted;
