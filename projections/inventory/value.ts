import { localClock, periodOf } from '../../domain/calendar.ts';
import { decimal, extend } from '../../domain/money.ts';
import { reflecting, required } from '../projection.ts';
import { type InventorySets, onHandOf, positionOf, putPosition, type RecordedStock } from './places.ts';
import type { PositionRow, ValueEntryRow } from './rows.ts';

export type ValueMove = {
  readonly kind: Exclude<ValueEntryRow['kind'], 'REVALUATION'>;
  /** What the event itself says the goods are worth, signed minor units. */
  readonly amount: bigint;
  /** How much moved, signed base units. */
  readonly qty: bigint;
  readonly currency: string;
  readonly document: string;
};

const entry = (
  event: RecordedStock,
  rows: InventorySets,
  no: number,
  move: Omit<ValueMove, 'kind'> & { readonly kind: ValueEntryRow['kind'] },
): void => {
  const { bu, node, item } = event.data;
  const { time_zone } = required(rows.clocks.get(bu), `business unit ${bu}`);
  const { day } = localClock(event.metadata.occurredAt, time_zone);
  rows.values.put({
    entry_position: event.position,
    entry_no: no,
    node,
    item,
    kind: move.kind,
    day,
    period: periodOf(day),
    currency: move.currency,
    amount: move.amount.toString(),
    qty: move.qty.toString(),
    document: move.document,
    bu,
    ...reflecting(event),
  });
};

const worth = (row: PositionRow): bigint =>
  row.unit_cost === null || row.currency === null ? 0n : extend(onHandOf(row), decimal(row.unit_cost), row.currency);

/**
 * Brings the position's value to stock × cost after an event and says why it moved: first what the event itself is worth,
 * then the rest, which comes from a changed unit cost or from rounding. What cost nothing has its entry too: its quantity moved.
 */
export const revalue = (event: RecordedStock, rows: InventorySets, move?: ValueMove): void => {
  const before = positionOf(event, rows);
  const value = worth(before);
  const own = move?.amount ?? 0n;
  const rest = value - BigInt(before.value) - own;
  const currency = before.currency ?? move?.currency;
  if (currency === undefined) return;
  if (move !== undefined && (own !== 0n || move.qty !== 0n)) entry(event, rows, 1, move);
  if (rest !== 0n)
    entry(event, rows, 2, { kind: 'REVALUATION', amount: rest, qty: 0n, currency, document: event.eventId });
  putPosition(event, rows, { value: value.toString() });
};
