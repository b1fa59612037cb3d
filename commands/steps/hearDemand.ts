import type { AllocationState } from '../../domain/allocation/state.ts';
import { recipeOf } from '../../domain/kit.ts';
import { type OrderState, orderLines } from '../../domain/order/state.ts';
import { qtyText } from '../../domain/quantity.ts';
import { chunked, type OfOrder, tellAllocation } from './allocationStream.ts';
import type { Run } from './stepRun.ts';

/** Tells an allocation that has begun what the order has more than when it was accepted. */
export const hearDemand = async (
  run: Run,
  of: OfOrder,
  order: OrderState,
  state: AllocationState,
): Promise<AllocationState> => {
  const added = orderLines(order).filter(({ line }) => line.raised > 0n);
  let heard = state;
  for (const [index, part] of chunked(added).entries()) {
    const lines = part.map(({ submitted, line: { lineId, raised } }) => ({
      ...{ lineId, item: submitted.item, added: qtyText(raised) },
      ...recipeOf(submitted),
    }));
    heard = (await tellAllocation(run, of, { type: 'AddDemand', lines }, `${run.intentId}:demand:${index}`)).state;
  }
  return heard;
};
