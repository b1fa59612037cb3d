import { allocation } from '../../domain/allocation/allocation.ts';
import type { AllocationCommand } from '../../domain/allocation/commands.ts';
import type { AllocationState } from '../../domain/allocation/state.ts';
import { type StreamName, streamName } from '../../domain/eventLog.ts';
import { order } from '../../domain/order/order.ts';
import type { OrderState } from '../../domain/order/state.ts';
import type { Run } from './stepRun.ts';

export type OfOrder = { readonly orderId: string; readonly bu: string };

export const allocationStream = ({ bu, orderId }: OfOrder): StreamName => streamName('allocation', bu, orderId);
export const orderStream = ({ bu, orderId }: OfOrder): StreamName => streamName('order', bu, orderId);

export const loadAllocation = async (run: Run, of: OfOrder): Promise<AllocationState> =>
  (await run.load(allocation, allocationStream(of))).state;

export const loadOrder = async (run: Run, of: OfOrder): Promise<OrderState> =>
  (await run.load(order, orderStream(of))).state;

export const tellAllocation = (run: Run, of: OfOrder, command: AllocationCommand, commandId: string) =>
  run.tell(allocation, allocationStream(of), command, commandId);

/** Lines per command: an append stays far below the largest one that a log takes. */
const linesPerCommand = 250;

export const chunked = <T>(items: readonly T[], size = linesPerCommand): readonly (readonly T[])[] => {
  const chunks: (readonly T[])[] = [];
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));
  return chunks;
};
