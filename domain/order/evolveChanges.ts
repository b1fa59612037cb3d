import { qty } from '../quantity.ts';
import { valueAt, withEntry } from '../stock/orderedMap.ts';
import type {
  OrderLineAdded,
  OrderLineChanged,
  OrderLineChangeRefused,
  OrderLineChangeRequested,
  OrderLineRepriced,
  Raise,
} from './changeEvents.ts';
import type { PricedLine, Totals } from './events.ts';
import { isSubstitution, newLine, type OrderState, type WaitingChange } from './state.ts';

type Key = { readonly changeId: string; readonly lineId: string };

const without = <C extends WaitingChange>(changes: readonly C[], { changeId, lineId }: Key): readonly C[] =>
  changes.filter((each) => each.changeId !== changeId || each.lineId !== lineId);

const settled = ({ waiting, substituting }: OrderState, key: Key): Pick<OrderState, 'waiting' | 'substituting'> => ({
  waiting: without(waiting, key),
  substituting: without(substituting, key),
});

/** What a new line takes the place of is being stopped: it waits for nothing else any more. */
export const stopAsked = (state: OrderState, { changeId, lineId }: Key): OrderState => {
  const change = state.waiting
    .filter(isSubstitution)
    .find((each) => each.changeId === changeId && each.what.inPlaceOf.lineId === lineId);
  if (change === undefined) return state;
  return { ...state, ...settled(state, change), substituting: [...state.substituting, change] };
};

/** A change that has no cancelled line is known by its id alone. */
const known = ({ changes }: OrderState, changeId: string): OrderState['changes'] =>
  withEntry(changes, changeId, valueAt(changes, changeId) ?? null);

const raiseOf = ({ from, to }: Raise): bigint => qty(to) - qty(from);

export const changeRequested = (state: OrderState, data: OrderLineChangeRequested['data']): OrderState => {
  const { changeId, lineId, added: line, raised } = data;
  const changes = known(state, changeId);
  const what = line ?? raised;
  if (what === undefined) return { ...state, changes };
  const amount = 'line' in what ? qty(what.line.qty) : raiseOf(what);
  const waiting = [...state.waiting, { changeId, lineId, qty: amount, what, cleared: false }];
  return { ...state, changes, waiting };
};

const withPrice = (state: OrderState, priced: PricedLine, totals: Totals): OrderState['pricing'] => {
  if (state.pricing === null) return null;
  const { lines } = state.pricing;
  const isNew = lines.every(({ lineId }) => lineId !== priced.lineId);
  const next = isNew ? [...lines, priced] : lines.map((line) => (line.lineId === priced.lineId ? priced : line));
  return { ...state.pricing, lines: next, totals };
};

export const lineRepriced = (state: OrderState, { priced, totals }: OrderLineRepriced['data']): OrderState => ({
  ...state,
  pricing: withPrice(state, priced, totals),
});

export const added = (state: OrderState, data: OrderLineAdded['data']): OrderState => {
  const { lineId, line, priced, totals } = data;
  const { submitted } = state;
  return {
    ...state,
    submitted: submitted && { ...submitted, lines: [...submitted.lines, line] },
    pricing: withPrice(state, priced, totals),
    lines: withEntry(state.lines, lineId, newLine(lineId, qty(line.qty), qty(line.qty))),
    ...settled(state, data),
  };
};

export const changed = (state: OrderState, data: OrderLineChanged['data']): OrderState => {
  const { lineId, addedQty, priced, totals } = data;
  const line = valueAt(state.lines, lineId);
  const by = qty(addedQty);
  const lines =
    line === undefined
      ? state.lines
      : withEntry(state.lines, lineId, { ...line, ordered: line.ordered + by, raised: line.raised + by });
  return { ...state, lines, pricing: withPrice(state, priced, totals), ...settled(state, data) };
};

export const changeRefused = (state: OrderState, data: OrderLineChangeRefused['data']): OrderState => ({
  ...state,
  changes: known(state, data.withdrawnBy ?? data.changeId),
  ...settled(state, data),
});

/** What waits now; what is asked for later is not meant. */
export const cleared = (state: OrderState): OrderState => ({
  ...state,
  waiting: state.waiting.map((change) => ({ ...change, cleared: true })),
});
