import { type Refusal, refuse } from '../decider.ts';
import { recipeOf } from '../kit.ts';
import { minorText } from '../money.ts';
import { qty, qtyText } from '../quantity.ts';
import { valueAt } from '../stock/orderedMap.ts';
import { type OrderCommand, orderLinesMax } from './commands.ts';
import type { AcceptedLine, OrderEvent, OrderHeld, OrderSubmitted } from './events.ts';
import { holdsInForce, netTotal, type OrderState, openHolds, orderLines, type PricedOrderLine } from './state.ts';

export type Of<T extends OrderCommand['type']> = Extract<OrderCommand, { type: T }>;
export type Decision = readonly OrderEvent[] | Refusal;

const invalid = (detail: string): Refusal => refuse('MASTER_DATA_INVALID', detail);

const contentProblem = ({ lines, pricing }: Of<'SubmitOrder'>): Refusal | undefined => {
  if (lines.length === 0 || lines.length > orderLinesMax) return invalid(`An order has 1 to ${orderLinesMax} lines.`);
  if (new Set(lines.map((line) => line.lineId)).size < lines.length) return invalid('Line ids repeat.');
  if (lines.some((line) => qty(line.qty) <= 0n)) return invalid('A line quantity is not above zero.');
  const priced = new Set(pricing.lines.map((line) => line.lineId));
  const unpriced = lines.find((line) => !priced.has(line.lineId));
  return unpriced === undefined ? undefined : invalid(`Line ${unpriced.lineId} has no price.`);
};

type HoldOrder = { readonly orderId: string; readonly bu: string; readonly soldTo: string };
type NewHold = Omit<OrderHeld['data'], keyof HoldOrder>;

export const held = ({ orderId, bu, soldTo }: HoldOrder, hold: NewHold): OrderHeld => ({
  type: 'OrderHeld',
  data: { orderId, bu, soldTo, ...hold },
});

const fraudRequested = (
  { orderId, bu, soldTo }: HoldOrder,
  wanted: Of<'SubmitOrder'>['fraudCheck'],
): readonly OrderEvent[] =>
  wanted === undefined ? [] : [{ type: 'FraudCheckRequested', data: { orderId, bu, soldTo, ...wanted } }];

/** Validation and pricing were answered by the same request, so one append records all of it or nothing. */
export const submit = (command: Of<'SubmitOrder'>, state: OrderState): Decision => {
  const { type: _type, masterData, pricing, holds, fraudCheck, ...order } = command;
  if (state.submitted !== null) {
    if (state.submitted.contentSha256 === command.contentSha256) return [];
    return refuse('ORDER_ALREADY_EXISTS', `Order ${command.orderId} exists with other content.`);
  }
  const problem = contentProblem(command);
  if (problem !== undefined) return problem;
  const { orderId, bu, soldTo, currency, charges } = order;
  const { priceListId, priceListVersion, lines, totals } = pricing;
  const priced = { orderId, bu, soldTo, currency, priceListId, priceListVersion, lines, charges, totals };
  return [
    { type: 'OrderSubmitted', data: order },
    { type: 'OrderValidated', data: { orderId, masterData } },
    { type: 'OrderPriced', data: priced },
    ...fraudRequested(order, fraudCheck),
    ...holds.map((hold) => held(order, { ...hold, scope: { kind: 'ORDER' } })),
  ];
};

const sameScope = (a: NewHold['scope'], b: NewHold['scope']): boolean =>
  a.kind === 'LINE' ? b.kind === 'LINE' && a.lineId === b.lineId : a.kind === b.kind;

/** Holds of different types and of different people coexist. One obstacle that the system finds again is still one obstacle. */
export const placeHold = (command: Of<'PlaceHold'>, submitted: OrderSubmitted['data'], state: OrderState): Decision => {
  const { holdId, holdType: type, scope, note, data } = command;
  if (valueAt(state.holds, holdId) !== undefined) return [];
  if (state.closed) return refuse('ORDER_NOT_OPEN', `Order ${submitted.orderId} is closed.`);
  if (scope.kind === 'LINE' && valueAt(state.lines, scope.lineId) === undefined) {
    return refuse('LINE_UNKNOWN', `Order ${submitted.orderId} has no line ${scope.lineId}.`, { lineId: scope.lineId });
  }
  const known = openHolds(state).some((hold) => hold.type === type && sameScope(hold.scope, scope));
  if (known && type !== 'MANUAL') return [];
  return [held(submitted, { holdId, type, scope, note, ...(data === undefined ? {} : { data }) })];
};

