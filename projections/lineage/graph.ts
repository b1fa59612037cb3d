import type { RecordedDomainEvent } from '../../domain/events.ts';
import { buOf, reflecting, type Sets } from '../projection.ts';
import type { EdgeRow, LineageRows, NodeRow } from './tables.ts';

export type LineageSets = Sets<LineageRows>;

export const ids = {
  order: (orderId: string) => `order:${orderId}`,
  orderLine: (orderId: string, lineId: string) => `order-line:${orderId}/${lineId}`,
  reservation: (reservationId: string) => `reservation:${reservationId}`,
  shipment: (shipmentId: string) => `shipment:${shipmentId}`,
  shipmentLine: (shipmentId: string, shipmentLineId: string) => `shipment-line:${shipmentId}/${shipmentLineId}`,
  kitComponent: (shipmentId: string, shipmentLineId: string, item: string) =>
    `kit-component:${shipmentId}/${shipmentLineId}/${item}`,
  invoice: (invoiceId: string) => `invoice:${invoiceId}`,
  invoiceLine: (invoiceId: string, invoiceLineId: string) => `invoice-line:${invoiceId}/${invoiceLineId}`,
  creditMemo: (creditMemoId: string) => `credit-memo:${creditMemoId}`,
  returnLine: (rmaId: string, shipmentLineId: string) => `return-line:${rmaId}/${shipmentLineId}`,
  lossLine: (shipmentId: string, lossId: string, shipmentLineId: string) =>
    `loss-line:${shipmentId}/${lossId}/${shipmentLineId}`,
  payload: (sha256: string) => `payload:${sha256}`,
  customerPo: (bu: string, soldTo: string, customerPo: string) => `customer-po:${bu}/${soldTo}/${customerPo}`,
  stockMovement: (eventId: string) => `stock-movement:${eventId}`,
} as const;

const notBelowZero = (amount: bigint): string => (amount < 0n ? 0n : amount).toString();

type NewNode = Pick<NodeRow, 'id' | 'type' | 'label'> &
  Partial<Pick<NodeRow, 'bu' | 'business_key' | 'qty' | 'amount' | 'currency' | 'detail' | 'order_id'>>;

/** Makes the node unless it is there; a document that is spoken of twice stays the one it was. */
export const ensureNode = (event: RecordedDomainEvent, { nodes }: LineageSets, node: NewNode): NodeRow => {
  const known = nodes.get(node.id);
  if (known !== undefined) return known;
  const row: NodeRow = {
    business_key: null,
    qty: null,
    amount: null,
    currency: null,
    detail: {},
    order_id: null,
    bu: buOf(event),
    ...node,
    at: event.metadata.occurredAt,
    correlation: event.metadata.$correlationId,
    event_id: event.eventId,
    ...reflecting(event),
  };
  nodes.put(row);
  return row;
};

export const changeNode = (
  event: RecordedDomainEvent,
  { nodes }: LineageSets,
  id: string,
  change: (row: NodeRow) => Partial<NodeRow>,
): void => {
  const row = nodes.get(id);
  if (row !== undefined) nodes.put({ ...row, ...change(row), ...reflecting(event) });
};

export const addQty = (event: RecordedDomainEvent, rows: LineageSets, id: string, qty: bigint): void =>
  changeNode(event, rows, id, (row) => ({ qty: notBelowZero(BigInt(row.qty ?? '0') + qty) }));

type Flow = {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeRow['kind'];
  readonly qty?: bigint;
  readonly amount?: bigint;
};

const summed = (known: string | null | undefined, more: bigint | undefined): string | null =>
  more === undefined ? (known ?? null) : notBelowZero(BigInt(known ?? '0') + more);

/** Adds to what flows from one node to another. The event that opened the way stays named; the position is the last one's. */
export const flow = (
  event: RecordedDomainEvent,
  { edges }: LineageSets,
  { from, to, kind, qty, amount }: Flow,
): void => {
  const known = edges.get(from, to, kind);
  edges.put({
    from_id: from,
    to_id: to,
    kind,
    qty: summed(known?.qty, qty),
    amount: summed(known?.amount, amount),
    event_id: known?.event_id ?? event.eventId,
    bu: buOf(event),
    ...reflecting(event),
  });
};
