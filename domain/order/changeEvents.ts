import type { Event } from '../decider.ts';
import type { PriceRule, Ratio } from '../masterData/substitutes.ts';
import type { EnteredQuantity, PricedLine, SubmittedLine, Totals } from './events.ts';

// Storage format: see `events.ts`. What is changed of an order after its acceptance; less of a line is a cancellation.

type OfChange = { readonly orderId: string; readonly bu: string; readonly changeId: string; readonly lineId: string };

/** Absent: somebody wanted it stopped. `SUBSTITUTED`: another item is delivered in its place. */
export type CancelCause = 'SUBSTITUTED';

/** Where it can be found that the customer agrees to another item. */
export type Consent = { readonly reference: string };

/** What a new line takes the place of: `qty` base units of another line, `ratio.num` of its own for `ratio.den` of them. */
export type Substitution = {
  readonly lineId: string;
  readonly item: string;
  readonly qty: string;
  readonly ratio: Ratio;
  readonly priceRule: PriceRule;
  readonly consent?: Consent;
};

/** A line that is to be added, at the price of the day on which it was asked for. */
export type ProposedLine = {
  readonly line: SubmittedLine;
  readonly priced: PricedLine;
  readonly priceListId: string;
  readonly priceListVersion: number;
  /** It is added when so much of another line was stopped, and only then. */
  readonly inPlaceOf?: Substitution;
};

/** What the line came to without what was cancelled, and is to come to; base units. */
export type Raise = { readonly from: string; readonly to: string; readonly entered: EnteredQuantity };

/** More of a line (`raised`), or a new one (`added`). Nothing moves before there is credit for it. */
export type OrderLineChangeRequested = Event<
  'OrderLineChangeRequested',
  OfChange & { readonly reason: string; readonly added?: ProposedLine; readonly raised?: Raise }
>;

/** `totals`: of the order with this line. */
export type OrderLineAdded = Event<
  'OrderLineAdded',
  OfChange & Omit<ProposedLine, 'inPlaceOf'> & { readonly totals: Totals }
>;

/** `addedQty` is what `ordered` rises by; `priced`: all of the line at the price that it always had. */
export type OrderLineChanged = Event<
  'OrderLineChanged',
  OfChange & {
    readonly addedQty: string;
    readonly entered: EnteredQuantity;
    readonly priced: PricedLine;
    readonly totals: Totals;
  }
>;

/** So much of a line was stopped for another item that is delivered in its place, on a line of its own. Both moved with it. */
export type OrderLineSubstituted = Event<
  'OrderLineSubstituted',
  OfChange & {
    readonly item: string;
    readonly qty: string;
    readonly newLineId: string;
    readonly newItem: string;
    readonly newQty: string;
    readonly ratio: Ratio;
    readonly priceRule: PriceRule;
    readonly consent?: Consent;
  }
>;

/** `withdrawnBy`: the later change that took its place or took it back. */
export type OrderLineChangeRefused = Event<
  'OrderLineChangeRefused',
  OfChange & { readonly refusedQty: string; readonly reason: string; readonly withdrawnBy?: string }
>;

/** The ERP holds the order as it was after so many `changes`, counted from its acceptance: additions, raises and cancellations. */
export type ErpOrderChanged = Event<
  'ErpOrderChanged',
  { readonly orderId: string; readonly erpSystem: string; readonly erpNumber: string; readonly changes: number }
>;

/** Before its acceptance: the whole price of a line, `differencePct` per cent from what applied. */
export type OrderLineRepriced = Event<
  'OrderLineRepriced',
  {
    readonly orderId: string;
    readonly bu: string;
    readonly lineId: string;
    readonly reason: string;
    readonly differencePct: string;
    readonly priced: PricedLine;
    readonly totals: Totals;
    /** Of a second person's, where it needs one. */
    readonly approvalId?: string;
  }
>;

export type OrderChangeEvent =
  | OrderLineRepriced
  | OrderLineChangeRequested
  | OrderLineAdded
  | OrderLineChanged
  | OrderLineChangeRefused
  | OrderLineSubstituted
  | ErpOrderChanged;
