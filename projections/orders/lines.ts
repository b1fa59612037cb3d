import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import { bucketMoves } from '../../domain/order/moves.ts';
import { emptyBuckets, type LineBuckets } from '../../domain/order/quantities.ts';
import { lineStatus, orderStatus } from '../../domain/order/status.ts';
import { buOf, orderIdOf, reflecting, required, type Sets } from '../projection.ts';
import { type BucketName, bucketNames, type OrderLineRow, type OrderRow, type OrderRows } from './rows.ts';

type OrderSets = Sets<OrderRows>;

const bucketsOf = (row: OrderLineRow): LineBuckets =>
  Object.fromEntries(bucketNames.map((name) => [name, BigInt(row[name])])) as LineBuckets;

const bucketTexts = (buckets: LineBuckets): Readonly<Record<BucketName, string>> =>
  Object.fromEntries(bucketNames.map((name) => [name, buckets[name].toString()])) as Record<BucketName, string>;

const noQuantities = bucketTexts(emptyBuckets);

/** The quantities move by the domain's own rules; this model adds nothing of its own. */
export const moveQuantities = (event: RecordedDomainEvent, { lines }: OrderSets): void => {
  for (const { orderId, lineId, apply } of bucketMoves(event)) {
    const row = required(lines.get(orderId, lineId), `line ${lineId} of order ${orderId}`);
    lines.put({ ...row, ...bucketTexts(apply(bucketsOf(row))), ...reflecting(event) });
  }
};

export const addLines = (event: RecordedOf<'OrderSubmitted'>, rows: OrderSets): void => {
  for (const [index, line] of event.data.lines.entries()) {
    rows.lines.put({
      order_id: event.data.orderId,
      line_id: line.lineId,
      line_no: index + 1,
      item: line.item,
      uom: line.baseUom,
      entered: line.entered,
      status: 'PENDING',
      promised_date: null,
      unit_price: null,
      gross: null,
      discount: null,
      net: null,
      cancel_pending: '0',
      sourcing: null,
      ...noQuantities,
      bu: buOf(event),
      ...reflecting(event),
    });
  }
  moveQuantities(event, rows);
};

export const priceLines = (event: RecordedOf<'OrderPriced'>, { lines }: OrderSets): void => {
  const { orderId } = event.data;
  for (const { lineId, unitPrice, gross, discount, net } of event.data.lines) {
    const row = required(lines.get(orderId, lineId), `line ${lineId} of order ${orderId}`);
    lines.put({ ...row, unit_price: unitPrice, gross, discount, net, ...reflecting(event) });
  }
};

export const promiseLine = (event: RecordedOf<'SourcingDecided'>, { lines }: OrderSets): void => {
  const { orderId, lineId, promisedDate, picks, shortage, policyVersion, explanation } = event.data;
  const row = required(lines.get(orderId, lineId), `line ${lineId} of order ${orderId}`);
  const sourcing = {
    picks: picks.map(({ node, qty, shipDate }) => ({ node, qty, shipDate })),
    shortage,
    policyVersion,
    explanation,
  };
  // A decision about what is left of a line says nothing about the part that has its date already.
  const promised =
    promisedDate === null || (row.promised_date !== null && row.promised_date > promisedDate)
      ? row.promised_date
      : promisedDate;
  lines.put({ ...row, promised_date: promised, sourcing, ...reflecting(event) });
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

/** The order can be had in full on the latest date of its open lines; without a date for one of them there is none. */
const promisedDateOf = (lines: readonly OrderLineRow[]): string | null => {
  const wanted = lines.filter((line) => line.cancelled !== line.ordered);
  const dates = wanted.flatMap((line) => line.promised_date ?? []);
  return dates.length === wanted.length && dates.length > 0 ? (dates.sort().at(-1) ?? null) : null;
};

const deriveOrder = (order: OrderRow, { orders, lines, holds }: OrderSets): void => {
  const open = holds.inGroup(order.order_id).filter((hold) => hold.released_at === null);
  const orderHeld = open.some((hold) => hold.line_id === null);
  const heldLines = new Set(open.map((hold) => hold.line_id));
  const derived = lines.inGroup(order.order_id).map((row) => {
    const buckets = bucketsOf(row);
    const held = orderHeld || heldLines.has(row.line_id);
    const status = lineStatus({ buckets, accepted: order.accepted, rejected: false, held, returnOpen: false });
    if (status !== row.status) lines.put({ ...row, status });
    return { status, buckets };
  });
  const status = orderStatus(derived);
  const promised = promisedDateOf(lines.inGroup(order.order_id));
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
