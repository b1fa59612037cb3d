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

/** The owner's, in whose books the goods are; positions stay with the business unit that sells from them. */
const booksIn = ({ data }: RecordedStock): string => ('owner' in data ? data.owner : undefined) ?? data.bu;

const entry = (
  event: RecordedStock,
  rows: InventorySets,
  no: number,
  move: Omit<ValueMove, 'kind'> & { readonly kind: ValueEntryRow['kind'] },
): void => {
  const { node, item } = event.data;
  const bu = booksIn(event);
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

/** The rest has had the second place since there was one move at most. */
const restNo = 2;
const numberOf = (index: number): number => (index === 0 ? 1 : index + restNo);

const worth = (row: PositionRow): bigint =>
  row.unit_cost === null || row.currency === null ? 0n : extend(onHandOf(row), decimal(row.unit_cost), row.currency);

/**
 * Brings the position's value to stock × cost after an event and says why it moved: first what the event itself is worth,
 * then the rest, which comes from a changed unit cost or from rounding. What cost nothing has its entry too: its quantity moved.
 */
export const revalue = (event: RecordedStock, rows: InventorySets, ...moves: readonly ValueMove[]): void => {
  const before = positionOf(event, rows);
  const value = worth(before);
  const own = moves.reduce((sum, { amount }) => sum + amount, 0n);
  const rest = value - BigInt(before.value) - own;
  const currency = before.currency ?? moves[0]?.currency;
  if (currency === undefined) return;
  for (const [index, move] of moves.entries())
    if (move.amount !== 0n || move.qty !== 0n) entry(event, rows, numberOf(index), move);
  if (rest !== 0n)
    entry(event, rows, restNo, { kind: 'REVALUATION', amount: rest, qty: 0n, currency, document: event.eventId });
  putPosition(event, rows, { value: value.toString() });
};
