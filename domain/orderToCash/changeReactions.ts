import type { RecordedOf } from '../events.ts';
import { qty } from '../quantity.ts';
import { valueAt } from '../stock/orderedMap.ts';
import { rememberedText } from './billing.ts';
import { isBlocked, type OrderToCashState } from './memory.ts';
import { type Answer, oncePerCommand } from './onceEach.ts';
import type { Issue } from './process.ts';

type OfOrder = { readonly orderId: string; readonly bu: string };

export const acceptChanges = ({ orderId, bu }: OfOrder): Issue => ({
  step: 'acceptChanges',
  lane: orderId,
  payload: { orderId, bu },
});

export const erpLane = (orderId: string): string => `${orderId}:erp`;

/** Behind the registration, which is in the same lane. */
export const changeErp = ({ orderId, bu }: OfOrder): Issue => ({
  step: 'changeErp',
  lane: erpLane(orderId),
  payload: { orderId, bu },
});

export const onChangeRequested = (state: OrderToCashState, event: RecordedOf<'OrderLineChangeRequested'>): Answer => {
  const memory = oncePerCommand(state, event, 'change');
  return memory && { intents: [acceptChanges(event.data)], memory };
};

/** More may be billed of it, and is to be sourced. */
export const onLineAccepted = (
  state: OrderToCashState,
  event: RecordedOf<'OrderLineAdded'> | RecordedOf<'OrderLineChanged'>,
): Answer => {
  const { orderId, bu, lineId } = event.data;
  const amount = qty(event.type === 'OrderLineAdded' ? event.data.line.qty : event.data.addedQty);
  const line = valueAt(state.lines, lineId) ?? {
    ...{ lineId, ordered: 0n, cancelled: 0n, shipped: 0n, overBilled: 0n },
  };
  const lines = [rememberedText({ ...line, ordered: line.ordered + amount })];
  const once = oncePerCommand(state, event, 'allocate');
  const allocate: Issue = { step: 'allocate', lane: orderId, payload: { orderId, bu } };
  const intents = [changeErp(event.data), ...(isBlocked(state) ? [] : [allocate])];
  return { intents: once === undefined ? [] : intents, memory: { lines, ...once } };
};

/** It may come to less than is reserved for it; what it comes to more is asked for with its acceptance. */
export const onRepriced = ({ data: { orderId, bu } }: RecordedOf<'OrderLineRepriced'>): Answer => ({
  intents: [{ step: 'close', lane: orderId, payload: { orderId, bu } }],
  memory: {},
});

/** It may have been all that kept the order open, and credit may be reserved for it. */
export const onChangeRefused = (state: OrderToCashState, event: RecordedOf<'OrderLineChangeRefused'>): Answer => {
  const { orderId, bu } = event.data;
  const memory = oncePerCommand(state, event, 'close');
  return memory && { intents: [{ step: 'close', lane: orderId, payload: { orderId, bu } }], memory };
};