export const releaseHold = (
  { holdId, reason, releasedBy }: Of<'ReleaseHold'>,
  { orderId, bu, soldTo }: OrderSubmitted['data'],
  state: OrderState,
): Decision => {
  const hold = holdsInForce(state).find((open) => open.holdId === holdId);
  if (hold === undefined) return refuse('HOLD_NOT_OPEN', `Hold ${holdId} is not open.`, { holdId });
  const data = { orderId, bu, soldTo, holdId, type: hold.type, reason };
  // A process has found room within the limit; a person need not.
  const isOverride = hold.scope.kind === 'CHANGES' && !releasedBy.startsWith('process:');
  return [{ type: 'OrderHoldReleased', data: isOverride ? { ...data, override: true } : data }];
};

const acceptedLine = ({ submitted, priced }: PricedOrderLine, amount: bigint): AcceptedLine => {
  const { lineId, item, baseUom } = submitted;
  const discounts = priced.discounts.map(({ sequence, kind, ratePct }) => ({ sequence, kind, ratePct }));
  const { unitPrice } = priced;
  return { lineId, item, baseUom, qty: qtyText(amount), unitPrice, discounts, ...recipeOf(submitted) };
};

/** What is left of each line, at its price. */
export const acceptedLines = (state: OrderState): readonly AcceptedLine[] =>
  orderLines(state).flatMap((each) => {
    const left = each.line.ordered - each.line.cancelled;
    return left === 0n ? [] : [acceptedLine(each, left)];
  });

/** What was accepted first, and with it what was added since. */
export const withAdded = (accepted: readonly AcceptedLine[], state: OrderState): readonly AcceptedLine[] => {
  const added = orderLines(state).filter(({ line }) => line.raised > 0n);
  if (added.length === 0) return accepted;
  const first = new Map(accepted.map((line) => [line.lineId, line]));
  for (const each of added) {
    const { lineId, raised } = each.line;
    first.set(lineId, acceptedLine(each, qty(first.get(lineId)?.qty ?? '0') + raised));
  }
  return [...first.values()];
};

/** What of its submission an acceptance repeats. */
const headerOf = (submitted: OrderSubmitted['data']) => {
  const { orderId, bu, channel, customerPo, soldTo, billTo, shipTo, currency, requestedDate } = submitted;
  const { shipComplete, allowSplit, termsDays, charges } = submitted;
  return {
    ...{ orderId, bu, channel, customerPo, soldTo, billTo, shipTo, currency, requestedDate },
    ...{ shipComplete, allowSplit, charges },
    ...(termsDays !== undefined && { termsDays }),
  };
};

const heldBy = (orderId: string, holds: ReturnType<typeof openHolds>): Refusal =>
  refuse('HOLD_OPEN', `Order ${orderId} is held: ${holds.map((hold) => hold.type).join(', ')}.`, {
    holds: holds.map(({ holdId, type }) => ({ holdId, type })),
  });

/** What was cancelled before is not accepted; an order that was cancelled entirely cannot be. */
export const accept = (acceptedAt: string, submitted: OrderSubmitted['data'], state: OrderState): Decision => {
  if (state.accepted) return [];
  const lines = acceptedLines(state);
  if (state.closed || lines.length === 0)
    return refuse('ORDER_NOT_OPEN', `Order ${submitted.orderId} has nothing left to accept.`);
  if (state.fraud?.status === 'PENDING')
    return refuse('HOLD_OPEN', `Order ${submitted.orderId} awaits its fraud check.`);
  const holds = openHolds(state);
  if (holds.length > 0) return heldBy(submitted.orderId, holds);
  const acceptedTotal = minorText(netTotal(state));
  return [{ type: 'OrderAccepted', data: { ...headerOf(submitted), lines, acceptedTotal, acceptedAt } }];
};
