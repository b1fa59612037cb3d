import { inParallel } from '../inParallel.ts';
import { tellAllocation } from './allocationStream.ts';
import type { StepScript } from './stepRun.ts';

const ordersAtOnce = 16;

/** One command per order, under an id of its own, so a run after a kill only asks again. */
export const sourceAgain: StepScript<'sourceAgain'> = async (run, { bu, orders }) => {
  await inParallel(orders, ordersAtOnce, async (orderId) => {
    const command = { type: 'ReopenSourcing', cause: 'NODE_OPENED' } as const;
    await tellAllocation(run, { bu, orderId }, command, `${run.intentId}:${orderId}`);
  });
};
