import { dropShipReservation } from '../../domain/allocation/dropShip.ts';
import { dropShipDecider } from '../../domain/dropShip/dropShip.ts';
import type { DropShipEvent } from '../../domain/dropShip/events.ts';
import { type DropShipState, initialDropShip } from '../../domain/dropShip/state.ts';
import { revenuePolicyOf } from '../../domain/masterData/catalog.ts';
import type { OfDropShip } from '../../domain/orderToCash/stepPayloads.ts';
import { qtyText } from '../../domain/quantity.ts';
import { shipmentDecider } from '../../domain/shipment/shipment.ts';
import { dropShipStream } from '../calls/dropShipContent.ts';
import { toDomain } from '../codec.ts';
import { chunked, tellAllocation } from './allocationStream.ts';
import { shipmentStream, tellShipment } from './shipmentStream.ts';
import type { Run, StepScript } from './stepRun.ts';

const isPlanned = async (run: Run, of: { readonly bu: string; readonly shipmentId: string }): Promise<boolean> =>
  (await run.load(shipmentDecider, shipmentStream(of))).state.plan !== null;

/** What will not come is planned no longer; a shipment that begins later is planned without it. */
export const reduceDropShipment: StepScript<'reduceDropShipment'> = async (run, { changeId, lines, ...of }) => {
  if (!(await isPlanned(run, of))) return;
  await tellShipment(run, of, { type: 'Reduce', changeId, lines }, `${run.intentId}:reduce`);
};

export const returnFromDropShip: StepScript<'returnFromDropShip'> = async (run, refused) => {
  const { poId, acknowledgementId, lines, bu, shipmentId } = refused;
  const parts = lines.map(({ lineId, qty }) => ({ lineId, qty }));
  await reduceDropShipment(run, { bu, shipmentId, changeId: `${acknowledgementId}:refused`, lines: parts });
  for (const [index, part] of chunked(lines).entries()) {
    const refusalId = index === 0 ? acknowledgementId : `${acknowledgementId}#${index + 1}`;
    const command = { type: 'RecordDropShipRefused', poId, refusalId, lines: part } as const;
    await tellAllocation(run, refused, command, `${run.intentId}:refused:${index}`);
  }
};

/** The purchase order as it was when the supplier said that goods had left. */
const orderAt = async (run: Run, of: OfDropShip, eventId: string): Promise<DropShipState> => {
  let state = initialDropShip;
  for await (const recorded of run.store.read(dropShipStream(of))) {
    if (recorded.eventId === eventId) break;
    state = dropShipDecider.evolve(state, toDomain(recorded) as unknown as DropShipEvent);
  }
  return state;
};

/** From here on it is a shipment like any other, but for the stock that it never was in. */
export const recordDropShipment: StepScript<'recordDropShipment'> = async (run, notice) => {
  const { poId, bu, orderId, supplier: node, shipmentId, shippedAt, carrier, tracking, contentSha256 } = notice;
  const { placed, lines: ordered } = await orderAt(run, notice, notice.noticeEventId);
  if (placed === null) throw new RangeError(`purchase order ${poId} is gone`);
  const { shipTo, soldTo, currency } = placed;
  const planned = ordered.map(({ lineId, item, ordered: all, refused, cancelled }) => ({
    lineId,
    item,
    qty: qtyText(all - refused - cancelled),
    reservationId: dropShipReservation(poId, lineId),
  }));
  const head = { orderId, bu, releaseId: poId, shipmentId, node, shipTo };
  const plan = { type: 'PlanShipment', kind: 'DROPSHIP', ...head, lines: planned } as const;
  await run.tell(shipmentDecider, shipmentStream(notice), plan, `${poId}:plan`);
  const terms = new Map(ordered.map(({ lineId, unitCost, itemGroup }) => [lineId, { unitCost, itemGroup }]));
  const lines = notice.lines.map(({ lineId, qty, lots, serials }) => {
    const { unitCost = '0', itemGroup } = terms.get(lineId) ?? {};
    return { lineId, qty, lots, serials, unitCost, ...(itemGroup === undefined ? {} : { itemGroup }) };
  });
  const moved = { confirmationId: notice.supplierAsn, contentSha256, soldTo, shippedAt, tracking, currency, lines };
  const by = carrier === undefined ? {} : { carrier };
  const revenuePolicy = revenuePolicyOf(run.catalog.current(), bu);
  const confirm = { type: 'ConfirmShipment', ...moved, ...by, revenuePolicy } as const;
  await tellShipment(run, notice, confirm, `${notice.noticeEventId}:confirm`);
};
