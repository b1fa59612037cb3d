import { sql } from 'kysely';
import { defineQuery, type Question } from '../question.ts';
import { allOf, equals, inScope, newestFirst, type Page, type PageRequest, type Scope } from '../readModel.ts';

export type PartnerDocumentView = {
  readonly documentId: string;
  readonly bu: string;
  readonly partner: string;
  readonly soldTo: string;
  readonly kind: string;
  readonly functionalId: string;
  readonly controlNumber: number;
  readonly orderId: string | null;
  readonly reference: string;
  readonly payloadSha256: string;
  readonly acknowledges: boolean;
  readonly madeAt: string;
  readonly position: string;
};

const columns = sql`d.document_id as "documentId", d.bu, d.partner, d.sold_to as "soldTo", d.kind, d.functional_id as "functionalId",
  d.control_number as "controlNumber", d.order_id as "orderId", d.reference, d.payload_sha256 as "payloadSha256", d.acknowledges,
  d.made_at as "madeAt", d.position`;

const within = (scope: Scope | undefined) => inScope(scope, sql`d.bu`, sql`d.sold_to`);

export type PartnerDocumentFilter = PageRequest & {
  readonly bu?: string | undefined;
  readonly partner?: string | undefined;
  readonly kind?: string | undefined;
  readonly orderId?: string | undefined;
  readonly afterNumber?: number | undefined;
};

/** Newest first. Throws `CursorInvalid`. */
export const listPartnerDocuments = defineQuery(
  (
    filter: PartnerDocumentFilter,
    scope?: Scope,
  ): Question<PartnerDocumentView & { readonly created: string }, Page<PartnerDocumentView>> => {
    const { before, tail, page } = newestFirst(filter, sql`d.created_position`);
    return {
      statement: sql`select ${columns}, d.created_position as created from rm.partner_document d where ${allOf([
        equals(sql`d.bu`, filter.bu),
        equals(sql`d.partner`, filter.partner),
        equals(sql`d.kind`, filter.kind),
        equals(sql`d.order_id`, filter.orderId),
        filter.afterNumber === undefined ? undefined : sql`d.control_number > ${filter.afterNumber}`,
        before,
        ...within(scope),
      ])} ${tail}`,
      answer: (rows) =>
        page(
          rows,
          ({ created }) => created,
          ({ created: _, ...view }) => view,
        ),
    };
  },
);

/** `content`: a sealed word, base64 of the bytes. */
export type PartnerDocumentContent = PartnerDocumentView & { readonly mediaType: string; readonly content: string };

/** With its bytes. */
export const partnerDocumentById = defineQuery(
  (documentId: string, scope?: Scope): Question<PartnerDocumentContent, PartnerDocumentContent | undefined> => ({
    statement: sql`select ${columns}, p.media_type as "mediaType", p.content from rm.partner_document d
      join ops.payload p on p.sha256 = d.payload_sha256 and p.bu = d.bu and p.sold_to = d.sold_to
      where ${allOf([sql`d.document_id = ${documentId}`, ...within(scope)])}`,
    form: 'single',
    answer: ([found]) => found,
  }),
);
