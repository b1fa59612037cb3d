import { maxQty, minQty, qty, qtyText } from '../quantity.ts';
import { costAfterIncoming } from './cost.ts';
import { countedBefore, countSince } from './countDecisions.ts';
import type { StockEvent } from './events.ts';
import { returnKey, statusKey } from './keys.ts';
import type { Of } from './movementDecisions.ts';
import { recall } from './recent.ts';
import type { StockState } from './state.ts';

type Events = readonly StockEvent[];

const isKnown = (state: StockState, key: string): boolean => recall(state.seen, key) !== undefined;

/** Goods that came back and were looked at, at the cost they left with: a moving average takes them in like a receipt. */
export const recordReturn = (command: Of<'RecordReturn'>, state: StockState): Events => {
  const amount = qty(command.qty);
  if (amount <= 0n || isKnown(state, returnKey(command.inspectionEventId))) return [];
  const { type: _type, at, ...data } = command;
  const { rmaId, status, unitCost, currency } = data;
  const incoming = { qty: amount, unitCost, currency };
  const method = state.cost?.method ?? 'STANDARD';
  return [
    { type: 'StockReturned', data },
    ...costAfterIncoming(command, state, incoming, method, `return ${rmaId}`),
    ...countedBefore(command, state, { at, status, qty: amount }, currency),
  ];
};

/** A fact, like every movement: what somebody moved out of quarantine meanwhile is missing there, and a count puts it right. */
export const scrapReturned = (command: Of<'ScrapReturned'>, state: StockState): Events => {
  const amount = qty(command.qty);
  if (amount <= 0n || isKnown(state, returnKey(command.inspectionEventId))) return [];
  const { type: _type, at, ...data } = command;
  const status = 'QUARANTINE';
  return [
    { type: 'StockScrapped', data: { ...data, status } },
    ...countedBefore(command, state, { at, status, qty: -amount }, data.currency),
  ];
};

export const restockReturned = (command: Of<'RestockReturned'>, state: StockState): Events => {
  const { bu, node, item, inspectionEventId, currency, at } = command;
  const reference = returnKey(inspectionEventId);
  // A count since then found them gone: what it left there are others.
  const isCounted = countSince(state, { at, status: 'QUARANTINE' }) !== undefined;
  const amount = isCounted ? qty(command.qty) : minQty(qty(command.qty), maxQty(0n, state.onHand.QUARANTINE));
  if (amount <= 0n || isKnown(state, statusKey(reference))) return [];
  const move = { reference, qty: qtyText(amount), from: 'QUARANTINE', to: 'SELLABLE', reason: 'RETURN' } as const;
  return [
    { type: 'StockStatusChanged', data: { bu, node, item, ...move } },
    ...countedBefore(command, state, { at, status: move.from, qty: -amount }, currency),
    ...countedBefore(command, state, { at, status: move.to, qty: amount }, currency),
  ];
};
