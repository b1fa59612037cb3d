import { type DocumentState, setSaid, stateAfter } from '../../domain/edi/documentState.ts';
import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import { buOf, defineProjection, type Reflects, reflecting, reflects, type Sets } from '../projection.ts';
import {
  interchangeAcknowledged,
  interchangeKeyOf,
  type ReceivedSetRow,
  receivedSetTable,
  setTaken,
} from './receivedSets.ts';

export type PartnerDocumentRow = Reflects & {
  readonly document_id: string;
  /** What a partner names it by: `<bu>.<partner>.<control number>`. */
  readonly number_key: string;
  readonly partner: string;
  readonly sold_to: string;
  readonly kind: string;
  readonly functional_id: string;
  readonly control_number: number;
  readonly order_id: string | null;
  readonly reference: string;
  readonly payload_sha256: string;
  readonly acknowledges: boolean;
  readonly made_at: string;
  readonly created_position: string;
  readonly state: DocumentState;
  /** Null: nobody waits for a 997, or nothing was agreed. */
  readonly acknowledge_by: string | null;
  /** When and in which interchange the partner said last what became of it, and what is wrong with it. */
  readonly acknowledged_at: string | null;
  readonly acknowledged_in: string | null;
  readonly acknowledgement_detail: string | null;
  readonly resends: string | null;
  /** The newest document that has its content again. */
  readonly resent_as: string | null;
};

type PartnerDocumentRows = { readonly documents: PartnerDocumentRow; readonly received: ReceivedSetRow };
type Made = RecordedOf<'PartnerDocumentMade'>;
type Acknowledged = RecordedOf<'AcknowledgementReceived'>;

const numberKey = (bu: string, partner: string, controlNumber: number): string => `${bu}.${partner}.${controlNumber}`;

/** Of the document that an event is about. */
const keyOf = ({ data }: Made | Acknowledged): string =>
  numberKey(data.bu, data.partner, 'documentId' in data ? data.controlNumber : Number(data.acknowledgedGroup));

/** Of the document that an event has made anew. */
const resentKeys = (event: RecordedDomainEvent): readonly string[] => {
  if (event.type !== 'PartnerDocumentMade') return [];
  const { bu, partner, resends } = event.data;
  return resends === undefined ? [] : [numberKey(bu, partner, resends.controlNumber)];
};

/** Of the documents that an event changes or makes. */
const documentsOf = (event: RecordedDomainEvent): readonly string[] =>
  interchangeKeyOf(event) === undefined ? [keyOf(event as Made | Acknowledged), ...resentKeys(event)] : [];

const receivedOf = (event: RecordedDomainEvent): readonly string[] => {
  const key = interchangeKeyOf(event);
  return key === undefined ? [] : [key];
};

const laneOf = (event: RecordedDomainEvent): string => {
  const interchange = interchangeKeyOf(event);
  return interchange === undefined
    ? `partner-document:${keyOf(event as Made | Acknowledged)}`
    : `interchange:${interchange}`;
};

const hoursMs = 3_600_000;

const made = (event: Made, { documents }: Sets<PartnerDocumentRows>): void => {
  const { documentId, partner, soldTo, kind, functionalId, controlNumber } = event.data;
  const { orderId, reference, payloadSha256, acknowledges, acknowledgeWithinHours: hours, resends } = event.data;
  documents.put({
    ...{ document_id: documentId, number_key: keyOf(event), partner, sold_to: soldTo, kind },
    ...{ functional_id: functionalId, control_number: controlNumber, order_id: orderId, reference },
    ...{ payload_sha256: payloadSha256, acknowledges, made_at: event.recordedAt, created_position: event.position },
    state: 'SENT',
    acknowledge_by: hours === undefined ? null : new Date(Date.parse(event.recordedAt) + hours * hoursMs).toISOString(),
    ...{ acknowledged_at: null, acknowledged_in: null, acknowledgement_detail: null },
    ...{ resends: resends?.documentId ?? null, resent_as: null, bu: buOf(event) },
    ...reflecting(event),
  });
  for (const key of resentKeys(event))
    for (const original of documents.inGroup(key))
      documents.put({ ...original, resent_as: documentId, ...reflecting(event) });
};

/** What a partner says of a number that it was never sent changes nothing. */
const acknowledged = (event: Acknowledged, { documents }: Sets<PartnerDocumentRows>): void => {
  const { functionalId, interchange, noteCode } = event.data;
  for (const document of documents.inGroup(keyOf(event))) {
    if (functionalId !== null && functionalId !== document.functional_id) continue;
    documents.put({
      ...document,
      state: stateAfter(document.state, event.data),
      ...{ acknowledged_at: event.recordedAt, acknowledged_in: interchange },
      acknowledgement_detail: setSaid(event.data)?.detail ?? noteCode ?? null,
      ...reflecting(event),
    });
  }
};

/**
 * What EDI partners were sent and what they say of it, one row for each document; its bytes are stored under their hash. And what
 * they sent about orders.
 */
export const partnerDocuments = defineProjection<PartnerDocumentRows>({
  name: 'partner_documents',
  version: 3,
  tables: {
    received: receivedSetTable,
    documents: {
      name: 'partner_document',
      columns: [
        ...(['document_id', 'number_key', 'partner', 'sold_to', 'kind', 'functional_id', 'control_number'] as const),
        ...(['order_id', 'reference', 'payload_sha256', 'acknowledges', 'made_at', 'created_position'] as const),
        ...(['state', 'acknowledge_by', 'acknowledged_at', 'acknowledged_in', 'acknowledgement_detail'] as const),
        ...(['resends', 'resent_as'] as const),
        ...reflects,
      ],
      key: ['document_id'],
      group: 'number_key',
    },
  },
  replayIndexes: ['partner_document_number_key'],
  needs: { documents: documentsOf, received: receivedOf },
  laneOf,
  waitsFor: (event) => resentKeys(event).map((key) => `partner-document:${key}`),
  on: {
    PartnerDocumentMade: made,
    AcknowledgementReceived: acknowledged,
    TransactionSetTaken: setTaken,
    InterchangeAcknowledged: interchangeAcknowledged,
  },
});
