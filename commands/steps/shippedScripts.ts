import type { AllocationFulfilled } from '../../domain/allocation/events.ts';
import { lineOf } from '../../domain/allocation/state.ts';
import { streamName } from '../../domain/eventLog.ts';
import { composedId } from '../../domain/ids.ts';
import { invoiceDecider } from '../../domain/invoice/invoice.ts';
import { recipeOf } from '../../domain/kit.ts';
import { costInStock } from '../../domain/ledger/intercompany.ts';
import { businessUnitOf } from '../../domain/masterData/catalog.ts';
import type { ProgressVoids } from '../../domain/order/commands.ts';
import type { OrderAccepted } from '../../domain/order/events.ts';
import { order } from '../../domain/order/order.ts';
import { withAdded } from '../../domain/order/submitDecisions.ts';
import { withoutOvershipped } from '../../domain/orderToCash/overshipped.ts';
import type { PlannedInvoice } from '../../domain/orderToCash/stepPayloads.ts';
import { qty, qtyText } from '../../domain/quantity.ts';
import type { ShipmentConfirmed } from '../../domain/shipment/events.ts';
import { shipmentDecider } from '../../domain/shipment/shipment.ts';
import { findEvent } from '../deciding/readStream.ts';
import { inParallel } from '../inParallel.ts';
import { allocationStream, chunked, loadOrder, type OfOrder, orderStream, tellAllocation } from './allocationStream.ts';
import { byOrderLine } from './byOrderLine.ts';
import { draftOf } from './draftOf.ts';
import { recogniseDrafted } from './revenueScripts.ts';
import { shipmentStream } from './shipmentStream.ts';
import { type Run, StepRefused, type StepScript } from './stepRun.ts';
import { giveBack, stockAtOnce, tellStock } from './stockScripts.ts';
import { takeBackInvoices } from './takeBackInvoices.ts';

type Confirmed = Parameters<StepScript<'afterConfirm'>>[1];
type Progress = {
  readonly lineId: string;
  readonly addShipped: string;
  readonly addInvoiced: string;
  readonly addGifted?: string;
};

/** One line per order line. */
export const summed = (
  lines: readonly { readonly lineId: string; readonly qty: string }[],
): readonly { readonly lineId: string; readonly qty: string }[] => {
  const sums = new Map<string, bigint>();
  for (const { lineId, qty: amount } of lines) sums.set(lineId, (sums.get(lineId) ?? 0n) + qty(amount));
  return [...sums].map(([lineId, sum]) => ({ lineId, qty: qtyText(sum) }));
};

/** The order counts a reference once; a document with very many lines has a reference per part. */
export const recordProgress = async (
  run: Run,
  of: OfOrder,
  lines: readonly Progress[],
  reference: string,
  voids?: ProgressVoids,
): Promise<void> => {
  for (const [index, part] of chunked(lines).entries()) {
    const name = index === 0 ? reference : `${reference}#${index + 1}`;
    const command = {
      type: 'RecordProgress',
      lines: part,
      reference: name,
      ...(voids === undefined ? {} : { voids }),
    } as const;
    await run.tell(order, orderStream(of), command, `${run.intentId}:progress:${index}`);
  }
};

/** Dated like the confirmation: stock and ledger must not put one movement into two periods. */
const issueStock = async (run: Run, confirmed: Confirmed): Promise<void> => {
  const { orderId, bu, node, shipmentId, confirmationId, shippedAt, currency, lines } = confirmed;
  const costMethod = businessUnitOf(run.catalog.current(), bu)?.costMethod ?? 'STANDARD';
  const common = { bu, node, orderId, shipmentId, confirmationId, currency, costMethod, at: shippedAt };
  await inParallel(lines, stockAtOnce, async ({ components, owned, ...sold }) => {
    const line = { ...sold, ...costInStock({ ...sold, ...(owned && { owned }) }) };
    const id = `${run.intentId}:issue:${line.lineId}:${line.reservationId}`;
    if (components === undefined) await tellStock(run, { type: 'Issue', ...common, ...line }, id, shippedAt);
    else
      for (const { item, qty: left, lots, serials, ...worth } of components) {
        if (left === '0') continue;
        const part = { ...line, item, qty: left, ...costInStock(worth), lots, serials };
        await tellStock(run, { type: 'Issue', ...common, ...part }, `${id}:${item}`, shippedAt);
      }
  });
};

