import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import { buOf, type Reflects, reflecting, reflects, type Sets } from '../projection.ts';
import type { Table } from '../table.ts';

/** What a partner sent about an order: one transaction set of an interchange, an 850 or an 860. */
export type ReceivedSetRow = Reflects & {
  /** `<bu>.<partner>.<ISA13>`. */
  readonly interchange_key: string;
  readonly place: string;
  readonly partner: string;
  readonly sold_to: string;
  readonly interchange: string;
  readonly kind: string;
  readonly order_id: string;
  /** Null: it was taken before events named the message that caused them. */
  readonly payload_sha256: string | null;
  readonly received_at: string;
  readonly created_position: string;
  /** The 997 that told the partner so, and when it was made; null: not yet. */
  readonly acknowledged_by: string | null;
  readonly acknowledged_at: string | null;
};

export const receivedSetTable: Table<ReceivedSetRow> = {
  name: 'received_set',
  columns: [
    ...(['interchange_key', 'place', 'partner', 'sold_to', 'interchange', 'kind', 'order_id'] as const),
    ...(['payload_sha256', 'received_at', 'created_position', 'acknowledged_by', 'acknowledged_at'] as const),
    ...reflects,
  ],
  key: ['interchange_key', 'place'],
  group: 'interchange_key',
};

type Taken = RecordedOf<'TransactionSetTaken'>;
type Answered = RecordedOf<'InterchangeAcknowledged'>;
type ReceivedSets = Sets<{ readonly received: ReceivedSetRow }>;

/** Of an event that says what became of an interchange; undefined: it is about something else. */
export const interchangeKeyOf = (event: RecordedDomainEvent): string | undefined => {
  if (event.type !== 'TransactionSetTaken' && event.type !== 'InterchangeAcknowledged') return undefined;
  const { bu, partner, interchange } = event.data;
  return `${bu}.${partner}.${interchange}`;
};

export const setTaken = (event: Taken, { received }: ReceivedSets): void => {
  const { partner, soldTo, interchange, place, kind, orderId } = event.data;
  received.put({
    ...{ interchange_key: interchangeKeyOf(event) ?? '', place, partner, sold_to: soldTo, interchange, kind },
    ...{ order_id: orderId, payload_sha256: event.metadata.source.payloadSha256 ?? null },
    ...{ received_at: event.recordedAt, created_position: event.position },
    ...{ acknowledged_by: null, acknowledged_at: null, bu: buOf(event) },
    ...reflecting(event),
  });
};

/** One that comes again is answered again; the first answer is the one that told. */
export const interchangeAcknowledged = (event: Answered, { received }: ReceivedSets): void => {
  const { answer } = event.data;
  if (answer === null) return;
  for (const set of received.inGroup(interchangeKeyOf(event) ?? ''))
    if (set.acknowledged_by === null)
      received.put({
        ...{ ...set, acknowledged_by: answer.documentId, acknowledged_at: event.recordedAt },
        ...reflecting(event),
      });
};
