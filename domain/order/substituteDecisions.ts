import { type Refusal, refuse } from '../decider.ts';
import { maxQty, qty, qtyText } from '../quantity.ts';
import { valueAt } from '../stock/orderedMap.ts';
import { refusedLines, unchangeable } from './changeDecisions.ts';
import type { OrderSubmitted } from './events.ts';
import { isSubstitution, type OrderState, openOf, stoppableOf } from './state.ts';
import type { Decision, Of } from './submitDecisions.ts';

type Submitted = OrderSubmitted['data'];
type Command = Of<'RequestSubstitute'>;

/** What of a line can still be asked to be stopped, without what waits for a substitute already. */
const substitutableOf = (state: OrderState, lineId: string): bigint => {
  const line = valueAt(state.lines, lineId);
  const stoppable = line === undefined ? 0n : stoppableOf(line);
  const waiting = state.waiting.filter(isSubstitution).filter(({ what }) => what.inPlaceOf.lineId === lineId);
  return maxQty(
    0n,
    waiting.reduce((left, { what }) => left - qty(what.inPlaceOf.qty), stoppable),
  );
};

const notSubstitutable = (
  { substitute }: Command,
  { orderId, allowSubstitute }: Submitted,
  state: OrderState,
): Refusal | undefined => {
  const { lineId, qty: wanted, consent } = substitute.inPlaceOf;
  const line = valueAt(state.lines, lineId);
  if (line === undefined) return refuse('LINE_UNKNOWN', `Order ${orderId} has no line ${lineId}.`, { lineId });
  if (openOf(line) === 0n) return refuse('LINE_CLOSED', `Line ${lineId} has nothing open.`, { lineId });
  const left = qtyText(substitutableOf(state, lineId));
  if (qty(wanted) > qty(left)) {
    const detail = `Of line ${lineId} ${left} can be substituted: the rest has left, is cancelled or has a substitute.`;
    return refuse('NOT_SUBSTITUTABLE', detail, { lineId, qty: left });
  }
  if (allowSubstitute || consent !== undefined) return undefined;
  return refuse('CONSENT_REQUIRED', `Order ${orderId} allows no substitutes: say where the customer consents.`, {
    lineId,
  });
};

/** Asked for before: no event. */
export const requestSubstitute = (command: Command, submitted: Submitted, state: OrderState): Decision => {
  const { changeId, reason, substitute } = command;
  if (valueAt(state.changes, changeId) !== undefined) return [];
  const { orderId, bu } = submitted;
  const { lineId } = substitute.line;
  const refusal =
    unchangeable(submitted, state) ??
    notSubstitutable(command, submitted, state) ??
    refusedLines(submitted, state, [lineId]);
  if (refusal !== undefined) return refusal;
  return [{ type: 'OrderLineChangeRequested', data: { orderId, bu, changeId, lineId, reason, added: substitute } }];
};
