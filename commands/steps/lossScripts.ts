import { streamName } from '../../domain/eventLog.ts';
import { composedId } from '../../domain/ids.ts';
import { invoiceDecider } from '../../domain/invoice/invoice.ts';
import type { InvoiceState } from '../../domain/invoice/state.ts';
import { minor, minorText } from '../../domain/money.ts';
import { order } from '../../domain/order/order.ts';
import { stoppableOf } from '../../domain/order/state.ts';
import { ulidOfUuid } from '../../domain/orderToCash/documentIds.ts';
import type { OfLoss } from '../../domain/orderToCash/lossSteps.ts';
import { partialCost } from '../../domain/pricing/lineAmounts.ts';
import { maxQty, minQty, qty, qtyText } from '../../domain/quantity.ts';
import type { SettledLoss } from '../../domain/shipment/lossEvents.ts';
import { lossParts } from '../../domain/shipment/losses.ts';
import { settledOf } from '../../domain/shipment/lossState.ts';
import { shipmentDecider } from '../../domain/shipment/shipment.ts';
import type { ShipmentState } from '../../domain/shipment/state.ts';
import { valueAt } from '../../domain/stock/orderedMap.ts';
import { businessDay } from '../businessDay.ts';
import { billingOf, type Confirmed } from '../calls/billedGoods.ts';
import { derivedUlid } from '../eventIds.ts';
import { loadOrder, orderStream, tellAllocation } from './allocationStream.ts';
import { issueInvoice, withholdNumber } from './issueInvoice.ts';
import { shipmentStream, tellShipment } from './shipmentStream.ts';
import { draftFor, negative, recordProgress, summed } from './shippedScripts.ts';
import { type Run, StepRefused, type StepScript } from './stepRun.ts';

type Part = ReturnType<typeof lossParts>[number];

/** What of the line is there after this loss and all that were settled before it. */
const restOf = (state: ShipmentState, part: Part): bigint => {
  const { shipmentLineId, confirmationId, amount } = part;
  const before = settledOf(state, part);
  const left = state.confirmedLines
    .filter((line) => line.shipmentLineId === shipmentLineId && line.confirmationId === confirmationId)
    .reduce((sum, line) => sum + qty(line.qty), 0n);
  return left - before.unbilled - before.billed - amount;
};

type Draft = NonNullable<InvoiceState['draft']>;

/** What the draft still bills: of each line the goods that are there, from its lowest part on. */
const remaining = ({ lines }: Draft, state: ShipmentState, parts: readonly Part[]) => {
  const left = new Map(parts.map((part) => [part.shipmentLineId, restOf(state, part)]));
  return lines.flatMap((line) => {
    const size = minQty(qty(line.qty), left.get(line.shipmentLineId) ?? qty(line.qty));
    if (left.has(line.shipmentLineId)) left.set(line.shipmentLineId, (left.get(line.shipmentLineId) ?? 0n) - size);
    if (size <= 0n) return [];
    const cost = minorText(partialCost(minor(line.cost), qty(line.qty), 0n, size));
    return [{ lineId: line.orderLineId, item: line.item, fromQty: line.fromQty, qty: qtyText(size), cost }];
  });
};

/**
 * Keeps the draft from billing lost goods. Whether it was issued before is decided in its own stream: a refusal means that
 * it was, and then what it bills is credited. Run once more after it was reduced, nothing is left to reduce.
 */
const keepFromBilling = async (
  run: Run,
  of: OfLoss,
  { draft }: InvoiceState,
  sources: { readonly confirmed: Confirmed; readonly shipment: ShipmentState; readonly parts: readonly Part[] },
): Promise<void> => {
  if (draft === null) return;
  const { invoiceId } = draft;
  const { shipmentId, lossId } = of;
  const stream = streamName('invoice', of.bu, invoiceId);
  const lines = remaining(draft, sources.shipment, sources.parts);
  if (lines.length === 0) {
    await withholdNumber(run, { ...of, invoiceId });
    const voidDate = businessDay(run, of.bu, run.clock());
    const command = { type: 'WithdrawDraft', reason: 'GOODS_LOST', shipmentId, voidDate } as const;
    await run.ask(invoiceDecider, stream, command, `${run.intentId}:withdraw:${invoiceId}`);
    return;
  }
  const sizeOf = (all: readonly { readonly qty: string }[]): bigint =>
    all.reduce((sum, each) => sum + qty(each.qty), 0n);
  if (sizeOf(lines) === sizeOf(draft.lines)) return;
  const planned = { invoiceId, withCharges: draft.charges.length > 0, lines };
  const reduced = await draftFor(run, of, sources.confirmed.data, planned);
  if ('refused' in reduced) throw new StepRefused(reduced, stream);
  const command = { type: 'ReduceDraft', shipmentId, lossId, draft: reduced } as const;
  const answer = await run.ask(invoiceDecider, stream, command, `${run.intentId}:reduce:${invoiceId}`);
  if (answer.kind === 'refused' && answer.state.issued === null) throw new StepRefused(answer.refusal, stream);
};