/** What the process does not bill of a line: when the goods left, the order did not have so much. */
const notOwed = (
  { invoice }: Confirmed,
  { lineId, qty: confirmed }: { readonly lineId: string; readonly qty: string },
) => {
  const billed = (invoice?.lines ?? []).filter((part) => part.lineId === lineId);
  const left = billed.reduce((rest, part) => rest - qty(part.qty), qty(confirmed));
  return left > 0n ? { notOwed: qtyText(left) } : {};
};

/** What of the order the goods were taken from; what they took beyond their own release is given back to stock. */
const recordFulfilment = async (run: Run, confirmed: Confirmed): Promise<AllocationFulfilled['data']['lines']> => {
  const { releaseId, confirmationId, orderId, bu } = confirmed;
  const lines = byOrderLine(confirmed.lines).map((each) => ({ ...each, ...notOwed(confirmed, each) }));
  const command = { type: 'RecordFulfilment', releaseId, confirmationId, lines } as const;
  const { events, state } = await tellAllocation(run, confirmed, command, `${run.intentId}:fulfil`);
  const isOurs = ({ data }: { readonly data: AllocationFulfilled['data'] }) =>
    data.releaseId === releaseId && data.confirmationId === confirmationId;
  // Another command may have recorded it.
  const fulfilled =
    events.find((event) => event.type === 'AllocationFulfilled') ??
    (await findEvent(run.store, allocationStream(confirmed), 'AllocationFulfilled', isOurs));
  if (fulfilled === undefined) throw new RangeError(`confirmation ${confirmationId} is counted and was never counted`);
  for (const line of fulfilled.data.lines) {
    const { lineId, item } = line;
    const goods = { bu, orderId, lineId, item, ...recipeOf(lineOf(state, lineId)) };
    await giveBack(run, goods, line, 'SHIPPED_OTHERWISE', fulfilled.eventId);
  }
  return fulfilled.data.lines;
};

/** A line that was added later has its price from the order; the others were accepted with theirs, and keep it. */
const withAddedLines = async (
  run: Run,
  of: OfOrder,
  accepted: OrderAccepted['data'],
  planned: PlannedInvoice,
): Promise<OrderAccepted['data']> => {
  const first = new Set(accepted.lines.map(({ lineId }) => lineId));
  if (planned.lines.every(({ lineId }) => first.has(lineId))) return accepted;
  return { ...accepted, lines: withAdded(accepted.lines, await loadOrder(run, of)) };
};

/** The invoice as it is planned, at the prices of its order. */
export const draftFor = async (
  run: Run,
  of: OfOrder,
  confirmation: ShipmentConfirmed['data'],
  planned: PlannedInvoice,
): Promise<ReturnType<typeof draftOf>> => {
  const accepted = await findEvent(run.store, orderStream(of), 'OrderAccepted');
  if (accepted === undefined) throw new RangeError(`order ${of.orderId} was never accepted`);
  const billed = await withAddedLines(run, of, accepted.data, planned);
  return draftOf({ catalog: run.catalog.current(), order: billed, confirmation, planned });
};

export const draft = async (
  run: Run,
  confirmed: Pick<Confirmed, 'bu' | 'orderId' | 'shipmentId' | 'confirmationId'>,
  planned: PlannedInvoice,
): Promise<void> => {
  const { bu, confirmationId } = confirmed;
  const isOurs = ({ data }: { readonly data: { readonly confirmationId: string } }) =>
    data.confirmationId === confirmationId;
  const shipment = await findEvent(run.store, shipmentStream(confirmed), 'ShipmentConfirmed', isOurs);
  if (shipment === undefined) throw new RangeError(`confirmation ${confirmationId} is gone`);
  const stream = streamName('invoice', bu, planned.invoiceId);
  const drafted = await draftFor(run, confirmed, shipment.data, planned);
  if ('refused' in drafted) throw new StepRefused(drafted, stream);
  await run.open(invoiceDecider, stream, { type: 'DraftInvoice', draft: drafted }, `${run.intentId}:draft`);
  await recogniseDrafted(run, { bu, invoiceId: planned.invoiceId }, shipment.data);
};

