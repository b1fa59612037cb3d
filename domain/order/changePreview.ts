import type { Refusal } from '../decider.ts';
import type { Minor } from '../money.ts';
import { lineAmounts } from '../pricing/lineAmounts.ts';
import { valueAt, valuesOf, withEntry } from '../stock/orderedMap.ts';
import { acceptChange, netWith } from './acceptDecisions.ts';
import { requestLines, requestQty } from './changeDecisions.ts';
import { evolveOrder } from './evolve.ts';
import { netTotal, type OrderLine, type OrderState, orderLines, type PricedOrderLine } from './state.ts';
import type { Of } from './submitDecisions.ts';

export type Wish = Of<'RequestLines'> | Of<'RequestQty'>;

/** Base units and minor units; `before` and `after` leave out what is or is being cancelled. */
export type PreviewedLine = {
  readonly lineId: string;
  readonly item: string;
  readonly baseUom: string;
  readonly unitPrice: string;
  readonly before: bigint;
  readonly after: bigint;
  readonly netBefore: Minor;
  readonly netAfter: Minor;
};

export type ChangePreview = {
  readonly netBefore: Minor;
  readonly netAfter: Minor;
  /** Credit is asked for an order of `creditFor`, which is `creditBy` more than the order comes to. */
  readonly creditFor: Minor;
  readonly creditBy: Minor;
  readonly lines: readonly PreviewedLine[];
};

const wanted = (line: OrderLine | undefined): bigint =>
  line === undefined ? 0n : line.ordered - line.cancelled - line.cancelPending;

const all = (wish: Wish): readonly string[] =>
  wish.type === 'RequestQty' ? [wish.lineId] : wish.lines.map(({ line }) => line.lineId);

/** All that was asked for is stopped. */
const stopped = (state: OrderState): OrderState => ({
  ...state,
  lines: [...valuesOf(state.lines)].reduce(
    (lines, line) =>
      withEntry(lines, line.lineId, { ...line, cancelled: line.cancelled + line.cancelPending, cancelPending: 0n }),
    state.lines,
  ),
});

const lineOf = (
  before: OrderState,
  after: OrderState,
  currency: string,
  { submitted, priced }: PricedOrderLine,
): PreviewedLine => {
  const { lineId, item, baseUom } = submitted;
  const [from, to] = [wanted(valueAt(before.lines, lineId)), wanted(valueAt(after.lines, lineId))];
  const net = (amount: bigint) => lineAmounts(amount, priced.unitPrice, priced.discounts, currency).net;
  const { unitPrice } = priced;
  return { lineId, item, baseUom, unitPrice, before: from, after: to, netBefore: net(from), netAfter: net(to) };
};

/**
 * What an order would come to when everything that is wished were there and all that is to be stopped were stopped, decided
 * by the rules that decide the wishes themselves: what they would refuse is refused here.
 */
export const previewChange = (wishes: readonly Wish[], state: OrderState): ChangePreview | Refusal => {
  const { submitted } = state;
  if (submitted === null) return { netBefore: 0n, netAfter: 0n, creditFor: 0n, creditBy: 0n, lines: [] };
  let asked = state;
  for (const wish of wishes) {
    const events =
      wish.type === 'RequestLines' ? requestLines(wish, submitted, asked) : requestQty(wish, submitted, asked);
    if ('refused' in events) return events;
    asked = events.reduce(evolveOrder, asked);
  }
  const ours = new Set(wishes.map(({ changeId }) => changeId));
  const waiting = asked.waiting.filter(({ changeId }) => ours.has(changeId));
  let after = asked;
  for (const { changeId, lineId } of waiting) {
    const events = acceptChange({ type: 'AcceptChange', changeId, lineIds: [lineId] }, submitted, after);
    if (!('refused' in events)) after = events.reduce(evolveOrder, after);
  }
  const named = new Set(wishes.flatMap(all));
  const creditFor = netWith(asked, waiting);
  return {
    ...{ netBefore: netTotal(stopped(state)), netAfter: netTotal(stopped(after)) },
    ...{ creditFor, creditBy: creditFor - netWith(asked, []) },
    lines: orderLines(after)
      .filter(({ submitted: { lineId } }) => named.has(lineId))
      .map((line) => lineOf(state, after, submitted.currency, line)),
  };
};
