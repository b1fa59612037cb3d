import { type Decider, refuse } from '../decider.ts';
import { maxQty, qty, qtyText } from '../quantity.ts';
import { valueAt, valuesOf } from '../stock/orderedMap.ts';
import { acceptChange } from './acceptDecisions.ts';
import { recordCancel, requestCancel } from './cancelDecisions.ts';
import { requestLines, requestQty } from './changeDecisions.ts';
import type { OrderCommand } from './commands.ts';
import { recordErpChange, refuseErp, refuseErpChange, registerErp } from './erpDecisions.ts';
import type { OrderEvent, OrderSubmitted } from './events.ts';
import { evolveOrder } from './evolve.ts';
import { recordFraudDecision, recordFraudUnanswered } from './fraudDecisions.ts';
import { repriceLine } from './repriceDecisions.ts';
import { initialOrder, isFinished, type OrderLine, type OrderState } from './state.ts';
import { accept, type Decision, type Of, placeHold, releaseHold, submit } from './submitDecisions.ts';
import { requestSubstitute } from './substituteDecisions.ts';

/** Fact. Cumulative values fall only by a void that is named; a reference counts once. */
const recordProgress = (
  command: Of<'RecordProgress'>,
  { orderId }: OrderSubmitted['data'],
  state: OrderState,
): Decision => {
  const { reference, voids } = command;
  if (valueAt(state.references, reference) !== undefined) return [];
  const sums = new Map<string, Pick<OrderLine, 'shipped' | 'invoiced' | 'gifted'>>();
  const giftsMove = command.lines.some(({ addGifted }) => addGifted !== undefined);
  for (const { lineId, addShipped, addInvoiced, addGifted = '0' } of command.lines) {
    const line = valueAt(state.lines, lineId);
    if (line === undefined) return refuse('LINE_UNKNOWN', `Order ${orderId} has no line ${lineId}.`, { lineId });
    if (voids === undefined && (qty(addShipped) < 0n || qty(addInvoiced) < 0n)) {
      return refuse('QTY_EXCEEDS_SHIPPED', 'Progress falls only by a void.', { lineId });
    }
    const before = sums.get(lineId) ?? line;
    sums.set(lineId, {
      shipped: before.shipped + qty(addShipped),
      invoiced: before.invoiced + qty(addInvoiced),
      gifted: before.gifted + qty(addGifted),
    });
  }
  return [...sums].map(([lineId, { shipped, invoiced, gifted }]): OrderEvent => {
    const data = {
      orderId,
      lineId,
      shipped: qtyText(maxQty(0n, shipped)),
      invoiced: qtyText(maxQty(0n, invoiced)),
      ...(giftsMove ? { gifted: qtyText(maxQty(0n, gifted)) } : {}),
      reference,
    };
    return { type: 'OrderLineProgressed', data: voids === undefined ? data : { ...data, voids } };
  });
};

const close = ({ orderId, bu, soldTo }: OrderSubmitted['data'], state: OrderState): Decision => {
  if (state.closed || state.waiting.length > 0 || ![...valuesOf(state.lines)].every(isFinished)) return [];
  return [{ type: 'OrderClosed', data: { orderId, bu, soldTo } }];
};

const decide = (command: OrderCommand, state: OrderState): Decision => {
  if (command.type === 'SubmitOrder') return submit(command, state);
  const { submitted } = state;
  if (submitted === null) return refuse('NOT_FOUND', 'There is no such order.');
  switch (command.type) {
    case 'PlaceHold':
      return placeHold(command, submitted, state);
    case 'ReleaseHold':
      return releaseHold(command, submitted, state);
    case 'AcceptOrder':
      return accept(command.acceptedAt, submitted, state);
    case 'RegisterErpOrder':
      return registerErp(command, submitted, state);
    case 'RefuseErpOrder':
      return refuseErp(command, submitted, state);
    case 'RecordErpChange':
      return recordErpChange(command, submitted, state);
    case 'RefuseErpChange':
      return refuseErpChange(command, submitted, state);
    case 'RequestLines':
      return requestLines(command, submitted, state);
    case 'RequestSubstitute':
      return requestSubstitute(command, submitted, state);
    case 'RequestQty':
      return requestQty(command, submitted, state);
    case 'RepriceLine':
      return repriceLine(command, submitted, state);
    case 'AcceptChange':
      return acceptChange(command, submitted, state);
    case 'RequestCancel':
      return requestCancel(command, submitted, state);
    case 'RecordCancel':
      return recordCancel(command, submitted, state);
    case 'RecordProgress':
      return recordProgress(command, submitted, state);
    case 'CloseOrder':
      return close(submitted, state);
    case 'RecordFraudDecision':
      return recordFraudDecision(command, submitted, state);
    case 'RecordFraudUnanswered':
      return recordFraudUnanswered(command, submitted, state);
  }
};

/** The commercial facts of one order. Where its goods come from is the allocation's, what left is the shipment's. */
export const order: Decider<OrderState, OrderCommand, OrderEvent> = {
  category: 'order',
  initial: initialOrder,
  decide,
  evolve: evolveOrder,
};