/** Of each lost part how much stands on an issued invoice: what it bills beyond the goods that are there. */
const billedOf = ({ issued, voided }: InvoiceState, shipment: ShipmentState, parts: readonly Part[]) => {
  if (issued === null || voided) return [];
  return parts.flatMap((part) => {
    const { shipmentLineId, confirmationId, amount } = part;
    const billed = issued.lines
      .filter((line) => line.shipmentLineId === shipmentLineId)
      .reduce((sum, line) => sum + qty(line.qty), 0n);
    const standing = billed - settledOf(shipment, part).billed;
    const size = minQty(amount, maxQty(0n, standing - restOf(shipment, part)));
    return size === 0n ? [] : [{ shipmentLineId, confirmationId, qty: qtyText(size), invoiceId: issued.invoiceId }];
  });
};

const confirmationsIn = async (run: Run, of: OfLoss, parts: readonly { readonly confirmationId: string }[]) => {
  const named = new Set(parts.map(({ confirmationId }) => confirmationId));
  const { confirmations } = await billingOf(run, { stream: shipmentStream(of) });
  return confirmations.filter(({ data }) => named.has(data.confirmationId));
};

const settled = async (run: Run, of: OfLoss, shipment: ShipmentState, parts: readonly Part[]): Promise<void> => {
  const billed: ReturnType<typeof billedOf>[number][] = [];
  for (const confirmed of await confirmationsIn(run, of, parts)) {
    const ofThis = parts.filter(({ confirmationId }) => confirmationId === confirmed.data.confirmationId);
    const stream = streamName('invoice', of.bu, ulidOfUuid(confirmed.eventId));
    const { state } = await run.load(invoiceDecider, stream);
    if (state.issued === null && !state.voided)
      await keepFromBilling(run, of, state, { confirmed, shipment, parts: ofThis });
    billed.push(...billedOf((await run.load(invoiceDecider, stream)).state, shipment, ofThis));
  }
  await tellShipment(run, of, { type: 'SettleLoss', lossId: of.lossId, billed }, `${run.intentId}:settle`);
};

/** What nobody waits for is asked to be cancelled before it is open again, so that it is not sourced in between. */
const cancelRest = async (run: Run, of: OfLoss, lines: ReturnType<typeof summed>): Promise<void> => {
  const asked = await loadOrder(run, of);
  const open = lines.flatMap(({ lineId, qty: text }) => {
    const line = valueAt(asked.lines, lineId);
    const size = line === undefined ? 0n : minQty(qty(text), stoppableOf(line));
    return size === 0n ? [] : [{ lineId, qty: qtyText(size) }];
  });
  if (open.length === 0) return;
  const changeId = derivedUlid(`loss-cancel:${composedId(of.shipmentId, of.lossId)}`);
  const command = { type: 'RequestCancel', changeId, reason: 'LOST_IN_TRANSIT', lines: open } as const;
  await run.tell(order, orderStream(of), command, `${run.intentId}:cancel`);
};

const takeBack = async (run: Run, of: OfLoss, lines: readonly SettledLoss[], isCancelled: boolean): Promise<void> => {
  const { shipmentId, lossId } = of;
  const back = summed(lines.map(({ lineId, unbilledQty }) => ({ lineId, qty: unbilledQty }))).filter(
    ({ qty: amount }) => amount !== '0',
  );
  if (back.length === 0) return;
  const progress = back.map(({ lineId, qty: amount }) => ({ lineId, addShipped: negative(amount), addInvoiced: '0' }));
  await recordProgress(run, of, progress, composedId(shipmentId, 'loss', lossId), { shipmentId, lossId });
  if (isCancelled) await cancelRest(run, of, back);
  await tellAllocation(run, of, { type: 'ReopenShipped', shipmentId, lossId, lines: back }, `${run.intentId}:reopen`);
  await run.tell(order, orderStream(of), { type: 'CloseOrder' }, `${run.intentId}:close`);
};

/** Drafts that waited for this go on; those whose tax is to be calculated anew wait for that. */
const issueWaiting = async (run: Run, of: OfLoss, parts: readonly { readonly confirmationId: string }[]) => {
  const { orderId, bu } = of;
  for (const { eventId } of await confirmationsIn(run, of, parts))
    await issueInvoice(run, { orderId, bu, invoiceId: ulidOfUuid(eventId) });
};

const loadLoss = async (run: Run, of: OfLoss) => {
  const { state } = await run.load(shipmentDecider, shipmentStream(of));
  return { state, loss: state.losses.find(({ lossId }) => lossId === of.lossId) };
};

/**
 * Runs in the order's own lane, as drafting and issuing do: every draft there can be is there. Who found the goods before
 * this has undone the loss, and `billFound` follows.
 */
export const settleLoss: StepScript<'settleLoss'> = async (run, of) => {
  const { state, loss } = await loadLoss(run, of);
  if (loss === undefined || loss.outcome === null || (loss.found && loss.settled === null)) return;
  if (loss.settled === null) await settled(run, of, state, lossParts(loss));
  const lines = (await loadLoss(run, of)).loss?.settled;
  if (lines === null || lines === undefined) return;
  await takeBack(run, of, lines, loss.outcome === 'CANCEL');
  await issueWaiting(run, of, lines);
};

export const billFound: StepScript<'billFound'> = async (run, of) => {
  const { loss } = await loadLoss(run, of);
  if (loss !== undefined) await issueWaiting(run, of, loss.goods);
};
