import type { Minor } from '../money.ts';
import { qtyText } from '../quantity.ts';
import { valueAt } from '../stock/orderedMap.ts';
import type { OrderEvent, OrderSubmitted } from './events.ts';
import { evolveOrder } from './evolve.ts';
import { isSubstitution, netTotal, type OrderState, openHolds, type WaitingChange } from './state.ts';
import type { Decision, Of } from './submitDecisions.ts';
import { stopForSubstitute, substituted } from './substituteEvents.ts';
import { repriced, withLine } from './totals.ts';

type Submitted = OrderSubmitted['data'];

const acceptedEvent = (
  { orderId, bu, currency }: Submitted,
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

const inTurn = (
  state: OrderState,
  changes: readonly WaitingChange[],
  eventsOf: (now: OrderState, change: WaitingChange) => readonly OrderEvent[],
): readonly OrderEvent[] => {
  const all: OrderEvent[] = [];
  let now = state;
  for (const change of changes) {
    const events = eventsOf(now, change);
    all.push(...events);
    now = events.reduce(evolveOrder, now);
  }
  return all;
};

const acceptedEvents = (submitted: Submitted, now: OrderState, change: WaitingChange): readonly OrderEvent[] => {
  const event = acceptedEvent(submitted, now, change);
  return event === undefined ? [] : [event];
};

/** What was taken back meanwhile is not accepted. What takes the place of something waits until that is stopped. */
export const acceptChange = (
  { changeId, lineIds }: Of<'AcceptChange'>,
  submitted: Submitted,
  state: OrderState,
): Decision => {
  const named = new Set(lineIds);
  const changes = state.waiting.filter((change) => change.changeId === changeId && named.has(change.lineId));
  return inTurn(state, changes, (now, change) =>
    isSubstitution(change) ? stopForSubstitute(submitted, now, change) : acceptedEvents(submitted, now, change),
  );
};

/** Where the goods were is no question of money. */
const nothingTold = { unsourced: '0', backordered: '0', reserved: '0', allocated: '0' };

/** What the order would come to with these changes and with what is being substituted, as `netTotal`. */
export const netWith = (state: OrderState, changes: readonly WaitingChange[]): Minor => {
  const { submitted, substituting } = state;
  if (submitted === null) return 0n;
  const coming = inTurn(state, [...substituting, ...changes], (now, change) =>
    isSubstitution(change) ? substituted(submitted, now, change, nothingTold) : acceptedEvents(submitted, now, change),
  );
  return netTotal(coming.reduce(evolveOrder, state));
};

/** The first of what waits, with all that was asked for with it: credit is asked for the whole of a change. */
export const nextWaiting = ({ waiting }: OrderState): readonly WaitingChange[] =>
  waiting.filter(({ changeId }) => changeId === waiting[0]?.changeId);

export const isChangeHeld = (state: OrderState): boolean =>
  openHolds(state).some(({ scope }) => scope.kind === 'CHANGES');

/**
 * What credit is asked for: the order, and what waits without a hold and is therefore about to be accepted. What a
 * substitution makes less of it is given back when the substitution is there.
 */
export const creditTotal = (state: OrderState): Minor => {
  const now = netTotal(state);
  const coming = isChangeHeld(state) ? [] : state.waiting;
  if (coming.length + state.substituting.length === 0) return now;
  const then = netWith(state, coming);
  return then > now ? then : now;
};
