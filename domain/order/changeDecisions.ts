import { type Refusal, refuse } from '../decider.ts';
import { decimal } from '../money.ts';
import type { DiscountRate } from '../pricing/lineAmounts.ts';
import { qty, qtyMax, qtyText } from '../quantity.ts';
import { sizeOf, valueAt } from '../stock/orderedMap.ts';
import { asTotal } from './askedTotal.ts';
import { requestCancel } from './cancelDecisions.ts';
import { type LineTerms, orderLinesMax } from './commands.ts';
import type { OrderEvent, OrderSubmitted, PricedLine } from './events.ts';
import { evolveOrder } from './evolve.ts';
import { isDifference } from './quantityMeaning.ts';
import { isCancelled, type OrderLine, type OrderState, openOf } from './state.ts';
import type { Decision, Of } from './submitDecisions.ts';
import { withdrawn } from './withdrawDecisions.ts';

type Submitted = OrderSubmitted['data'];

const notOpen = (orderId: string, why: string): Refusal => refuse('ORDER_NOT_OPEN', `Order ${orderId} ${why}.`);

/** What can be added to goes on: it is accepted, and something of it is left. */
export const unchangeable = ({ orderId }: Submitted, state: OrderState): Refusal | undefined => {
  if (state.closed) return notOpen(orderId, 'is closed');
  if (!state.accepted) return notOpen(orderId, 'is not accepted yet');
  return isCancelled(state) ? notOpen(orderId, 'is cancelled') : undefined;
};

const requested = (
  { orderId, bu }: Submitted,
  { changeId, reason }: Of<'RequestLines'> | Of<'RequestQty'>,
  lineId: string,
) => ({ orderId, bu, changeId, lineId, reason });

/** Lines that are to be new, and are there or on their way already, or are too many. */
export const refusedLines = (
  { orderId }: Submitted,
  state: OrderState,
  lineIds: readonly string[],
): Refusal | undefined => {
  const coming = [...state.waiting, ...state.substituting];
  const known = new Set(coming.map(({ lineId }) => lineId));
  const lineId = lineIds.find((each) => valueAt(state.lines, each) !== undefined || known.has(each));
  if (lineId !== undefined) return refuse('LINE_EXISTS', `Order ${orderId} has a line ${lineId} already.`, { lineId });
  if (sizeOf(state.lines) + coming.length + lineIds.length <= orderLinesMax) return undefined;
  return refuse('MASTER_DATA_INVALID', `An order has at most ${orderLinesMax} lines.`);
};

export const requestLines = (command: Of<'RequestLines'>, submitted: Submitted, state: OrderState): Decision => {
  if (valueAt(state.changes, command.changeId) !== undefined) return [];
  const refusal = unchangeable(submitted, state);
  if (refusal !== undefined) return refusal;
  const lineIds = command.lines.map(({ line }) => line.lineId);
  const taken = refusedLines(submitted, state, lineIds);
  if (taken !== undefined) return taken;
  return command.lines.map((added) => ({
    type: 'OrderLineChangeRequested',
    data: { ...requested(submitted, command, added.line.lineId), added },
  }));
};

const isSameNumber = (a: string, b: string): boolean => {
  const [left, right] = [decimal(a), decimal(b)];
  return left.digits * 10n ** BigInt(right.scale) === right.digits * 10n ** BigInt(left.scale);
};

const isSameRates = (a: readonly DiscountRate[], b: readonly DiscountRate[]): boolean =>
  a.length === b.length && a.every((rate, index) => isSameNumber(rate.ratePct, b[index]?.ratePct ?? '0'));

