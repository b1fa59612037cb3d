import { lossFact } from '../../domain/allocation/collections.ts';
import { giftedOf, lineOf } from '../../domain/allocation/state.ts';
import { composedId } from '../../domain/ids.ts';
import { order } from '../../domain/order/order.ts';
import { stoppableOf } from '../../domain/order/state.ts';
import type { OfLoss } from '../../domain/orderToCash/lossSteps.ts';
import { minQty, qty, qtyText } from '../../domain/quantity.ts';
import type { SettledLoss } from '../../domain/shipment/lossEvents.ts';
import { lossParts } from '../../domain/shipment/lossSettlement.ts';
import type { Loss } from '../../domain/shipment/lossState.ts';
import { shipmentDecider } from '../../domain/shipment/shipment.ts';
import type { ShipmentState } from '../../domain/shipment/state.ts';
import { valueAt } from '../../domain/stock/orderedMap.ts';
import { derivedUlid } from '../eventIds.ts';
import { loadAllocation, loadOrder, orderStream, tellAllocation } from './allocationStream.ts';
import { issueInvoice } from './issueInvoice.ts';
import { billedOn, keepFromBilling, lostInvoices } from './lostInvoices.ts';
import { findOvershipments } from './overshipmentScripts.ts';
import { recogniseHeld } from './revenueScripts.ts';
import { shipmentStream, tellShipment } from './shipmentStream.ts';
import { negative, recordProgress, summed } from './shippedScripts.ts';
import type { Run, StepScript } from './stepRun.ts';

const confirmationsIn = (lines: readonly { readonly confirmationId: string }[]): readonly string[] => [
  ...new Set(lines.map(({ confirmationId }) => confirmationId)),
];

const loadLoss = async (run: Run, of: OfLoss) => {
  const { state } = await run.load(shipmentDecider, shipmentStream(of));
  return { state, loss: state.losses.find(({ lossId }) => lossId === of.lossId) };
};

/** What is beyond the order is lost before anything else, so it is found first where that is still to come. */
const findBeyond = async (run: Run, of: OfLoss, { plan }: ShipmentState, { goods }: Loss): Promise<void> => {
  if (plan === null) return;
  const { orderId, bu } = of;
  for (const confirmationId of confirmationsIn(goods))
    await findOvershipments(run, { orderId, bu, releaseId: plan.releaseId, confirmationId });
};

const settled = async (run: Run, of: OfLoss): Promise<void> => {
  const { state, loss } = await loadLoss(run, of);
  if (loss === undefined) return;
  const parts = lossParts(state, loss);
  const billed: Awaited<ReturnType<typeof billedOn>>[number][] = [];
  for (const invoice of await lostInvoices(run, of, confirmationsIn(loss.goods), parts)) {
    await keepFromBilling(run, of, invoice);
    billed.push(...(await billedOn(run, of, invoice)));
  }
  await tellShipment(run, of, { type: 'SettleLoss', lossId: of.lossId, billed }, `${run.intentId}:settle`);
};

/** `qty`: has not left, as far as the order is concerned; `gifted`: of that was given away. */
type Back = { readonly lineId: string; readonly qty: string; readonly gifted?: string };

const backOf = (lines: readonly SettledLoss[]): readonly Back[] => {
  const unbilled = (of: readonly SettledLoss[]) =>
    summed(of.map(({ lineId, unbilledQty }) => ({ lineId, qty: unbilledQty }))).filter((each) => each.qty !== '0');
  const given = new Map(unbilled(lines.filter(({ beyond }) => beyond === 'GIFT')).map((each) => [each.lineId, each]));
  return unbilled(lines).map((each) => {
    const gift = given.get(each.lineId);
    return gift === undefined ? each : { ...each, gifted: gift.qty };
  });
};

/** What nobody waits for is asked to be cancelled before it is open again, so that it is not sourced in between. */
const cancelRest = async (run: Run, of: OfLoss, back: readonly Back[]): Promise<void> => {
  const asked = await loadOrder(run, of);
  const allocation = await loadAllocation(run, of);
  if (valueAt(allocation.facts, lossFact(of.shipmentId, of.lossId)) !== undefined) return;
  const open = back.flatMap(({ lineId, qty: text, gifted = '0' }) => {
    const [line, allocated] = [valueAt(asked.lines, lineId), lineOf(allocation, lineId)];
    if (line === undefined || allocated === undefined) return [];
    // Nobody had ordered what was beyond the order.
    const beyond = allocated.overshipped - giftedOf(allocated) + qty(gifted);
    const size = minQty(qty(text) - minQty(qty(text), beyond), stoppableOf(line));
    return size === 0n ? [] : [{ lineId, qty: qtyText(size) }];
  });
  if (open.length === 0) return;
  const changeId = derivedUlid(`loss-cancel:${composedId(of.shipmentId, of.lossId)}`);
  const command = { type: 'RequestCancel', changeId, reason: 'LOST_IN_TRANSIT', lines: open } as const;
  await run.tell(order, orderStream(of), command, `${run.intentId}:cancel`);
};

const takeBack = async (run: Run, of: OfLoss, lines: readonly SettledLoss[], isCancelled: boolean): Promise<void> => {
  const { shipmentId, lossId } = of;
  const back = backOf(lines);
  if (back.length === 0) return;
  const progress = back.map(({ lineId, qty: amount, gifted }) => ({
    ...{ lineId, addShipped: negative(amount), addInvoiced: '0' },
    ...(gifted === undefined ? {} : { addGifted: negative(gifted) }),
  }));
  await recordProgress(run, of, progress, composedId(shipmentId, 'loss', lossId), { shipmentId, lossId });
  if (isCancelled) await cancelRest(run, of, back);
  await tellAllocation(run, of, { type: 'ReopenShipped', shipmentId, lossId, lines: back }, `${run.intentId}:reopen`);
  await run.tell(order, orderStream(of), { type: 'CloseOrder' }, `${run.intentId}:close`);
};

/** What waited for this goes on: drafts are issued, but those whose tax is to be calculated anew, and what has arrived is earned. */
const goOn = async (run: Run, of: OfLoss, { goods }: Loss): Promise<void> => {
  const { orderId, bu } = of;
  await recogniseHeld(run, of);
  for (const { invoiceId } of await lostInvoices(run, of, confirmationsIn(goods)))
    await issueInvoice(run, { orderId, bu, invoiceId });
};

/**
 * Runs in the order's own lane, as drafting and issuing do: every draft there can be is there. Who found the goods before
 * this has undone the loss, and `billFound` follows.
 */
export const settleLoss: StepScript<'settleLoss'> = async (run, of) => {
  const { state, loss } = await loadLoss(run, of);
  if (loss === undefined || loss.outcome === null || (loss.found && loss.settled === null)) return;
  if (loss.settled === null) {
    await findBeyond(run, of, state, loss);
    await settled(run, of);
  }
  const lines = (await loadLoss(run, of)).loss?.settled;
  if (lines === null || lines === undefined) return;
  await takeBack(run, of, lines, loss.outcome === 'CANCEL');
  await goOn(run, of, loss);
};

export const billFound: StepScript<'billFound'> = async (run, of) => {
  const { loss } = await loadLoss(run, of);
  if (loss !== undefined) await goOn(run, of, loss);
};
