import { qty, qtyText } from '../quantity.ts';
import { valueAt } from '../stock/orderedMap.ts';
import type { OpenBuckets, OrderEvent, OrderSubmitted } from './events.ts';
import { type OrderState, type SubstitutingChange, stoppableOf } from './state.ts';
import { withLine } from './totals.ts';

type Submitted = OrderSubmitted['data'];

/** Goods have left or are with a warehouse meanwhile: the line stays what it is. */
export const notSubstituted = (
  { orderId, bu }: Submitted,
  { changeId, lineId, qty: refused }: SubstitutingChange,
): OrderEvent => ({
  type: 'OrderLineChangeRefused',
  data: { orderId, bu, changeId, lineId, refusedQty: qtyText(refused), reason: 'NOT_SUBSTITUTABLE' },
});

/** There is credit for the substitute: what it takes the place of is to be stopped, all of it or nothing. */
export const stopForSubstitute = (
  submitted: Submitted,
  state: OrderState,
  change: SubstitutingChange,
): readonly OrderEvent[] => {
  const { orderId, bu } = submitted;
  const { lineId, qty: wanted } = change.what.inPlaceOf;
  const line = valueAt(state.lines, lineId);
  // It left or was cancelled while the substitute waited for its credit.
  if (line === undefined || stoppableOf(line) < qty(wanted)) return [notSubstituted(submitted, change)];
  const { changeId } = change;
  const asked = { orderId, bu, changeId, lineId, requestedQty: wanted, reason: 'SUBSTITUTED' };
  return [{ type: 'OrderLineCancelRequested', data: { ...asked, cause: 'SUBSTITUTED' } }];
};

/**
 * The goods are out of these buckets and the new line is there: one append, so nobody sees one without the other. The new
 * line comes first, so that an order of one line is never cancelled in between.
 */
export const substituted = (
  { orderId, bu }: Submitted,
  { pricing }: OrderState,
  { changeId, lineId, what }: SubstitutingChange,
  from: OpenBuckets,
  reason = 'SUBSTITUTED',
): readonly OrderEvent[] => {
  if (pricing === null) return [];
  const { inPlaceOf, ...added } = what;
  const of = { orderId, bu, changeId };
  const stopped = { lineId: inPlaceOf.lineId, cancelledQty: inPlaceOf.qty, from, reason };
  const totals = withLine(pricing.totals, undefined, added.priced);
  const inTheirPlace = { newLineId: lineId, newItem: added.line.item, newQty: added.line.qty };
  return [
    { type: 'OrderLineAdded', data: { ...of, lineId, ...added, totals } },
    { type: 'OrderLineCancelled', data: { orderId, changeId, ...stopped, cause: 'SUBSTITUTED' } },
    { type: 'OrderLineSubstituted', data: { ...of, ...inPlaceOf, ...inTheirPlace } },
  ];
};

/** The substitution that the cancellation of a line is the first half of; none when it was taken back meanwhile. */
export const substitutionOf = (
  { substituting }: OrderState,
  changeId: string,
  lineId: string,
): SubstitutingChange | undefined =>
  substituting.find((change) => change.changeId === changeId && change.what.inPlaceOf.lineId === lineId);
