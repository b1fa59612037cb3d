import { allocation } from '../../domain/allocation/allocation.ts';
import { cancelAnswer, stillToStop } from '../../domain/allocation/cancelDecisions.ts';
import { type AllocationState, hasKits, lineOf } from '../../domain/allocation/state.ts';
import { movesOnlyWhole } from '../../domain/allocation/together.ts';
import type { RecordedOf } from '../../domain/events.ts';
import { goodsOf, recipeOf, wholeOf } from '../../domain/kit.ts';
import { requestedCancels } from '../../domain/order/cancelDecisions.ts';
import { order } from '../../domain/order/order.ts';
import { qty, qtyText } from '../../domain/quantity.ts';
import { toDomain } from '../codec.ts';
import { findEvent } from '../deciding/readStream.ts';
import { NotYet } from '../workers/dispatcher.ts';
import {
  allocationStream,
  chunked,
  loadAllocation,
  loadOrder,
  type OfOrder,
  orderStream,
  tellAllocation,
} from './allocationStream.ts';
import { finishLeaving, lookAround } from './backorder.ts';
import { byOrderLine, type OrderLinePart } from './byOrderLine.ts';
import { isHeld } from './releaseGoods.ts';
import { shipmentStream, tellShipment } from './shipmentStream.ts';
import type { Run, StepScript } from './stepRun.ts';
import { giveBack } from './stockScripts.ts';

type Change = OfOrder & { readonly changeId: string };

/** Everything this change took out of the allocation, whichever run of whichever step did it. */
const takenBack = async (run: Run, change: Change): Promise<readonly RecordedOf<'AllocationReleasedBack'>[]> => {
  const events: RecordedOf<'AllocationReleasedBack'>[] = [];
  for await (const recorded of run.store.read(allocationStream(change))) {
    if (recorded.type !== 'AllocationReleasedBack') continue;
    const event = toDomain(recorded) as RecordedOf<'AllocationReleasedBack'>;
    if (event.data.changeId === change.changeId) events.push(event);
  }
  return events;
};

/** Tells stock positions and the order what the change has stopped so far. Both recognise what they were told before. */
export const settleChange = async (run: Run, change: Change, idBase: string): Promise<void> => {
  const [allocated, cancelled] = [await loadAllocation(run, change), await loadOrder(run, change)];
  for (const { eventId, data } of await takenBack(run, change)) {
    const goods = { ...data, ...recipeOf(lineOf(allocated, data.lineId)) };
    await giveBack(run, goods, data, 'CANCELLED', eventId);
  }
  const { changeId } = change;
  const lineIds = requestedCancels(cancelled, changeId).map(({ lineId }) => lineId);
  for (const [index, part] of chunked(lineIds).entries()) {
    const lines = cancelAnswer(allocated, changeId, part);
    await run.tell(order, orderStream(change), { type: 'RecordCancel', changeId, lines }, `${idBase}:answer:${index}`);
  }
};

/**
 * What had to come whole is less now and may be there already, and no stock fact will tell: the line that kept its order
 * from leaving is gone, or another node has all that is left. A held order is looked after when its hold ends.
 */
const lookForRest = async (run: Run, of: OfOrder): Promise<void> => {
  if (run.again) await finishLeaving(run, of);
  const cancelled = await loadOrder(run, of);
  if (cancelled.closed || isHeld(cancelled)) return;
  const allocated = await loadAllocation(run, of);
  if (!movesOnlyWhole(allocated) && !hasKits(allocated)) return;
  await lookAround(run, of, run.intentId);
};

/** Gives up what nobody outside has to stop, at once; the process asks warehouses for the rest. */
export const cancel: StepScript<'cancel'> = async (run, change) => {
  const { changeId } = change;
  const state = await loadAllocation(run, change);
  if (state.started === null) throw new NotYet(`order ${change.orderId} is not allocated yet`, 2_000);
  const asked = await loadOrder(run, change);
  // What another item takes the place of is stopped as a whole, and nobody who has it already is asked.
  const whole = asked.substituting.some((each) => each.changeId === changeId);
  for (const [index, lines] of chunked(requestedCancels(asked, changeId)).entries()) {
    const command = { type: 'Deallocate', changeId, lines, stopped: [], ...(whole && { whole }) } as const;
    await tellAllocation(run, change, command, `${run.intentId}:deallocate:${index}`);
  }
  await settleChange(run, change, run.intentId);
  await lookForRest(run, change);
};

