import type { DomainEvent } from '../events.ts';
import type { LineStatus } from '../order/quantities.ts';
import type { ConfirmedComponent } from '../shipment/events.ts';
import type { ToldLine, ToldOrder } from './toldOrder.ts';

/** What a channel can be told. */
export const noticeTypes = [
  'ORDER_ACCEPTED',
  'ORDER_HELD',
  'ORDER_HOLD_RELEASED',
  'ORDER_CANCELLED',
  'ORDER_LINES_CHANGED',
  'PROMISE_CHANGED',
  'SHIPMENT_CONFIRMED',
  'SHIPMENT_VOIDED',
  'SHIPMENT_TRACKED',
  'SHIPMENT_DELIVERED',
  'SHIPMENT_LOST',
  'SHIPMENT_DAMAGED',
  'SHIPMENT_FOUND',
  'INVOICE_ISSUED',
  'INVOICE_VOIDED',
  'CREDIT_MEMO_ISSUED',
] as const;

export type NoticeType = (typeof noticeTypes)[number];

/** `was`: the status before, where the event changed it or the lines are what is told. Quantities are base units. */
type NoticeLine = {
  readonly lineId: string;
  readonly item: string;
  readonly uom: string;
  readonly status: LineStatus;
  readonly was?: LineStatus;
  readonly ordered: string;
  readonly backordered: string;
  readonly shipped: string;
  readonly cancelled: string;
  readonly invoiced: string;
};

/** What a notice says beside its order: of goods, documents and holds. */
export type NoticeDetail = {
  readonly hold?: { readonly holdId: string; readonly type: string };
  readonly promise?: object;
  readonly substitution?: object;
  readonly shipment?: object;
  readonly invoice?: object;
  readonly creditMemo?: object;
};

export type Notice = NoticeDetail & { readonly type: NoticeType; readonly lines: readonly NoticeLine[] };

const lineOf = (line: ToldLine, before: ToldOrder | undefined, type: NoticeType): NoticeLine => {
  const { lineId, item, uom, status, buckets: b } = line;
  const known = before?.lines.get(lineId)?.status;
  // A line that is added begins as every line did, and one that is raised may stay what it is: the changes have no gap.
  const was = type === 'ORDER_LINES_CHANGED' ? (known ?? 'PENDING') : known === status ? undefined : known;
  return {
    ...{ lineId, item, uom, status },
    ...(was !== undefined && { was }),
    ...{ ordered: `${b.ordered}`, backordered: `${b.backordered}`, shipped: `${b.shipped}` },
    ...{ cancelled: `${b.cancelled}`, invoiced: `${b.invoiced}` },
  };
};

const componentOf = ({ item, qty, lots, serials }: ConfirmedComponent): object => ({ item, qty, lots, serials });

/** Lots, serials and parcels go to whoever bought the goods; what they cost us does not. */
const shipmentOf = (event: Extract<DomainEvent, { type: 'ShipmentConfirmed' | 'ShipmentVoided' }>): object => {
  const { shipmentId, node } = event.data;
  const lines = event.data.lines.map(({ lineId, shipmentLineId, item, qty, lots, serials, components }) => ({
    ...{ lineId, shipmentLineId, item, qty, lots, serials },
    // Of a kit what left, which may be less than a whole one.
    ...(components && { components: components.map(componentOf) }),
  }));
  if (event.type === 'ShipmentVoided') return { shipmentId, node, lines };
  const { confirmationId, shippedAt, carrier = null, tracking, cartons } = event.data;
  const about = { shipmentId, node, confirmationId, shippedAt, carrier, tracking, lines };
  return cartons === undefined ? about : { ...about, cartons };
};

const invoiceOf = (data: Extract<DomainEvent, { type: 'InvoiceIssued' }>['data']): object => {
  const { invoiceId, number, issueDate, dueDate, currency, totals, charges } = data;
  const lines = data.lines.map((line) => {
    const { invoiceLineId, orderLineId: lineId, shipmentId, item, qty, unitPrice, gross, discount, net, tax } = line;
    return { invoiceLineId, lineId, shipmentId, item, qty, unitPrice, gross, discount, net, tax };
  });
  const charged = charges.map(({ code, amount, tax }) => ({ code, amount, tax }));
  return { invoiceId, number, issueDate, dueDate, currency, totals, lines, charges: charged };
};

const creditMemoOf = (data: Extract<DomainEvent, { type: 'CreditMemoIssued' }>['data']): object => {
  const { creditMemoId, number, issueDate, cause, invoiceId, invoiceNumber, currency, totals, charges } = data;
  const lines = data.lines.map(({ invoiceLineId, orderLineId: lineId, item, qty, gross, discount, net, tax }) => ({
    ...{ invoiceLineId, lineId, item, qty, gross, discount, net, tax },
  }));
  const charged = charges.map(({ code, amount, tax }) => ({ code, amount, tax }));
  const about = { creditMemoId, number, issueDate, cause, invoiceId, invoiceNumber, currency, totals };
  return { ...about, lines, charges: charged };
};

type About = NoticeDetail & {
  readonly type: NoticeType;
  /** Absent: all lines. */
  readonly lineIds?: readonly string[];
};

