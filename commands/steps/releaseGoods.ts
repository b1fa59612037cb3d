import { type AllocatedReservation, lineOf, mayRelease, releasable } from '../../domain/allocation/state.ts';
import { streamName } from '../../domain/eventLog.ts';
import { type OfRecipe, recipeOf } from '../../domain/kit.ts';
import { type OrderState, openHolds } from '../../domain/order/state.ts';
import { qtyText } from '../../domain/quantity.ts';
import type { Place } from '../../domain/stock/place.ts';
import { stockDecider } from '../../domain/stock/stock.ts';
import { derivedUlid } from '../eventIds.ts';
import { inParallel } from '../inParallel.ts';
import { loadAllocation, loadOrder, type OfOrder, tellAllocation } from './allocationStream.ts';
import { type Run, StepRefused } from './stepRun.ts';
import { atEachPosition, releaseReservation, stockAtOnce } from './stockScripts.ts';

/** An ERP refusal keeps goods from leaving by the ERP gate alone, and a hold of what was added stops only that; every other stops goods here. */
export const isHeld = (order: OrderState): boolean =>
  openHolds(order).some(({ type, scope }) => type !== 'ERP_REFUSED' && scope.kind !== 'CHANGES');

/** Soft → hard at the stock position. False: the position does not know the reservation any more. */
const harden = async (run: Run, { bu, node, item }: Place, reservationId: string, id: string): Promise<boolean> => {
  const stream = streamName('stock', bu, node, item);
  const command = { type: 'Promote', bu, node, item, reservationId } as const;
  const answer = await run.ask(stockDecider, stream, command, id);
  if (answer.kind === 'done') return true;
  if (answer.refusal.refused !== 'RESERVATION_UNKNOWN') throw new StepRefused(answer.refusal, stream);
  return false;
};

/** Of a kit all components or none: what the other positions still hold for it is given back. */
const hardenLine = async (
  run: Run,
  of: OfOrder,
  line: OfRecipe & { readonly item: string },
  reservation: AllocatedReservation,
) => {
  const { reservationId, node, open } = reservation;
  const goods = { bu: of.bu, node, item: line.item, ...recipeOf(line) };
  const idBase = `${run.intentId}:promote:${reservationId}`;
  let isHard = true;
  await atEachPosition(goods, qtyText(open), idBase, async (part, id) => {
    if (isHard) isHard = await harden(run, part, reservationId, id);
  });
  if (!isHard && line.components !== undefined) {
    const back = { reservationId, qty: qtyText(open) };
    await releaseReservation(run, goods, back, 'KIT_NOT_WHOLE', `${idBase}:back`);
  }
  return isHard;
};

const hardenAll = async (run: Run, of: OfOrder): Promise<readonly AllocatedReservation[]> => {
  const state = await loadAllocation(run, of);
  if (!mayRelease(state)) return [];
  const hardened: AllocatedReservation[] = [];
  await inParallel(releasable(state), stockAtOnce, async (reservation) => {
    const { lineId, reservationId, open } = reservation;
    const line = lineOf(state, lineId);
    if (line !== undefined && (await hardenLine(run, of, line, reservation))) {
      hardened.push(reservation);
      return;
    }
    const lost = {
      type: 'RecordReservationLost',
      lineId,
      reservationId,
      qty: qtyText(open),
      cause: 'RESERVATION_UNKNOWN',
    } as const;
    await tellAllocation(run, of, lost, `${run.intentId}:lost:${reservationId}`);
  });
  return hardened;
};

/**
 * Hands over to warehouses whatever may leave: makes its reservations hard, then releases them, one release per node.
 * A release is named after the reservations in it, so whoever releases the same goods names the same release.
 */
export const releaseGoods = async (run: Run, of: OfOrder): Promise<void> => {
  if (isHeld(await loadOrder(run, of))) return;
  const hardened = await hardenAll(run, of);
  if (hardened.length === 0) return;
  const ids: Record<string, { readonly releaseId: string; readonly shipmentId: string }> = {};
  for (const node of new Set(hardened.map((reservation) => reservation.node))) {
    const here = hardened.filter((reservation) => reservation.node === node).map(({ reservationId }) => reservationId);
    const name = [of.bu, of.orderId, node, ...here.sort()].join(' ');
    ids[node] = { releaseId: derivedUlid(`release ${name}`), shipmentId: derivedUlid(`shipment ${name}`) };
  }
  const command = { type: 'Release', hardened: hardened.map(({ reservationId }) => reservationId), ids } as const;
  const what = Object.values(ids).map(({ releaseId }) => releaseId);
  await tellAllocation(run, of, command, `${run.intentId}:release:${what.sort().join('+')}`);
};
