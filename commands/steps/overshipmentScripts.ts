import { order } from '../../domain/order/order.ts';
import { shipmentDecider } from '../../domain/shipment/shipment.ts';
import { valueAt } from '../../domain/stock/orderedMap.ts';
import { findCommand } from '../calls/foundOvershipments.ts';
import { findEvent } from '../deciding/readStream.ts';
import { allocationStream, loadAllocation, loadOrder, orderStream, tellAllocation } from './allocationStream.ts';
import { shipmentStream, tellShipment } from './shipmentStream.ts';
import { draft, recordProgress } from './shippedScripts.ts';
import type { StepScript } from './stepRun.ts';

/** By the rules of the moment in which this runs first: a later run finds what was found. */
export const findOvershipments: StepScript<'findOvershipments'> = async (run, of) => {
  const { bu, releaseId, confirmationId } = of;
  const counted = await findEvent(
    run.store,
    allocationStream(of),
    'AllocationFulfilled',
    ({ data }) => data.releaseId === releaseId && data.confirmationId === confirmationId,
  );
  const allocation = await loadAllocation(run, of);
  const shipmentId = valueAt(allocation.releases, releaseId)?.shipmentId;
  const { submitted } = await loadOrder(run, of);
  if (counted === undefined || shipmentId === undefined || submitted === null)
    throw new RangeError(`confirmation ${confirmationId} was counted and is gone`);
  const { state: shipment } = await run.load(shipmentDecider, shipmentStream({ bu, shipmentId }));
  const [catalog, at] = [run.catalog.current(), run.clock()];
  const command = findCommand({ catalog, channel: submitted.channel, allocation, shipment, counted: counted.data, at });
  if (command !== undefined) await tellShipment(run, { bu, shipmentId }, command, `${run.intentId}:find`);
};

/** A line whose excess is given away may have been all that kept its order open. */
export const settleOvershipment: StepScript<'settleOvershipment'> = async (run, { invoice, ...of }) => {
  const { shipmentId, resolutionId, lineId, excess: amount } = of;
  if (invoice !== null) return draft(run, of, invoice);
  const gift = { type: 'RecordGift', resolutionId, shipmentId, lineId, qty: amount } as const;
  await tellAllocation(run, of, gift, `${run.intentId}:gift`);
  const progress = { lineId, addShipped: '0', addInvoiced: '0', addGifted: amount };
  await recordProgress(run, of, [progress], resolutionId);
  await run.tell(order, orderStream(of), { type: 'CloseOrder' }, `${run.intentId}:close`);
};
