import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import type { PricedLine, SubmittedLine } from '../../domain/order/events.ts';
import { bucketMoves } from '../../domain/order/moves.ts';
import { fitted, promisedDateOf } from '../../domain/order/promiseFit.ts';
import { nothingPromised, type PromiseMove, promiseMoves } from '../../domain/order/promiseParts.ts';
import { bucketsOf, bucketTexts, emptyBuckets } from '../../domain/order/quantities.ts';
import { lineStatus, orderStatus } from '../../domain/order/status.ts';
import { buOf, orderIdOf, reflecting, required, type Sets } from '../projection.ts';
import type { OrderLineRow, OrderRow, OrderRows, ServiceRecord, SourcingRecord } from './rows.ts';
import { departed, nothingServed, promisedFirst, sumByLine } from './service.ts';

type OrderSets = Sets<OrderRows>;

const noQuantities = bucketTexts(emptyBuckets);

/** The quantities move by the domain's own rules; this model adds nothing of its own. */
export const moveQuantities = (event: RecordedDomainEvent, { lines }: OrderSets): void => {
  for (const { orderId, lineId, apply } of bucketMoves(event)) {
    const row = required(lines.get(orderId, lineId), `line ${lineId} of order ${orderId}`);
    lines.put({ ...row, ...bucketTexts(apply(bucketsOf(row))), ...reflecting(event) });
  }
};

export const addLines = (event: RecordedOf<'OrderSubmitted'>, rows: OrderSets): void => {
  for (const [index, line] of event.data.lines.entries())
    rows.lines.put(newRow(event, { orderId: event.data.orderId, createdPosition: event.position }, line, index + 1));
  moveQuantities(event, rows);
};

const newRow = (
  event: RecordedDomainEvent,
  { orderId, createdPosition }: { readonly orderId: string; readonly createdPosition: string },
  { lineId, item, baseUom, entered, originLineId }: SubmittedLine,
  lineNo: number,
): OrderLineRow => ({
  order_id: orderId,
  line_id: lineId,
  line_no: lineNo,
  origin_line_id: originLineId ?? null,
  item,
  uom: baseUom,
  entered,
  status: 'PENDING',
  promised_date: null,
  unit_price: null,
  gross: null,
  discount: null,
  net: null,
  cancel_pending: '0',
  sourcing: null,
  open_returns: null,
  open_disputes: null,
  overship_billed: null,
  open_losses: null,
  created_position: createdPosition,
  ...noQuantities,
  bu: buOf(event),
  ...reflecting(event),
});

/** Behind the lines that the order has. */
export const addLine = (event: RecordedOf<'OrderLineAdded'>, rows: OrderSets): void => {
  const { orderId, line, priced } = event.data;
  const { created_position: createdPosition } = required(rows.orders.get(orderId), `order ${orderId}`);
  rows.lines.put(newRow(event, { orderId, createdPosition }, line, rows.lines.inGroup(orderId).length + 1));
  priceLine(event, rows, orderId, priced);
  moveQuantities(event, rows);
};

export const raiseLine = (event: RecordedOf<'OrderLineChanged'>, rows: OrderSets): void => {
  const { orderId, lineId, entered, priced } = event.data;
  const row = required(rows.lines.get(orderId, lineId), `line ${lineId} of order ${orderId}`);
  rows.lines.put({ ...row, entered });
  priceLine(event, rows, orderId, priced);
  moveQuantities(event, rows);
};

export const priceLine = (
  event: RecordedDomainEvent,
  { lines }: OrderSets,
  orderId: string,
  { lineId, unitPrice, gross, discount, net }: PricedLine,
): void => {
  const row = required(lines.get(orderId, lineId), `line ${lineId} of order ${orderId}`);
  lines.put({ ...row, unit_price: unitPrice, gross, discount, net, ...reflecting(event) });
};

export const priceLines = (event: RecordedOf<'OrderPriced'>, rows: OrderSets): void => {
  for (const priced of event.data.lines) priceLine(event, rows, event.data.orderId, priced);
};

/** A line that is sourced over and over keeps only the latest decisions. */
const decisionsMax = 5;

