import { allocation } from '../../domain/allocation/allocation.ts';
import { stillToStop } from '../../domain/allocation/cancelDecisions.ts';
import { dropShipDecider } from '../../domain/dropShip/dropShip.ts';
import { type DropShipState, openOf } from '../../domain/dropShip/state.ts';
import { qty, qtyText } from '../../domain/quantity.ts';
import { dropShipStream } from '../calls/dropShipContent.ts';
import { findEvent } from '../deciding/readStream.ts';
import { allocationStream, chunked, tellAllocation } from './allocationStream.ts';
import { settleChange } from './cancelScripts.ts';
import type { Run, StepScript } from './stepRun.ts';

type Stop = Parameters<StepScript<'stopDropShip'>>[1];
type Part = { readonly lineId: string; readonly qty: string };

/** A supplier is bound by what it acknowledged; before that a purchase order can be taken back, and nobody has to be asked. */
const revocable = ({ lines }: DropShipState, asked: readonly Part[]): readonly Part[] =>
  asked.flatMap(({ lineId, qty: amount }) => {
    const line = lines.find((each) => each.lineId === lineId);
    if (line === undefined || line.acknowledged > 0n || line.shipped > 0n) return [];
    return [{ lineId, qty: qtyText(qty(amount) < openOf(line) ? qty(amount) : openOf(line)) }];
  });

/** Takes it off the purchase order, which alone knows what has left meanwhile. */
const takeOff = async (run: Run, stop: Stop, asked: readonly Part[]): Promise<readonly Part[]> => {
  const stream = dropShipStream(stop);
  const { changeId } = stop;
  const { state } = await run.load(dropShipDecider, stream);
  const lines = revocable(state, asked);
  await run.tell(dropShipDecider, stream, { type: 'CancelDropShip', changeId, lines }, `${run.intentId}:cancel`);
  const taken = await findEvent(run.store, stream, 'DropShipCancelled', ({ data }) => data.changeId === changeId);
  return taken?.data.lines ?? [];
};

/** Takes back what one change asks of one purchase order. */
export const stopDropShip: StepScript<'stopDropShip'> = async (run, stop) => {
  const { changeId, poId: releaseId } = stop;
  const { state } = await run.load(allocation, allocationStream(stop));
  const asked = stillToStop(state, changeId, releaseId);
  if (asked.length > 0) {
    const taken = new Map((await takeOff(run, stop, asked)).map((line) => [line.lineId, line.qty]));
    const stopped = asked.map(({ lineId }) => ({ releaseId, lineId, qty: taken.get(lineId) ?? '0' }));
    for (const part of chunked(stopped)) {
      const command = { type: 'Deallocate', changeId, lines: [], stopped: part } as const;
      await tellAllocation(run, stop, command, `${run.intentId}:stopped:${part[0]?.lineId}`);
    }
  }
  await settleChange(run, stop, run.intentId);
};