const lossNotices = {
  ShipmentLost: 'SHIPMENT_LOST',
  ShipmentDamaged: 'SHIPMENT_DAMAGED',
  ShipmentFound: 'SHIPMENT_FOUND',
} as const;

/** What the event itself is told as. */
const told = (event: DomainEvent): About | undefined => {
  switch (event.type) {
    case 'OrderAccepted':
      return { type: 'ORDER_ACCEPTED' };
    case 'OrderHeld':
    case 'OrderHoldReleased': {
      const { holdId, type } = event.data;
      return { type: event.type === 'OrderHeld' ? 'ORDER_HELD' : 'ORDER_HOLD_RELEASED', hold: { holdId, type } };
    }
    case 'ShipmentConfirmed':
    case 'ShipmentVoided': {
      const type = event.type === 'ShipmentConfirmed' ? 'SHIPMENT_CONFIRMED' : 'SHIPMENT_VOIDED';
      return { type, shipment: shipmentOf(event), lineIds: event.data.lines.map(({ lineId }) => lineId) };
    }
    case 'CarrierStatusRecorded': {
      const { shipmentId, code, at, tracking = null, late } = event.data;
      return late ? undefined : { type: 'SHIPMENT_TRACKED', shipment: { shipmentId, code, at, tracking }, lineIds: [] };
    }
    case 'ShipmentDelivered': {
      const { shipmentId, deliveredAt, lines } = event.data;
      const lineIds = lines.map(({ lineId }) => lineId);
      return { type: 'SHIPMENT_DELIVERED', shipment: { shipmentId, deliveredAt, lines }, lineIds };
    }
    case 'ShipmentLost':
    case 'ShipmentDamaged':
    case 'ShipmentFound': {
      const { shipmentId, lossId, at } = event.data;
      // Who bears it is between the carrier and us.
      const lines = event.data.lines.map(({ lineId, shipmentLineId, item, qty }) => ({
        ...{ lineId, shipmentLineId, item, qty },
      }));
      const shipment = { shipmentId, lossId, at, lines };
      return { type: lossNotices[event.type], shipment, lineIds: lines.map(({ lineId }) => lineId) };
    }
    case 'InvoiceIssued':
    case 'InvoiceVoided': {
      const issued = event.type === 'InvoiceIssued' ? event.data : event.data.issued;
      const type = event.type === 'InvoiceIssued' ? 'INVOICE_ISSUED' : 'INVOICE_VOIDED';
      return { type, invoice: invoiceOf(issued), lineIds: issued.lines.map(({ orderLineId }) => orderLineId) };
    }
    case 'OrderLineAdded':
    case 'OrderLineChanged':
      return { type: 'ORDER_LINES_CHANGED', lineIds: [event.data.lineId] };
    case 'OrderLineSubstituted': {
      const { lineId, qty, newLineId, newQty } = event.data;
      const substitution = { lineId, qty, newLineId, newQty };
      return { type: 'ORDER_LINES_CHANGED', substitution, lineIds: [lineId, newLineId] };
    }
    case 'PromiseChanged': {
      const {
        lineId,
        node,
        qty,
        expectedDate,
        expectedBefore,
        shipDate = expectedDate,
        told: isMeant = true,
      } = event.data;
      if (!isMeant) return undefined;
      return {
        type: 'PROMISE_CHANGED',
        promise: { node, qty, expectedDate, expectedBefore, shipDate },
        lineIds: [lineId],
      };
    }
    case 'CreditMemoIssued': {
      const lineIds = event.data.lines.map(({ orderLineId }) => orderLineId);
      return { type: 'CREDIT_MEMO_ISSUED', creditMemo: creditMemoOf(event.data), lineIds };
    }
    default:
      return undefined;
  }
};

const changedLines = (before: ToldOrder | undefined, after: ToldOrder): readonly string[] => {
  const changed: string[] = [];
  // A line that an event did not touch is the very same one.
  for (const [lineId, line] of after.lines) {
    const was = before?.lines.get(lineId);
    if (was !== line && was !== undefined && was.status !== line.status) changed.push(lineId);
  }
  return changed;
};

/**
 * What there is to tell of one event, between the order before and after it, in the order in which it is told. Nothing that
 * people wrote is in it: it leaves the service, and not everybody there may read that.
 */
export const noticesOf = (
  before: ToldOrder | undefined,
  after: ToldOrder | undefined,
  event: DomainEvent,
): readonly Notice[] => {
  if (after === undefined) return [];
  const abouts: About[] = [];
  const own = told(event);
  if (own !== undefined) abouts.push(own);
  const changed = before === after ? [] : changedLines(before, after);
  const isTold = own?.type === 'ORDER_LINES_CHANGED';
  if (changed.length > 0 && !isTold) abouts.push({ type: 'ORDER_LINES_CHANGED', lineIds: changed });
  if (after.status === 'CANCELLED' && before?.status !== 'CANCELLED') abouts.push({ type: 'ORDER_CANCELLED' });
  return abouts.map(({ lineIds, ...about }) => {
    const lines = [...new Set(lineIds ?? after.lines.keys())].flatMap((lineId) => after.lines.get(lineId) ?? []);
    return { ...about, lines: lines.map((line) => lineOf(line, before, about.type)) };
  });
};