/** Everything that follows from goods having left: stock, allocation, order, invoice. */
export const afterConfirm: StepScript<'afterConfirm'> = async (run, confirmed) => {
  if (confirmed.kind !== 'DROPSHIP') await issueStock(run, confirmed);
  const fulfilled = await recordFulfilment(run, confirmed);
  const progress = summed(confirmed.lines).map(({ lineId, qty: shipped }) => ({
    lineId,
    addShipped: shipped,
    addInvoiced: '0',
  }));
  const { shipmentId, confirmationId, invoice } = confirmed;
  await recordProgress(run, confirmed, progress, composedId(shipmentId, confirmationId));
  const billed = invoice === null ? null : withoutOvershipped(invoice, fulfilled, confirmed.lines);
  if (billed !== null) await draft(run, confirmed, billed);
};

type Voided = Parameters<StepScript<'afterShipmentVoid'>>[1];
type Back = Voided['lines'][number];

/** Of a kit what left of each component, also of kits that never became whole. */
const inComponents = ({ components, ...line }: Back): readonly Back[] =>
  components === undefined
    ? [line]
    : components
        .filter((one) => one.qty !== '0')
        .map(({ item, qty: left, ...worth }) => ({ ...line, item, qty: left, ...costInStock(worth) }));

export const negative = (amount: string): string => qtyText(-qty(amount));

const reinstateStock = async (run: Run, voided: Voided): Promise<void> => {
  const { bu, node, shipmentId, currency, lines, voidedAt } = voided;
  const { state } = await run.load(shipmentDecider, shipmentStream(voided));
  const leftAt = new Map(state.confirmations.map(({ confirmationId, shippedAt }) => [confirmationId, shippedAt]));
  await inParallel(
    [...lines.flatMap(inComponents).entries()],
    stockAtOnce,
    async ([index, { lineId, item, qty: amount, unitCost, cost, confirmationId }]) => {
      // A line may have left in several parts, each at its own cost; the position tells them apart by this name.
      const part = composedId(lineId, confirmationId, String(index));
      const left = leftAt.get(confirmationId);
      const command = {
        type: 'Reinstate',
        ...{ bu, node, item, shipmentId, lineId: part, qty: amount, unitCost, cost, currency },
        ...(left === undefined ? {} : { leftAt: left }),
      } as const;
      await tellStock(run, command, `${run.intentId}:reinstate:${index}`, voidedAt);
    },
  );
};

/** The goods are back on the books: no invoice of them stands, stock at the cost they left with, the lines to be sourced again. */
export const afterShipmentVoid: StepScript<'afterShipmentVoid'> = async (run, voided) => {
  const { shipmentId, lines, gifts = [] } = voided;
  await takeBackInvoices(run, voided);
  await reinstateStock(run, voided);
  const back = summed(lines);
  await tellAllocation(run, voided, { type: 'ReopenShipped', shipmentId, lines: back }, `${run.intentId}:reopen`);
  const given = new Map(summed(gifts).map((gift) => [gift.lineId, gift.qty]));
  const progress = back.map(({ lineId, qty: amount }) => {
    const gift = given.get(lineId);
    const less = { lineId, addShipped: negative(amount), addInvoiced: '0' };
    return gift === undefined ? less : { ...less, addGifted: negative(gift) };
  });
  await recordProgress(run, voided, progress, composedId(shipmentId, 'void'), { shipmentId });
  // Goods that had left beyond the order may have been all that kept it open.
  await run.tell(order, orderStream(voided), { type: 'CloseOrder' }, `${run.intentId}:close`);
};
