import { type Minor, minor, minorText } from '../money.ts';
import { lineAmounts } from '../pricing/lineAmounts.ts';
import { qtyText } from '../quantity.ts';
import { valueAt } from '../stock/orderedMap.ts';
import type { OrderEvent, OrderSubmitted, PricedLine, Totals } from './events.ts';
import { evolveOrder } from './evolve.ts';
import { netTotal, type OrderState, openHolds, type WaitingChange } from './state.ts';
import type { Decision, Of } from './submitDecisions.ts';

export const withLine = (totals: Totals, before: PricedLine | undefined, after: PricedLine): Totals => {
  const sum = (name: 'gross' | 'discount' | 'net') =>
    minorText(minor(totals[name]) + minor(after[name]) - minor(before?.[name] ?? '0'));
  return { gross: sum('gross'), discount: sum('discount'), charges: totals.charges, net: sum('net') };
};

/** All of the line at the price that it has. */
export const repriced = (price: PricedLine, ordered: bigint, currency: string): PricedLine => {
  const amounts = lineAmounts(ordered, price.unitPrice, price.discounts, currency);
  return {
    ...price,
    discounts: price.discounts.map((each, index) => ({ ...each, amount: minorText(amounts.discounts[index] ?? 0n) })),
    gross: minorText(amounts.gross),
    discount: minorText(amounts.discount),
    net: minorText(amounts.net),
  };
};

const acceptedEvent = (
  { orderId, bu, currency }: OrderSubmitted['data'],
  state: OrderState,
  { changeId, lineId, qty, what }: WaitingChange,
): OrderEvent | undefined => {
  const { pricing } = state;
  if (pricing === null) return undefined;
  const of = { orderId, bu, changeId, lineId };
  if ('line' in what) {
    return {
      type: 'OrderLineAdded',
      data: { ...of, ...what, totals: withLine(pricing.totals, undefined, what.priced) },
    };
  }
  const [line, price] = [valueAt(state.lines, lineId), pricing.lines.find((priced) => priced.lineId === lineId)];
  if (line === undefined || price === undefined) return undefined;
  const priced = repriced(price, line.ordered + qty, currency);
  const totals = withLine(pricing.totals, price, priced);
  return { type: 'OrderLineChanged', data: { ...of, addedQty: qtyText(qty), entered: what.entered, priced, totals } };
};

const acceptedEvents = (
  submitted: OrderSubmitted['data'],
  state: OrderState,
  changes: readonly WaitingChange[],
): readonly OrderEvent[] => {
  const events: OrderEvent[] = [];
  let now = state;
  for (const change of changes) {
    const event = acceptedEvent(submitted, now, change);
    if (event === undefined) continue;
    events.push(event);
    now = evolveOrder(now, event);
  }
  return events;
};

/** What was taken back meanwhile is not accepted. */
export const acceptChange = (
  { changeId, lineIds }: Of<'AcceptChange'>,
  submitted: OrderSubmitted['data'],
  state: OrderState,
): Decision => {
  const named = new Set(lineIds);
  const changes = state.waiting.filter((change) => change.changeId === changeId && named.has(change.lineId));
  return acceptedEvents(submitted, state, changes);
};

/** What the order would come to with these changes, as `netTotal`. */
export const netWith = (state: OrderState, changes: readonly WaitingChange[]): Minor => {
  if (state.submitted === null) return 0n;
  return netTotal(acceptedEvents(state.submitted, state, changes).reduce(evolveOrder, state));
};

/** The first of what waits, with all that was asked for with it: credit is asked for the whole of a change. */
export const nextWaiting = ({ waiting }: OrderState): readonly WaitingChange[] =>
  waiting.filter(({ changeId }) => changeId === waiting[0]?.changeId);

export const isChangeHeld = (state: OrderState): boolean =>
  openHolds(state).some(({ scope }) => scope.kind === 'CHANGES');

/** What credit is asked for: the order, and what waits without a hold and is therefore about to be accepted. */
export const creditTotal = (state: OrderState): Minor =>
  state.waiting.length === 0 || isChangeHeld(state) ? netTotal(state) : netWith(state, state.waiting);
