import type { EventConsumerEvent } from '../../domain/eventConsumer/events.ts';
import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import { buOf, type Handlers, type Reflects, reflecting, reflects, required, type Sets } from '../projection.ts';
import type { Table } from '../table.ts';

/** `types`, `customers`: null is all of them. */
export type ConsumerRow = Reflects & {
  readonly consumer_id: string;
  readonly name: string;
  readonly types: readonly string[] | null;
  readonly customers: readonly string[] | null;
  readonly after_position: string;
  readonly after_place: number;
  /** Of the event that said `after`: what was acknowledged as of an earlier one counts no more. */
  readonly begun_revision: number;
  readonly state: 'ACTIVE' | 'DELETED';
  readonly state_reason: string | null;
  readonly registered_by: string;
  readonly registered_at: string;
  readonly created_position: string;
  readonly revision: number;
};

type ConsumerRows = { readonly consumers: ConsumerRow };
type OfConsumer = Extract<RecordedDomainEvent, { type: EventConsumerEvent['type'] }>;

export const consumerTable: Table<ConsumerRow> = {
  name: 'event_consumer',
  columns: [
    ...(['consumer_id', 'name', 'types', 'customers', 'after_position', 'after_place', 'begun_revision'] as const),
    ...(['state', 'state_reason', 'registered_by', 'registered_at', 'created_position', 'revision'] as const),
    ...reflects,
  ],
  key: ['consumer_id'],
  group: 'consumer_id',
};

/** Undefined: the event is not about a consumer. */
export const consumerOf = ({ data }: RecordedDomainEvent): string | undefined =>
  'consumerId' in data && typeof data.consumerId === 'string' ? data.consumerId : undefined;

const registered = (event: RecordedOf<'EventConsumerRegistered'>, { consumers }: Sets<ConsumerRows>): void => {
  const { consumerId, name, types, customers, after, registeredBy } = event.data;
  consumers.put({
    ...{ consumer_id: consumerId, name, types, customers },
    ...{ after_position: after.position, after_place: after.place, begun_revision: event.revision },
    ...{ state: 'ACTIVE', state_reason: null, registered_by: registeredBy, registered_at: event.recordedAt },
    ...{ created_position: event.position, revision: event.revision, bu: buOf(event) },
    ...reflecting(event),
  });
};

const change = (event: OfConsumer, { consumers }: Sets<ConsumerRows>, changed: Partial<ConsumerRow>): void => {
  const { consumerId } = event.data;
  const row = required(consumers.get(consumerId), `consumer ${consumerId}`);
  consumers.put({ ...row, ...changed, revision: event.revision, ...reflecting(event) });
};

export const consumerHandlers = {
  EventConsumerRegistered: registered,
  EventConsumerReset: (event, rows) => {
    const { position, place } = event.data.after;
    change(event, rows, { after_position: position, after_place: place, begun_revision: event.revision });
  },
  EventConsumerDeleted: (event, rows) => change(event, rows, { state: 'DELETED', state_reason: event.data.reason }),
} satisfies Handlers<ConsumerRows>;