type Stop = Parameters<StepScript<'stopRelease'>>[1];
type Part = { readonly lineId: string; readonly qty: string };
type StoppedPart = Part & { readonly component?: string };

/** A warehouse knows components alone; kits are stopped as far as all of theirs are. */
const wholeLines = (state: AllocationState, lines: readonly StoppedPart[]): readonly Part[] => {
  const kits = new Map<string, Part>();
  for (const { lineId, component } of lines) {
    const { components } = lineOf(state, lineId) ?? {};
    if (component === undefined || components === undefined || kits.has(lineId)) continue;
    const thereOf = (item: string): bigint =>
      lines.reduce((sum, one) => (one.lineId === lineId && one.component === item ? sum + qty(one.qty) : sum), 0n);
    const parts = components.map((one) => ({ per: qty(one.qty), there: thereOf(one.item) }));
    kits.set(lineId, { lineId, qty: qtyText(wholeOf(parts)) });
  }
  return [...lines.filter(({ component }) => component === undefined), ...kits.values()];
};

const toWarehouseLines = (state: AllocationState, lines: readonly Part[]): readonly StoppedPart[] =>
  lines.flatMap((asked) => {
    const line = lineOf(state, asked.lineId);
    if (line?.components === undefined) return [asked];
    return goodsOf(line, qty(asked.qty)).map((one) => ({ ...asked, component: one.item, qty: qtyText(one.qty) }));
  });

/** What the warehouse will certainly not ship; a refusal means that it stops nothing. */
const askWarehouse = async (
  run: Run,
  { changeId, releaseId, shipmentId }: Stop,
  state: AllocationState,
  lines: readonly Part[],
) => {
  const answer = await run.wms.stop({ changeId, releaseId, shipmentId, lines: toWarehouseLines(state, lines) });
  return answer.kind === 'stopped' ? wholeLines(state, answer.lines).filter((line) => qty(line.qty) > 0n) : [];
};

/** Takes it off the shipment, which alone knows what has left meanwhile, and which reservations that was for. */
const takeOff = async (run: Run, stop: Stop, lines: readonly Part[]): Promise<readonly OrderLinePart[]> => {
  const { changeId } = stop;
  if (lines.length === 0) return [];
  await tellShipment(run, stop, { type: 'Reduce', changeId, lines }, `${run.intentId}:reduce`);
  const reduced = await findEvent(
    run.store,
    shipmentStream(stop),
    'ShipmentReduced',
    ({ data }) => data.changeId === changeId,
  );
  return byOrderLine(reduced?.data.lines ?? []);
};

/** Asks one warehouse for one change; goods that left before its answer have won. */
export const stopRelease: StepScript<'stopRelease'> = async (run, stop) => {
  const { changeId, releaseId } = stop;
  const { state } = await run.load(allocation, allocationStream(stop));
  const asked = stillToStop(state, changeId, releaseId);
  if (asked.length > 0) {
    const taken = await takeOff(run, stop, await askWarehouse(run, stop, state, asked));
    const takenOf = new Map(taken.map((line) => [line.lineId, line]));
    const stopped = asked.map(({ lineId }) => ({ releaseId, ...(takenOf.get(lineId) ?? { lineId, qty: '0' }) }));
    for (const part of chunked(stopped)) {
      const command = { type: 'Deallocate', changeId, lines: [], stopped: part } as const;
      // Named after its first line: a later run has fewer lines left, and its first part is another one.
      await tellAllocation(run, stop, command, `${run.intentId}:stopped:${part[0]?.lineId}`);
    }
  }
  await settleChange(run, stop, run.intentId);
};