const nothingSourced: SourcingRecord = { parts: nothingPromised, decisions: [], served: nothingServed };

/** Rows of an earlier build have no parts: their promise starts anew with the next event. */
const sourcingOf = ({ sourcing }: OrderLineRow): SourcingRecord =>
  sourcing === null
    ? nothingSourced
    : sourcing.parts === undefined
      ? { parts: nothingPromised, decisions: [] }
      : sourcing;

/** Brings a line's promise to what it is after the event. Runs after the quantities have moved. */
export const promiseLines = (event: RecordedDomainEvent, { lines }: OrderSets): void => {
  const orderId = orderIdOf(event) ?? '';
  for (const { lineId, apply } of promiseMoves(event)) putPromise(event, lines, orderId, lineId, apply);
  // Quantities that moved without naming a part may leave less of it than was promised.
  for (const { lineId } of bucketMoves(event)) putPromise(event, lines, orderId, lineId, (parts) => parts);
};

const putPromise = (
  event: RecordedDomainEvent,
  lines: OrderSets['lines'],
  orderId: string,
  lineId: string,
  apply: PromiseMove['apply'],
): void => {
  const row = required(lines.get(orderId, lineId), `line ${lineId} of order ${orderId}`);
  const known = sourcingOf(row);
  const next = fitted(apply(known.parts), bucketsOf(row));
  const sourcing = promisedFirst({ ...known, parts: next }, bucketsOf(row));
  lines.put({ ...row, promised_date: promisedDateOf(next), sourcing, ...reflecting(event) });
};

export const noteDecision = (event: RecordedOf<'SourcingDecided'>, { lines }: OrderSets): void => {
  const { orderId, lineId, policyVersion, explanation } = event.data;
  const row = required(lines.get(orderId, lineId), `line ${lineId} of order ${orderId}`);
  const known = sourcingOf(row);
  const noted = [...known.decisions, { decidedAt: event.metadata.occurredAt, policyVersion, explanation }];
  lines.put({ ...row, sourcing: { ...known, decisions: noted.slice(-decisionsMax) }, ...reflecting(event) });
};

const serve = (
  event: RecordedDomainEvent,
  { lines }: OrderSets,
  orderId: string,
  lineId: string,
  change: (departures: ServiceRecord['departures'], row: OrderLineRow) => ServiceRecord['departures'],
): void => {
  const row = required(lines.get(orderId, lineId), `line ${lineId} of order ${orderId}`);
  const { served, ...known } = sourcingOf(row);
  if (served === undefined) return;
  const departures = change(served.departures, row);
  lines.put({ ...row, sourcing: { ...known, served: { ...served, departures } }, ...reflecting(event) });
};

export const noteDepartures = (event: RecordedOf<'ShipmentConfirmed'>, rows: OrderSets): void => {
  const { orderId, shipmentId, node, shippedAt, lines } = event.data;
  for (const [lineId, qty] of sumByLine(lines))
    serve(event, rows, orderId, lineId, (departures, row) =>
      departed(departures, { shipmentId, node, qty, shippedAt }, row),
    );
};

const putBilled = ({ lines }: OrderSets, row: OrderLineRow, billed: bigint): void => {
  const most = BigInt(row.overshipped) - BigInt(row.gifted);
  const kept = billed < most ? billed : most;
  lines.put({ ...row, overship_billed: kept > 0n ? kept.toString() : null });
};

/** Nothing is left to be decided about these goods. Runs after the quantities have moved. */
export const billOvershipped = (event: RecordedOf<'OvershipmentResolved'>, rows: OrderSets): void => {
  const { orderId, lineId, outcome, excess } = event.data;
  if (outcome !== 'BILL') return;
  const row = required(rows.lines.get(orderId, lineId), `line ${lineId} of order ${orderId}`);
  putBilled(rows, row, BigInt(row.overship_billed ?? '0') + BigInt(excess));
};

