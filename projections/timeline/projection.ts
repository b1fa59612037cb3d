import type { RecordedDomainEvent } from '../../domain/events.ts';
import { buOf, defineProjection, type Handlers, orderIdOf, orderLane, type Sets } from '../projection.ts';
import { sentenceOf, sentences } from './sentences.ts';

type TimelineRow = {
  readonly order_id: string;
  readonly position: string;
  readonly at: string;
  readonly recorded_at: string;
  readonly event_type: string;
  readonly event_id: string;
  readonly text: string;
  readonly actor: string;
  readonly document: string;
  readonly bu: string;
  readonly updated_at: string;
};

type TimelineRows = { readonly timeline: TimelineRow };

/** The most particular thing the event is about. */
const documentOf = (event: RecordedDomainEvent): string => {
  const data = event.data as {
    readonly rmaId?: string;
    readonly invoiceId?: string;
    readonly shipmentId?: string;
    readonly releaseId?: string;
    readonly orderId?: string;
  };
  if (data.rmaId !== undefined) return `return:${data.rmaId}`;
  if (data.invoiceId !== undefined) return `invoice:${data.invoiceId}`;
  if (data.shipmentId !== undefined) return `shipment:${data.shipmentId}`;
  if (data.releaseId !== undefined) return `release:${data.releaseId}`;
  return `order:${data.orderId ?? ''}`;
};

/** Stock set aside for a cart belongs to no order yet; its owner's id still makes a timeline of its own, so it is kept. */
const add = (event: RecordedDomainEvent, { timeline }: Sets<TimelineRows>): void => {
  const orderId = orderIdOf(event);
  if (orderId === undefined) return;
  timeline.put({
    order_id: orderId,
    position: event.position,
    at: event.metadata.occurredAt,
    recorded_at: event.recordedAt,
    event_type: event.type,
    event_id: event.eventId,
    text: sentenceOf(event),
    actor: event.metadata.actor.id,
    document: documentOf(event),
    bu: buOf(event),
    updated_at: event.recordedAt,
  });
};

export const timeline = defineProjection<TimelineRows>({
  name: 'timeline',
  version: 1,
  tables: {
    timeline: {
      name: 'order_timeline',
      columns: [
        'order_id',
        'position',
        'at',
        'recorded_at',
        'event_type',
        'event_id',
        'text',
        'actor',
        'document',
        'bu',
        'updated_at',
      ],
      key: ['order_id', 'position'],
    },
  },
  needs: {},
  laneOf: orderLane,
  on: Object.fromEntries(Object.keys(sentences).map((type) => [type, add])) as Handlers<TimelineRows>,
});