/** A line has one price, on all its invoices; more of it at another price is another line. */
const otherTerms = (lineId: string, price: PricedLine, terms: LineTerms | string): Refusal | undefined => {
  if (typeof terms === 'string') return refuse('MASTER_DATA_INVALID', terms, { lineId });
  if (isSameNumber(price.unitPrice, terms.unitPrice) && isSameRates(price.discounts, terms.discounts)) return undefined;
  const detail = `Line ${lineId} is priced at ${price.unitPrice}, and more of it is ${terms.unitPrice} now or has other discounts: add a line for it.`;
  return refuse('PRICE_MISMATCH', detail, { lineId, unitPrice: price.unitPrice, unitPriceNow: terms.unitPrice });
};

const raise = (
  command: Of<'RequestQty'>,
  submitted: Submitted,
  state: OrderState,
  line: OrderLine,
  { wanted, stands }: { readonly wanted: bigint; readonly stands: bigint },
): Decision => {
  const { lineId, entered } = command;
  const refusal = unchangeable(submitted, state);
  if (refusal !== undefined) return refusal;
  if (openOf(line) === 0n) return refuse('LINE_CLOSED', `Line ${lineId} has nothing open.`, { lineId });
  if (line.ordered + qty(command.qty) - wanted > qtyMax) {
    return refuse('MASTER_DATA_INVALID', `That is more than line ${lineId} can hold.`, { lineId });
  }
  const price = state.pricing?.lines.find((priced) => priced.lineId === lineId);
  const other = price === undefined ? undefined : otherTerms(lineId, price, command.terms);
  if (other !== undefined) return other;
  const raised = { from: qtyText(stands), to: command.qty, entered };
  return [{ type: 'OrderLineChangeRequested', data: { ...requested(submitted, command, lineId), raised } }];
};

const lower = (command: Of<'RequestQty'>, submitted: Submitted, state: OrderState, by: bigint): Decision => {
  const { changeId, reason, lineId } = command;
  const lines = [{ lineId, qty: qtyText(by) }];
  return requestCancel({ type: 'RequestCancel', changeId, reason, lines }, submitted, state);
};

/**
 * The quantity that is asked for is that of the line without what was cancelled, so the same wish twice is one wish. What
 * still waits of the line is taken back first, but for a difference: that is added to whatever else is asked for.
 */
export const requestQty = (asked: Of<'RequestQty'>, submitted: Submitted, state: OrderState): Decision => {
  const { changeId, lineId } = asked;
  const { orderId } = submitted;
  if (valueAt(state.changes, changeId) !== undefined) return [];
  if (state.closed) return notOpen(orderId, 'is closed');
  const line = valueAt(state.lines, lineId);
  if (line === undefined) return refuse('LINE_UNKNOWN', `Order ${orderId} has no line ${lineId}.`, { lineId });
  const wanted = line.ordered - line.cancelled - line.cancelPending;
  const baseUom = submitted.lines.find((each) => each.lineId === lineId)?.baseUom ?? asked.entered.uom;
  const ofLine = state.waiting.filter((change) => change.lineId === lineId);
  // What waits may be refused yet, so no more can be taken off than there is.
  const stands = asked.meaning === 'MORE_BY' ? ofLine.reduce((sum, each) => sum + each.qty, wanted) : wanted;
  const command = asTotal(asked, stands, baseUom);
  if ('refused' in command) return command;
  const by = qty(command.qty) - stands;
  const waiting = isDifference(asked) ? [] : ofLine;
  if (by === 0n && waiting.length === 0) {
    return refuse('CHANGE_EMPTY', `Line ${lineId} stands at ${wanted} already.`, { lineId });
  }
  const back: readonly OrderEvent[] =
    waiting.length === 0 ? [] : withdrawn(submitted, state, waiting, by > 0n ? undefined : changeId);
  if (by === 0n) return back;
  const now = back.reduce(evolveOrder, state);
  // What was taken back for it has made this change known.
  const unknown = { ...now, changes: state.changes };
  const events =
    by > 0n ? raise(command, submitted, now, line, { wanted, stands }) : lower(command, submitted, unknown, -by);
  return 'refused' in events ? events : [...back, ...events];
};
