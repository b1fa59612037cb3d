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
import type { SupplyRow } from './rows.ts';

/** Keeps the supply, its day and the position's in-transit and on-order figures in step. */
const put = (event: RecordedStock, rows: InventorySets, before: SupplyRow | undefined, next: SupplyRow): void => {
  const open = BigInt(next.expected) - BigInt(next.received);
  const row = { ...next, qty_open: (open > 0n ? open : 0n).toString(), ...reflecting(event) };
  rows.supplies.put(row);
  const position = positionOf(event, rows);
  const delta = { PO: 0n, TRANSFER: 0n, ASN: 0n };
  if (before !== undefined) {
    delta[before.type] -= BigInt(before.qty_open);
    addToDay(event, rows, before.available_date, -BigInt(before.qty_open), 0n);
  }
  delta[row.type] += BigInt(row.qty_open);
  addToDay(event, rows, row.available_date, BigInt(row.qty_open), 0n);
  putPosition(event, rows, {
    on_order: plus(position.on_order, delta.PO),
    in_transit: plus(position.in_transit, delta.TRANSFER + delta.ASN),
  });
};

export const announced = (event: StockOf<'SupplyExpected' | 'SupplyRescheduled'>, rows: InventorySets): void => {
  const { supplyId, type, qty, availableDate } = event.data;
  const known = rows.supplies.get(stockKeyOf(event), supplyId);
  const later = known !== undefined && event.type === 'SupplyRescheduled' && availableDate > known.available_date;
  const received = known?.received ?? '0';
  put(event, rows, known, {
    ...placeOf(event),
    supply_id: supplyId,
    type,
    expected: qty,
    received,
    qty_open: '0',
    cancelled: '0',
    available_date: availableDate,
    slips: (known?.slips ?? 0) + (later ? 1 : 0),
    state: BigInt(received) >= BigInt(qty) ? 'RECEIVED' : 'OPEN',
  });
};

export const supplyCancelled = (event: StockOf<'SupplyCancelled'>, rows: InventorySets): void => {
  const known = rows.supplies.get(stockKeyOf(event), event.data.supplyId);
  if (known === undefined) return;
  put(event, rows, known, { ...known, expected: '0', cancelled: known.qty_open, state: 'CANCELLED' });
};

/** A receipt may come before its announcement: what came in then waits for it. */
export const receivedAgainst = (
  event: StockOf<'StockReceived' | 'StockTransferred'>,
  rows: InventorySets,
  supplyId: string,
): void => {
  const known = rows.supplies.get(stockKeyOf(event), supplyId);
  const supply: SupplyRow = known ?? {
    ...placeOf(event),
    supply_id: supplyId,
    type: event.type === 'StockTransferred' ? 'TRANSFER' : 'PO',
    expected: '0',
    received: '0',
    qty_open: '0',
    cancelled: '0',
    available_date: event.metadata.occurredAt.slice(0, 10),
    slips: 0,
    state: 'RECEIVED',
  };
  const received = plus(supply.received, BigInt(event.data.qty));
  const complete = BigInt(received) >= BigInt(supply.expected);
  put(event, rows, known, {
    ...supply,
    received,
    state: complete && supply.state === 'OPEN' ? 'RECEIVED' : supply.state,
  });
};
