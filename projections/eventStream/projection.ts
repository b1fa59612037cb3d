import type { RecordedDomainEvent } from '../../domain/events.ts';
import { noticeDocument } from '../../domain/webhook/noticeDocument.ts';
import { noticesOf } from '../../domain/webhook/notices.ts';
import { toldAfter } from '../../domain/webhook/toldOrder.ts';
import {
  buOf,
  defineProjection,
  type Handlers,
  orderIdOf,
  orderLane,
  type Reflects,
  reflecting,
  reflects,
  type Sets,
} from '../projection.ts';
import { type ConsumerRow, consumerHandlers, consumerOf, consumerTable } from './consumers.ts';
import { type KeptOrder, kept, orderIn } from './keptOrder.ts';

type ToldRow = Reflects & { readonly order_id: string; readonly told: KeptOrder };

type EventRow = Reflects & {
  /** Among the events that one event of the log is told as. */
  readonly place: number;
  /** The same for ever, also after a rebuild: what consumers drop repetitions by. */
  readonly event_id: string;
  readonly type: string;
  readonly order_id: string;
  readonly sold_to: string;
  readonly channel: string;
  readonly occurred_at: string;
  /** Characters of `data`. */
  readonly size: number;
  /** The canonical document, as the very text that is sent. */
  readonly data: string;
};

type StreamRows = { readonly orders: ToldRow; readonly events: EventRow; readonly consumers: ConsumerRow };

/** What changes an order as it is told, or is told itself; a test holds it against the functions that decide that. */
const followed = [
  ...(['OrderSubmitted', 'OrderAccepted', 'OrderHeld', 'OrderHoldReleased'] as const),
  ...(['OrderLineAdded', 'OrderLineChanged', 'OrderLineSubstituted', 'OrderLineCancelled'] as const),
  ...(['AllocationReserved', 'AllocationReservationLost', 'AllocationReleased', 'AllocationShorted'] as const),
  ...(['AllocationDemandAdded', 'AllocationFulfilled', 'AllocationReopened', 'WarehouseRefused'] as const),
  ...(['LineBackordered', 'LineRoutedToDropShip', 'LineReturnedFromDropShip', 'PromiseChanged'] as const),
  ...(['ItemsPicked', 'ShipmentConfirmed', 'ShipmentVoided', 'ShipmentDelivered', 'CarrierStatusRecorded'] as const),
  ...(['OvershipmentGifted', 'OvershipmentResolved'] as const),
  ...(['ShipmentLost', 'ShipmentDamaged', 'ShipmentFound'] as const),
  ...(['InvoiceIssued', 'InvoiceVoided', 'CreditMemoIssued'] as const),
];

const ofOrder = (event: RecordedDomainEvent): readonly string[] => {
  const orderId = orderIdOf(event);
  return orderId === undefined ? [] : [orderId];
};

const ofConsumer = (event: RecordedDomainEvent): readonly string[] => {
  const consumerId = consumerOf(event);
  return consumerId === undefined ? [] : [consumerId];
};

const tell = (event: RecordedDomainEvent, { orders, events }: Sets<StreamRows>): void => {
  const orderId = orderIdOf(event);
  if (orderId === undefined) return;
  const row = orders.get(orderId);
  const before = row === undefined ? undefined : orderIn(row.told);
  const after = toldAfter(before, event);
  if (after === undefined) return;
  const of = { bu: buOf(event), ...reflecting(event) };
  if (after !== before) orders.put({ order_id: orderId, told: kept(after), ...of });
  for (const [place, notice] of noticesOf(before, after, event).entries()) {
    const eventId = `${event.eventId}:${notice.type}`;
    const data = JSON.stringify(noticeDocument(eventId, event, notice, after));
    events.put({
      ...{ place, event_id: eventId, type: notice.type, order_id: orderId, sold_to: after.soldTo },
      ...{ channel: after.channel, occurred_at: event.metadata.occurredAt, size: data.length, data },
      ...of,
    });
  }
};

/**
 * The canonical events in the order of the log, written down once for all who read the stream; what webhooks are sent is made by
 * the same functions. Beside them, who reads the stream under a name. Nothing that people wrote is in it, so an erasure leaves nothing behind here.
 */
export const eventStream = defineProjection<StreamRows>({
  name: 'event_stream',
  version: 1,
  tables: {
    orders: {
      name: 'told_order',
      columns: ['order_id', 'told', ...reflects],
      key: ['order_id'],
      group: 'order_id',
    },
    events: {
      name: 'stream_event',
      columns: [
        ...(['place', 'event_id', 'type', 'order_id', 'sold_to', 'channel', 'occurred_at', 'size', 'data'] as const),
        ...reflects,
      ],
      key: ['position', 'place'],
    },
    consumers: consumerTable,
  },
  needs: { orders: ofOrder, consumers: ofConsumer },
  laneOf: (event) => {
    const consumer = consumerOf(event);
    return consumer === undefined ? orderLane(event) : `consumer:${consumer}`;
  },
  on: {
    ...(Object.fromEntries(followed.map((type) => [type, tell])) as Handlers<StreamRows>),
    ...consumerHandlers,
  },
});
