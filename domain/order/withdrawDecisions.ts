import { qtyText } from '../quantity.ts';
import type { OrderEvent, OrderSubmitted } from './events.ts';
import { type OrderState, openHolds, type WaitingChange } from './state.ts';

/**
 * What waits is taken back: by the change that is named, or because another wish for the line takes its place. The hold that
 * it waited on ends with it, so that the rest, which is less, is tried once more.
 */
export const withdrawn = (
  { orderId, bu, soldTo }: OrderSubmitted['data'],
  state: OrderState,
  changes: readonly WaitingChange[],
  withdrawnBy: string | undefined,
): readonly OrderEvent[] => {
  if (changes.length === 0) return [];
  const refused = changes.map(
    ({ changeId, lineId, qty }): OrderEvent => ({
      type: 'OrderLineChangeRefused',
      data: {
        ...{ orderId, bu, changeId, lineId, refusedQty: qtyText(qty) },
        ...(withdrawnBy === undefined ? { reason: 'REPLACED' } : { reason: 'WITHDRAWN', withdrawnBy }),
      },
    }),
  );
  const released = openHolds(state)
    .filter(({ scope }) => scope.kind === 'CHANGES')
    .map(
      ({ holdId, type }): OrderEvent => ({
        type: 'OrderHoldReleased',
        data: { orderId, bu, soldTo, holdId, type, reason: 'CHANGE_WITHDRAWN' },
      }),
    );
  return [...refused, ...released];
};
