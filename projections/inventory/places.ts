import type { RecordedDomainEvent } from '../../domain/events.ts';
import type { StockEvent } from '../../domain/stock/events.ts';
import { reflecting, type Sets } from '../projection.ts';
import type { InventoryRows, PositionRow } from './rows.ts';

export type InventorySets = Sets<InventoryRows>;

export type RecordedStock = Extract<RecordedDomainEvent, { type: StockEvent['type'] }>;
export type StockOf<T extends StockEvent['type']> = Extract<RecordedStock, { type: T }>;

export const plus = (text: string, amount: bigint): string => (BigInt(text) + amount).toString();

export const stockKeyOf = ({ data }: RecordedStock): string => `${data.bu}.${data.node}.${data.item}`;

/** The columns by which rows of one position are known. */
export const placeOf = (event: RecordedStock) => ({
  stock_key: stockKeyOf(event),
  bu: event.data.bu,
  node: event.data.node,
  item: event.data.item,
  ...reflecting(event),
});

const emptyPosition = (event: RecordedStock): PositionRow => ({
  ...placeOf(event),
  sellable: '0',
  quarantine: '0',
  damaged: '0',
  expired: '0',
  blocked: '0',
  allocated: '0',
  picked: '0',
  reserved: '0',
  safety_stock: '0',
  backordered: '0',
  in_transit: '0',
  on_order: '0',
  overcommitted: '0',
  unit_cost: null,
  currency: null,
  value: '0',
  feed_at: null,
  revision: event.revision,
});

export const positionOf = (event: RecordedStock, { positions }: InventorySets): PositionRow =>
  positions.get(stockKeyOf(event)) ?? emptyPosition(event);

export const putPosition = (
  event: RecordedStock,
  rows: InventorySets,
  change: Partial<PositionRow> = {},
): PositionRow => {
  const next = { ...positionOf(event, rows), ...change, revision: event.revision, ...reflecting(event) };
  // What is promised beyond stock changes with every fact, also with those that make it smaller without curing it.
  const free = BigInt(next.sellable) - BigInt(next.allocated) - BigInt(next.reserved);
  const row = { ...next, overcommitted: free < 0n ? (-free).toString() : '0' };
  rows.positions.put(row);
  return row;
};

export const onHandOf = (row: PositionRow): bigint =>
  BigInt(row.sellable) + BigInt(row.quarantine) + BigInt(row.damaged) + BigInt(row.expired) + BigInt(row.blocked);

/** Supply and demand of one day, kept as sums so that an ATP question reads days, not reservations. */
export const addToDay = (
  event: RecordedStock,
  { days }: InventorySets,
  day: string,
  supply: bigint,
  demand: bigint,
): void => {
  if (supply === 0n && demand === 0n) return;
  const key = stockKeyOf(event);
  const row = days.get(key, day);
  const next = { supply: plus(row?.supply ?? '0', supply), demand: plus(row?.demand ?? '0', demand) };
  if (next.supply === '0' && next.demand === '0') days.remove(key, day);
  else days.put({ stock_key: key, day, ...next, bu: event.data.bu, ...reflecting(event) });
};
