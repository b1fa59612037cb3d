import type { OrderState } from '../domain/order/state.ts';
import { orderView } from '../domain/order/view.ts';
import type { CapturedOrder } from './applicationInputs.ts';

/** The order as the answer of a command shows it: everything unsourced until sourcing has had its say. */
export const capturedOrder = (state: OrderState, revision: number): CapturedOrder => {
  const view = orderView(state);
  if (view === undefined) throw new Error('an order that was never submitted has no view');
  return { ...view, revision };
};
