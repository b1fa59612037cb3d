import { allocation } from '../../domain/allocation/allocation.ts';
import { lineOf } from '../../domain/allocation/state.ts';
import { streamName } from '../../domain/eventLog.ts';
import type { OrderState } from '../../domain/order/state.ts';
import { type AllocatedOf, orderView } from '../../domain/order/view.ts';
import type { Executor, LoadedStream } from '../handle.ts';
import type { Receipt } from '../ports.ts';
import type { CapturedOrder } from './inputs.ts';

/** The order as the answer of a command shows it; without an allocation everything is unsourced until sourcing has had its say. */
export const capturedOrder = (state: OrderState, revision: number, allocatedOf?: AllocatedOf): CapturedOrder => {
  const view = orderView(state, allocatedOf);
  if (view === undefined) throw new Error('an order that was never submitted has no view');
  return { ...view, revision };
};

/**
 * An order that was captured before, as it is by now. The allocation is read after the order, so that nothing is invoiced
 * that has not been shipped.
 */
export const presentOrder = async (
  { load }: Pick<Executor, 'load'>,
  { state, revision, position }: Pick<LoadedStream<OrderState>, 'state' | 'revision' | 'position'>,
  receipt: Pick<Receipt, 'position'>,
): Promise<CapturedOrder> => {
  const { accepted, submitted } = state;
  const asOf = position === receipt.position ? {} : { asOfPosition: position };
  if (!accepted || submitted === null) return { ...capturedOrder(state, revision), ...asOf };
  const allocated = await load(allocation, streamName('allocation', submitted.bu, submitted.orderId));
  return { ...capturedOrder(state, revision, (lineId) => lineOf(allocated.state, lineId)), ...asOf };
};
