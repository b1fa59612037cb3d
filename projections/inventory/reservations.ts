import { minQty } from '../../domain/quantity.ts';
import { reflecting } from '../projection.ts';
import {
  addToDay,
  type InventorySets,
  placeOf,
  plus,
  positionOf,
  putPosition,
  type RecordedStock,
  type StockOf,
  stockKeyOf,
} from './places.ts';
import type { BackorderRow, ReservationRow } from './rows.ts';

type Figures = { readonly soft: bigint; readonly hard: bigint; readonly picked: bigint };

const figuresOf = (row: ReservationRow | undefined): Figures => ({
  soft: BigInt(row?.soft ?? '0'),
  hard: BigInt(row?.hard ?? '0'),
  picked: BigInt(row?.picked ?? '0'),
});

/** Keeps the reservation, the day it is needed and the position's sums in step. Soft ones are demand on their day; hard ones have left the promise. */
const put = (
  event: RecordedStock,
  rows: InventorySets,
  before: ReservationRow | undefined,
  row: ReservationRow,
): void => {
  rows.reservations.put({ ...row, ...reflecting(event) });
  const [was, is] = [figuresOf(before), figuresOf(row)];
  addToDay(event, rows, row.need_date, 0n, is.soft - was.soft);
  const { reserved, allocated, picked } = positionOf(event, rows);
  putPosition(event, rows, {
    reserved: plus(reserved, is.soft - was.soft),
    allocated: plus(allocated, is.hard - was.hard),
    picked: plus(picked, is.picked - was.picked),
  });
};

export const reserved = (event: StockOf<'StockReserved'>, rows: InventorySets): void => {
  const { reservationId, orderId, lineId, qty, needDate, purpose, expiresAt, cause } = event.data;
  if (cause === 'BACKORDER') takeFromQueue(event, rows, orderId, lineId, BigInt(qty));
  put(event, rows, rows.reservations.get(reservationId), {
    ...placeOf(event),
    reservation_id: reservationId,
    order_id: orderId,
    line_id: lineId,
    purpose,
    kind: 'SOFT',
    state: 'OPEN',
    soft: qty,
    hard: '0',
    picked: '0',
    need_date: needDate,
    expires_at: expiresAt,
  });
};

export const hardened = (event: StockOf<'ReservationHardened'>, rows: InventorySets): void => {
  const row = rows.reservations.get(event.data.reservationId);
  if (row === undefined) return;
  put(event, rows, row, { ...row, kind: 'HARD', soft: '0', hard: plus(row.hard, BigInt(row.soft)) });
};

export const extended = (event: StockOf<'ReservationExtended'>, rows: InventorySets): void => {
  const row = rows.reservations.get(event.data.reservationId);
  if (row !== undefined) put(event, rows, row, { ...row, expires_at: event.data.expiresAt });
};

export const picked = (event: StockOf<'StockPicked'>, rows: InventorySets): void => {
  const row = rows.reservations.get(event.data.reservationId);
  if (row === undefined || row.kind !== 'HARD') return;
  const now = minQty(BigInt(row.hard), BigInt(row.picked) + BigInt(event.data.qty));
  put(event, rows, row, { ...row, picked: now.toString() });
};

/** What was picked goes first when the goods left, last when they stay. */
export const takeFromReservation = (
  event: RecordedStock,
  rows: InventorySets,
  reservationId: string,
  qty: bigint,
  end: Exclude<ReservationRow['state'], 'OPEN'>,
): void => {
  const row = rows.reservations.get(reservationId);
  if (row === undefined || qty <= 0n) return;
  const { soft, hard, picked: pickedNow } = figuresOf(row);
  const rest = soft + hard > qty ? soft + hard - qty : 0n;
  const stillPicked = end === 'ISSUED' ? (pickedNow > qty ? pickedNow - qty : 0n) : pickedNow;
  const left = row.kind === 'HARD' ? { soft: '0', hard: rest.toString() } : { soft: rest.toString(), hard: '0' };
  put(event, rows, row, {
    ...row,
    ...left,
    picked: minQty(rest, stillPicked).toString(),
    state: rest === 0n ? end : row.state,
  });
};

const putBackorder = (
  event: RecordedStock,
  rows: InventorySets,
  before: BackorderRow | undefined,
  row: BackorderRow,
): void => {
  const qty = BigInt(row.qty) > 0n ? BigInt(row.qty) : 0n;
  if (qty === 0n) rows.backorders.remove(row.stock_key, row.order_id, row.line_id);
  else rows.backorders.put({ ...row, qty: qty.toString(), ...reflecting(event) });
  const was = BigInt(before?.qty ?? '0');
  if (before !== undefined) addToDay(event, rows, before.need_date, 0n, -was);
  addToDay(event, rows, row.need_date, 0n, qty);
  putPosition(event, rows, { backordered: plus(positionOf(event, rows).backordered, qty - was) });
};

/** A line that waits already keeps its place; the quantity is added. */
export const queued = (event: StockOf<'BackorderQueued'>, rows: InventorySets): void => {
  const { orderId, lineId, qty, needDate, acceptedAt, whole, held } = event.data;
  const known = rows.backorders.get(stockKeyOf(event), orderId, lineId);
  putBackorder(event, rows, known, {
    ...placeOf(event),
    order_id: orderId,
    line_id: lineId,
    qty: plus(known?.qty ?? '0', BigInt(qty)),
    need_date: needDate,
    accepted_at: known?.accepted_at ?? acceptedAt,
    whole: whole || held === true,
  });
};

export const takeFromQueue = (
  event: RecordedStock,
  rows: InventorySets,
  orderId: string,
  lineId: string,
  qty: bigint,
): void => {
  const known = rows.backorders.get(stockKeyOf(event), orderId, lineId);
  if (known !== undefined) putBackorder(event, rows, known, { ...known, qty: plus(known.qty, -qty) });
};
