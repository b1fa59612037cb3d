import { openOf, type ShipmentState } from '../../domain/shipment/state.ts';
import { inParallel } from '../inParallel.ts';
import { chunked, tellAllocation } from './allocationStream.ts';
import { byOrderLine } from './byOrderLine.ts';
import { plan, tellShipment } from './shipmentStream.ts';
import type { Run, StepScript } from './stepRun.ts';
import { blockAndRelease, releaseReservation, stockAtOnce } from './stockScripts.ts';

export const planShipment: StepScript<'planShipment'> = async (run, payload) => {
  await plan(run, payload);
};

/** Goods may have been confirmed by hand, or stopped, while the warehouse's system was away. */
const hasOpen = ({ lines, voided }: ShipmentState): boolean => !voided && lines.some((line) => openOf(line) > 0n);

type Release = Parameters<StepScript<'toWarehouse'>>[1];

/**
 * allocated → unsourced, the shipment has nothing left to send, and stock is free for others. A warehouse that refuses
 * and ships all the same is recorded like any other shipment beyond its plan.
 */
const takeRefusal = async (run: Run, payload: Release, code: string): Promise<void> => {
  const { releaseId, bu } = payload;
  const refused = { type: 'RecordWarehouseRefused', releaseId, code } as const;
  const { events } = await tellAllocation(run, payload, refused, `${run.intentId}:refused`);
  for (const event of events) {
    if (event.type !== 'WarehouseRefused') continue;
    const { node, lines } = event.data;
    const reduce = { type: 'Reduce', changeId: `${releaseId}:refused`, lines } as const;
    await tellShipment(run, payload, reduce, `${run.intentId}:reduce`);
    await inParallel(lines, stockAtOnce, ({ item, reservationId, qty: amount }) => {
      const id = `${event.eventId}:release:${reservationId}`;
      return releaseReservation(run, { bu, node, item }, { reservationId, qty: amount }, 'WAREHOUSE_REFUSED', id);
    });
  }
};

/**
 * Hands a release to the warehouse. The adapter names it by our release id, so a lost answer is simply asked for again;
 * that is why the release is always the one that was recorded, never what is left of it.
 */
export const toWarehouse: StepScript<'toWarehouse'> = async (run, payload) => {
  if (!hasOpen(await plan(run, payload))) return;
  const { releaseId, shipmentId, orderId, bu, node, shipTo, lines } = payload;
  const answer = await run.wms.release({ releaseId, shipmentId, orderId, bu, node, shipTo, lines });
  if (answer.kind === 'refused') {
    await takeRefusal(run, payload, answer.code);
    return;
  }
  const { warehouseReference } = answer;
  const accepted = { type: 'RecordWarehouseAccepted', releaseId, warehouseReference } as const;
  await tellAllocation(run, payload, accepted, `${run.intentId}:accepted`);
};

/**
 * What the warehouse could not find leaves sellable stock and its reservation ends, in one append, so that nobody is
 * promised it; then the order sources it again. What a void merely takes off the plan is where it was and is free again.
 */
export const recordShortage: StepScript<'recordShortage'> = async (run, payload) => {
  const { bu, node, releaseId, shortageId, lines, shipmentId, goodsInPlace = false } = payload;
  await inParallel(lines, stockAtOnce, async ({ lineId, item, reservationId, qty: amount, cause }) => {
    const idBase = `${run.intentId}:${lineId}:${reservationId}`;
    const place = { bu, node, item };
    if (goodsInPlace) {
      await releaseReservation(run, place, { reservationId, qty: amount }, cause, `${idBase}:release`);
      return;
    }
    const reference = `${shipmentId} ${shortageId} ${lineId} ${reservationId}`;
    await blockAndRelease(run, place, { reservationId, qty: amount, cause }, reference, `${idBase}:missing`);
  });
  const causes = new Map(lines.map(({ lineId, cause }) => [lineId, cause]));
  const short = byOrderLine(lines).map((line) => ({ ...line, cause: causes.get(line.lineId) ?? '' }));
  for (const [index, part] of chunked(short).entries()) {
    const command = { type: 'RecordShort', releaseId, shortageId, lines: part } as const;
    await tellAllocation(run, payload, command, `${run.intentId}:short:${index}`);
  }
};
