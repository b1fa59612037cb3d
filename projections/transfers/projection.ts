import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import type { TransferEvent, TransferPiece } from '../../domain/transfer/events.ts';
import { transferStatus } from '../../domain/transfer/state.ts';
import { buOf, defineProjection, reflecting, required, type Sets } from '../projection.ts';
import { type TransferLineRow, type TransferRow, type TransferRows, transferTables } from './rows.ts';

type TransferSets = Sets<TransferRows>;
type Recorded = Extract<RecordedDomainEvent, { type: TransferEvent['type'] }>;

const plus = (text: string, more: bigint): string => (BigInt(text) + more).toString();

const noLine = { ordered: '0', shipped: '0', received: '0', open: '0', writtenOff: '0' };

const changeLine = (
  lines: readonly TransferLineRow[],
  item: string,
  change: (line: TransferLineRow) => Partial<TransferLineRow>,
): readonly TransferLineRow[] => {
  const line = lines.find((each) => each.item === item);
  if (line === undefined) return [...lines, { item, ...noLine, ...change({ item, ...noLine }) }];
  return lines.map((each) => (each === line ? { ...line, ...change(line) } : each));
};

/** `sign`: 1 for goods that left. What makes good a difference that was written off takes that back, and leaves nothing open. */
const moved = (row: TransferRow, pieces: readonly TransferPiece[], sign: 1n | -1n): readonly TransferLineRow[] =>
  pieces.reduce(
    (lines, { item, qty, writtenOff }) =>
      changeLine(lines, item, (line) => ({
        ...(sign === 1n
          ? { shipped: plus(line.shipped, BigInt(qty)) }
          : { received: plus(line.received, BigInt(qty)) }),
        ...(writtenOff === true
          ? { writtenOff: plus(line.writtenOff, sign * BigInt(qty)) }
          : { open: plus(line.open, sign * BigInt(qty)) }),
      })),
    row.lines,
  );

const figures = ({ ordered, shipped, received, open }: TransferLineRow) => ({
  ...{ ordered: BigInt(ordered), shipped: BigInt(shipped), received: BigInt(received), open: BigInt(open) },
});

const touch = (
  event: Recorded,
  { transfers }: TransferSets,
  change: (row: TransferRow) => Partial<TransferRow>,
): void => {
  const { transferId } = event.data;
  const row = required(transfers.get(transferId), `transfer ${transferId}`);
  const next = { ...row, ...change(row), revision: event.revision, ...reflecting(event) };
  const state = transferStatus(next.lines.map(figures), {
    shippings: next.shipments.map(({ shippedAt: at, complete }) => ({ at, complete })),
    receipts: next.receipts.map(({ receivedAt: at, complete }) => ({ at, complete })),
    closed: next.closed_at !== null,
  });
  const since = state === 'DIFFERENCE' ? (row.differs_since ?? event.recordedAt) : null;
  transfers.put({ ...next, state, differs_since: since });
};

const ordered = (event: RecordedOf<'TransferOrdered'>, { transfers }: TransferSets): void => {
  const { transferId, reference, from, to, currency, expectedOn, orderedBy, lines } = event.data;
  transfers.put({
    ...{ transfer_id: transferId, reference, from_node: from, to_node: to, currency, expected_on: expectedOn },
    ...{ ordered_by: orderedBy, ordered_at: event.metadata.occurredAt, state: 'ORDERED' },
    ...{ differs_since: null, shipments: [], receipts: [] },
    lines: lines.map(({ item, qty }) => ({ item, ...noLine, ordered: qty })),
    ...{ closed_at: null, closed_by: null, closing_reason: null },
    ...{ revision: event.revision, created_position: event.position, bu: buOf(event) },
    ...reflecting(event),
  });
};

const rescheduled = (event: RecordedOf<'TransferRescheduled'>, rows: TransferSets): void =>
  touch(event, rows, () => ({ expected_on: event.data.expectedOn }));

const shipped = (event: RecordedOf<'TransferShipped'>, rows: TransferSets): void => {
  const { shippingId, shippedAt, complete = false, expectedOn, lines } = event.data;
  touch(event, rows, (row) => ({
    lines: moved(row, lines, 1n),
    expected_on: expectedOn ?? row.expected_on,
    shipments: [...row.shipments, { shippingId, shippedAt, complete }],
  }));
};

const received = (event: RecordedOf<'TransferReceived'>, rows: TransferSets): void => {
  const { receiptId, receivedAt, complete = false, lines } = event.data;
  touch(event, rows, (row) => ({
    lines: moved(row, lines, -1n),
    receipts: [...row.receipts, { receiptId, receivedAt, complete }],
  }));
};

const closed = (event: RecordedOf<'TransferClosed'>, rows: TransferSets): void =>
  touch(event, rows, (row) => ({
    lines: row.lines.map((line) => ({ ...line, open: '0', writtenOff: plus(line.writtenOff, BigInt(line.open)) })),
    ...{ closed_at: event.metadata.occurredAt, closed_by: event.data.closedBy, closing_reason: event.data.reason },
  }));

const ofTransfer = (event: RecordedDomainEvent): readonly string[] => [(event as Recorded).data.transferId];

/** What goes from one node to another, and what of it left, came and was written off. */
export const transfers = defineProjection<TransferRows>({
  name: 'transfers',
  version: 1,
  tables: transferTables,
  needs: { transfers: ofTransfer },
  laneOf: (event) => `transfer:${(event as Recorded).data.transferId}`,
  on: {
    TransferOrdered: ordered,
    TransferRescheduled: rescheduled,
    TransferShipped: shipped,
    TransferReceived: received,
    TransferClosed: closed,
  },
});
