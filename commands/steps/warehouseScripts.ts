import { qty, qtyText } from '../../domain/quantity.ts';
import { openOf, type ShipmentState } from '../../domain/shipment/state.ts';
import { inParallel } from '../inParallel.ts';
import { chunked, tellAllocation } from './allocationStream.ts';
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

/** A line that was planned out of two reservations is short as one line. */
const byOrderLine = (lines: readonly { readonly lineId: string; readonly qty: string; readonly cause: string }[]) => {
  const sums = new Map<string, { readonly lineId: string; readonly qty: string; readonly cause: string }>();
  for (const { lineId, qty: amount, cause } of lines) {
    const before = qty(sums.get(lineId)?.qty ?? '0');
    sums.set(lineId, { lineId, cause, qty: qtyText(before + qty(amount)) });
  }
  return [...sums.values()];
};

/**
 * The goods leave sellable stock before their reservation ends, in one append, so that nobody is promised what the
 * warehouse could not find; then the order sources them again.
 */
export const recordShortage: StepScript<'recordShortage'> = async (run, payload) => {
  const { bu, node, releaseId, shortageId, lines, shipmentId } = payload;
  await inParallel(lines, stockAtOnce, async ({ lineId, item, reservationId, qty: amount, cause }) => {
    const idBase = `${run.intentId}:${lineId}:${reservationId}`;
    await blockAndRelease(
      run,
      { bu, node, item },
      { reservationId, qty: amount, cause },
      idBase,
      `${shipmentId} ${shortageId} ${lineId} ${reservationId}`,
    );
  });
  const short = byOrderLine(lines);
  for (const [index, part] of chunked(short).entries()) {
    const command = { type: 'RecordShort', releaseId, shortageId, lines: part } as const;
    await tellAllocation(run, payload, command, `${run.intentId}:short:${index}`);
  }
};
