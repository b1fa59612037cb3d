import { lineOf } from '../../domain/allocation/state.ts';
import { recipeOf } from '../../domain/kit.ts';
import { qty, qtyText } from '../../domain/quantity.ts';
import { openOf, type ShipmentState } from '../../domain/shipment/state.ts';
import type { Place } from '../../domain/stock/place.ts';
import { inParallel } from '../inParallel.ts';
import { chunked, tellAllocation } from './allocationStream.ts';
import { byOrderLine } from './byOrderLine.ts';
import { plan, tellShipment } from './shipmentStream.ts';
import type { Run, StepScript } from './stepRun.ts';
import { atEachPosition, blockAndRelease, releaseReservation, stockAtOnce } from './stockScripts.ts';

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
  const { events, state } = await tellAllocation(run, payload, refused, `${run.intentId}:refused`);
  for (const event of events) {
    if (event.type !== 'WarehouseRefused') continue;
    const { node, lines } = event.data;
    const reduce = { type: 'Reduce', changeId: `${releaseId}:refused`, lines } as const;
    await tellShipment(run, payload, reduce, `${run.intentId}:reduce`);
    await inParallel(lines, stockAtOnce, ({ lineId, item, reservationId, qty: amount }) => {
      const id = `${event.eventId}:release:${reservationId}`;
      const goods = { bu, node, item, ...recipeOf(lineOf(state, lineId)) };
      return releaseReservation(run, goods, { reservationId, qty: amount }, 'WAREHOUSE_REFUSED', id);
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
  await inParallel(
    lines,
    stockAtOnce,
    async ({ lineId, item, reservationId, qty: amount, cause, components, missing }) => {
      const idBase = `${run.intentId}:${lineId}:${reservationId}`;
      const goods = { bu, node, item, ...(components && { components }) };
      const reference = `${shipmentId} ${shortageId} ${lineId} ${reservationId}`;
      const block = (place: Place, short: string, id: string) =>
        blockAndRelease(run, place, { reservationId, qty: short, cause }, reference, id);
      if (goodsInPlace) {
        await releaseReservation(run, goods, { reservationId, qty: amount }, cause, `${idBase}:release`);
        return;
      }
      if (missing === undefined) return block(goods, amount, `${idBase}:missing`);
      // The rest of what these kits are made of is where it was, and free again.
      await atEachPosition(goods, amount, idBase, async (part, id) => {
        const short = missing.find((one) => one.item === part.item)?.qty ?? '0';
        if (short !== '0') await block(part, short, `${id}:missing`);
        const inPlace = { reservationId, qty: qtyText(qty(part.qty) - qty(short)) };
        if (inPlace.qty !== '0') await releaseReservation(run, part, inPlace, cause, `${id}:release`);
      });
    },
  );
  const causes = new Map(lines.map(({ lineId, cause }) => [lineId, cause]));
  const short = byOrderLine(lines).map((line) => ({ ...line, cause: causes.get(line.lineId) ?? '' }));
  for (const [index, part] of chunked(short).entries()) {
    const command = { type: 'RecordShort', releaseId, shortageId, lines: part } as const;
    await tellAllocation(run, payload, command, `${run.intentId}:short:${index}`);
  }
};