/** Nor is what was lost and nobody bills. Runs after the quantities have moved. */
export const forgetLostBilled = (event: RecordedOf<'AllocationReopened'>, rows: OrderSets): void => {
  const { orderId, lossId, lines } = event.data;
  if (lossId === undefined) return;
  for (const lineId of new Set(lines.map((line) => line.lineId))) {
    const row = rows.lines.get(orderId, lineId);
    if (row !== undefined && row.overship_billed !== null) putBilled(rows, row, BigInt(row.overship_billed));
  }
};

/** What a void takes back, or takes for goods that are wanted again, is no longer beyond the order. */
export const forgetBilled = (event: RecordedOf<'ShipmentVoided'>, rows: OrderSets): void => {
  const { orderId, lines, resolutions = [] } = event.data;
  for (const lineId of new Set(lines.map((line) => line.lineId))) {
    const row = rows.lines.get(orderId, lineId);
    if (row === undefined || row.overship_billed === null) continue;
    const back = resolutions.filter((each) => each.outcome === 'BILL' && each.lineId === lineId);
    putBilled(
      rows,
      row,
      back.reduce((sum, { excess }) => sum - BigInt(excess), BigInt(row.overship_billed)),
    );
  }
};

/** What was taken back never left. */
export const forgetDepartures = (event: RecordedOf<'ShipmentVoided'>, rows: OrderSets): void => {
  const { orderId, shipmentId, lines } = event.data;
  for (const lineId of new Set(lines.map((line) => line.lineId)))
    serve(event, rows, orderId, lineId, (departures) => departures.filter((each) => each.shipmentId !== shipmentId));
};

/** What was lost and is wanted again never served anybody. */
export const forgetLost = (event: RecordedOf<'AllocationReopened'>, rows: OrderSets): void => {
  const { orderId, shipmentId, lossId, lines } = event.data;
  if (lossId === undefined) return;
  for (const [lineId, lost] of sumByLine(lines))
    serve(event, rows, orderId, lineId, (departures) =>
      departures.flatMap((each) => {
        if (each.shipmentId !== shipmentId) return [each];
        const left = BigInt(each.qty) - lost;
        return left > 0n ? [{ ...each, qty: left.toString() }] : [];
      }),
    );
};

export const addPendingCancellation = (
  event: RecordedDomainEvent,
  { lines }: OrderSets,
  orderId: string,
  lineId: string,
  qty: bigint,
): void => {
  const row = required(lines.get(orderId, lineId), `line ${lineId} of order ${orderId}`);
  const pending = BigInt(row.cancel_pending) + qty;
  lines.put({ ...row, cancel_pending: (pending < 0n ? 0n : pending).toString(), ...reflecting(event) });
};

/** The latest date of everything in the order that has one; null only when nothing has. */
const orderPromisedDate = (lines: readonly OrderLineRow[]): string | null =>
  lines
    .flatMap((line) => line.promised_date ?? [])
    .sort()
    .at(-1) ?? null;

const deriveOrder = (order: OrderRow, { orders, lines, holds }: OrderSets): void => {
  const open = holds.inGroup(order.order_id).filter((hold) => hold.released_at === null && hold.of_changes !== true);
  const orderHeld = open.some((hold) => hold.line_id === null);
  const heldLines = new Set(open.map((hold) => hold.line_id));
  const derived = lines.inGroup(order.order_id).map((row) => {
    const buckets = bucketsOf(row);
    const held = orderHeld || heldLines.has(row.line_id);
    const status = lineStatus({
      buckets,
      accepted: order.accepted,
      rejected: false,
      held,
      returnOpen: row.open_returns !== null,
    });
    if (status !== row.status) lines.put({ ...row, status });
    return { status, buckets };
  });
  const status = orderStatus(derived);
  const promised = orderPromisedDate(lines.inGroup(order.order_id));
  if (status !== order.status || promised !== order.promised_date)
    orders.put({ ...order, status, promised_date: promised });
};

/** Statuses and the order's promise follow from the rows, so they are derived once per order and batch. */
export const deriveStatuses = (batch: readonly RecordedDomainEvent[], rows: OrderSets): void => {
  for (const orderId of new Set(batch.flatMap((event) => orderIdOf(event) ?? []))) {
    const order = rows.orders.get(orderId);
    if (order !== undefined) deriveOrder(order, rows);
  }
};
