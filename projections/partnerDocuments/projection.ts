import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import { buOf, defineProjection, type Reflects, reflecting, reflects, type Sets } from '../projection.ts';

export type PartnerDocumentRow = Reflects & {
  readonly document_id: string;
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
};

type PartnerDocumentRows = { readonly documents: PartnerDocumentRow };

const idOf = (event: RecordedDomainEvent): string => (event as RecordedOf<'PartnerDocumentMade'>).data.documentId;

const made = (event: RecordedOf<'PartnerDocumentMade'>, { documents }: Sets<PartnerDocumentRows>): void => {
  const { documentId, partner, soldTo, kind, functionalId, controlNumber } = event.data;
  const { orderId, reference, payloadSha256, acknowledges } = event.data;
  documents.put({
    ...{ document_id: documentId, partner, sold_to: soldTo, kind, functional_id: functionalId },
    ...{ control_number: controlNumber, order_id: orderId, reference, payload_sha256: payloadSha256, acknowledges },
    ...{ made_at: event.recordedAt, created_position: event.position, bu: buOf(event) },
    ...reflecting(event),
  });
};

/** What EDI partners were sent, one row for each document; its bytes are stored under their hash. */
export const partnerDocuments = defineProjection<PartnerDocumentRows>({
  name: 'partner_documents',
  version: 1,
  tables: {
    documents: {
      name: 'partner_document',
      columns: [
        ...(['document_id', 'partner', 'sold_to', 'kind', 'functional_id', 'control_number', 'order_id'] as const),
        ...(['reference', 'payload_sha256', 'acknowledges', 'made_at', 'created_position'] as const),
        ...reflects,
      ],
      key: ['document_id'],
      group: 'document_id',
    },
  },
  needs: { documents: (event) => [idOf(event)] },
  laneOf: (event) => `partner-document:${idOf(event)}`,
  on: { PartnerDocumentMade: made },
});
