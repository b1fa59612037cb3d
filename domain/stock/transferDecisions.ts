import { qty } from '../quantity.ts';
import { costAfterIncoming } from './cost.ts';
import { countedBefore } from './countDecisions.ts';
import type { StockEvent } from './events.ts';
import { transferKey } from './keys.ts';
import type { Of } from './movementDecisions.ts';
import { recall } from './recent.ts';
import type { StockState } from './state.ts';

/** A fact: more may leave than the books have. What comes in is taken in at the cost it left with, like a receipt. */
export const moveTransferred = (command: Of<'MoveTransferred'>, state: StockState): readonly StockEvent[] => {
  const amount = qty(command.qty);
  if (amount === 0n || recall(state.seen, transferKey(command.movementId)) !== undefined) return [];
  const { type: _type, costMethod, at, ...data } = command;
  const { status, unitCost, currency, transferId } = data;
  const incoming = { qty: amount, unitCost, currency };
  const costs = amount > 0n ? costAfterIncoming(command, state, incoming, costMethod, `transfer ${transferId}`) : [];
  return [
    { type: 'StockTransferred', data },
    ...costs,
    ...countedBefore(command, state, { at, status, qty: amount }, currency),
  ];
};
