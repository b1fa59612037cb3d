import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import type { ReturnEvent } from '../../domain/returns/events.ts';
import { type ReturnProgress, returnStatus } from '../../domain/returns/state.ts';
import { buOf, defineProjection, reflecting, required, type Sets } from '../projection.ts';
import { type ReturnLineRow, type ReturnRow, type ReturnRows, returnTables } from './rows.ts';

type ReturnSets = Sets<ReturnRows>;
type Recorded = Extract<RecordedDomainEvent, { type: ReturnEvent['type'] }>;

const plus = (text: string, more: string): string => (BigInt(text) + BigInt(more)).toString();
const minus = (text: string, less: string): string => (BigInt(text) - BigInt(less)).toString();

const progressOf = ({ qty, received, kept, inspected, credited }: ReturnLineRow): ReturnProgress => ({
  authorised: BigInt(qty),
  received: BigInt(received),
  kept: BigInt(kept),
  inspected: BigInt(inspected),
  credited: BigInt(credited),
});

const touch = (event: Recorded, { returns, lines }: ReturnSets, change: Partial<ReturnRow> = {}): void => {
  const row = required(returns.get(event.data.rmaId), `return ${event.data.rmaId}`);
  const next = { ...row, ...change, revision: event.revision, ...reflecting(event) };
  const ended = next.state === 'CLOSED' || next.state === 'EXPIRED' ? next.state : null;
  returns.put({ ...next, state: returnStatus(lines.inGroup(row.rma_id).map(progressOf), ended) });
};

const changeLine = (
  event: Recorded,
  { lines }: ReturnSets,
  shipmentLineId: string,
  change: (row: ReturnLineRow) => Partial<ReturnLineRow>,
): void => {
  const { rmaId } = event.data;
  const row = required(lines.get(rmaId, shipmentLineId), `line ${shipmentLineId} of return ${rmaId}`);
  lines.put({ ...row, ...change(row), ...reflecting(event) });
};

const authorised = (event: RecordedOf<'ReturnAuthorised'>, { returns, lines }: ReturnSets): void => {
  const { data } = event;
  returns.put({
    ...{ rma_id: data.rmaId, order_id: data.orderId, shipment_id: data.shipmentId, node: data.node },
    ...{ sold_to: data.soldTo, currency: data.currency, state: 'AUTHORISED', unexpected: [], credit_memos: [] },
    ...{ authorised_at: data.authorisedAt, authorised_by: data.authorisedBy, expires_on: data.expiresOn },
    ...{ ended_at: null, ended_by: null, closing_reason: null },
    ...{ revision: event.revision, created_position: event.position, bu: buOf(event) },
    ...reflecting(event),
  });
  for (const { shipmentLineId, lineId, item, reason, qty, restockingPct } of data.lines) {
    lines.put({
      ...{ rma_id: data.rmaId, shipment_line_id: shipmentLineId, line_id: lineId, item, reason, qty },
      ...{ received: '0', kept: '0', inspected: '0', quarantined: '0', inspections: [], bu: buOf(event) },
      ...{ received_at: null, restocking_pct: restockingPct ?? null, credited: '0', credited_net: '0' },
      ...{ restocking_fee: '0', credited_at: null },
      ...reflecting(event),
    });
  }
};

const received = (event: RecordedOf<'ReturnReceived'>, rows: ReturnSets): void => {
  const { rmaId, receiptId, receivedAt, unexpected, lines } = event.data;
  if (unexpected) {
    const row = required(rows.returns.get(rmaId), `return ${rmaId}`);
    const more = lines.map(({ shipmentLineId, item, qty }) => ({ receiptId, receivedAt, shipmentLineId, item, qty }));
    touch(event, rows, { unexpected: [...row.unexpected, ...more] });
    return;
  }
  for (const { shipmentLineId, qty } of lines) {
    changeLine(event, rows, shipmentLineId ?? '', (row) => ({
      received: plus(row.received, qty),
      received_at: row.received_at ?? receivedAt,
    }));
  }
  touch(event, rows);
};

const inspected = (event: RecordedOf<'ReturnInspected'>, rows: ReturnSets): void => {
  const { shipmentLineId, inspectionId, inspectedAt, inspectedBy, disposition, qty, unitCost, cost } = event.data;
  const from = event.data.from ?? null;
  changeLine(event, rows, shipmentLineId, (row) => ({
    inspected: from === null ? plus(row.inspected, qty) : row.inspected,
    kept: disposition === 'KEEP' ? plus(row.kept, qty) : row.kept,
    quarantined:
      from === null
        ? disposition === 'QUARANTINE'
          ? plus(row.quarantined, qty)
          : row.quarantined
        : minus(row.quarantined, qty),
    inspections: [
      ...row.inspections,
      { inspectionId, inspectedAt, inspectedBy, disposition, from, qty, unitCost, cost },
    ],
  }));
  touch(event, rows);
};

const credited = (event: RecordedOf<'ReturnCredited'>, rows: ReturnSets): void => {
  const { rmaId, creditMemoId, invoiceId, number, issueDate, total, restockingFee, lines } = event.data;
  for (const { shipmentLineId, qty, net, fee = '0' } of lines) {
    changeLine(event, rows, shipmentLineId, (row) => ({
      credited: plus(row.credited, qty),
      credited_net: plus(row.credited_net, net),
      restocking_fee: plus(row.restocking_fee, fee),
      credited_at: event.metadata.occurredAt,
    }));
  }
  const row = required(rows.returns.get(rmaId), `return ${rmaId}`);
  const memo = { creditMemoId, invoiceId, number, issueDate, total, restockingFee };
  touch(event, rows, { credit_memos: [...row.credit_memos, memo] });
};

const ofReturn = (event: RecordedDomainEvent): readonly string[] => [(event as Recorded).data.rmaId];

export const returns = defineProjection<ReturnRows>({
  name: 'returns',
  version: 1,
  tables: returnTables,
  needs: { returns: ofReturn, lines: ofReturn },
  laneOf: (event) => `return:${(event as Recorded).data.rmaId}`,
  on: {
    ReturnAuthorised: authorised,
    ReturnReceived: received,
    ReturnInspected: inspected,
    ReturnCredited: credited,
    ReturnExpired: (event, rows) => touch(event, rows, { state: 'EXPIRED', ended_at: event.metadata.occurredAt }),
    ReturnClosed: (event, rows) =>
      touch(event, rows, {
        state: 'CLOSED',
        ended_at: event.metadata.occurredAt,
        ended_by: event.data.closedBy,
        closing_reason: event.data.reason,
      }),
  },
});
