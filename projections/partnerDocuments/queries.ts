import { sql } from 'kysely';
import type { DocumentState } from '../../domain/edi/documentState.ts';
import { ediMediaType } from '../../domain/edi/madeEvents.ts';
import { erasedText } from '../../domain/personal/sealedText.ts';
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
  readonly state: DocumentState;
  readonly acknowledgeBy: string | null;
  readonly overdue: boolean;
  readonly acknowledgedAt: string | null;
  readonly acknowledgedIn: string | null;
  /** Of a 997 a sealed word. */
  readonly acknowledgementDetail: string | null;
  readonly resends: string | null;
  readonly resentAs: string | null;
  readonly position: string;
};

/** Its 997 is waited for; an index has just these. */
export const isWaitedFor = sql`d.acknowledge_by is not null and d.state in ('SENT', 'RECEIVED') and d.resent_as is null`;

export const isOverdue = sql`(${isWaitedFor} and d.acknowledge_by < now())`;

const columns = sql`d.document_id as "documentId", d.bu, d.partner, d.sold_to as "soldTo", d.kind, d.functional_id as "functionalId",
  d.control_number as "controlNumber", d.order_id as "orderId", d.reference, d.payload_sha256 as "payloadSha256", d.acknowledges,
  d.made_at as "madeAt", d.state, d.acknowledge_by as "acknowledgeBy", ${isOverdue} as overdue, d.acknowledged_at as "acknowledgedAt",
  d.acknowledged_in as "acknowledgedIn", d.acknowledgement_detail as "acknowledgementDetail", d.resends, d.resent_as as "resentAs", d.position`;

const within = (scope: Scope | undefined) => inScope(scope, sql`d.bu`, sql`d.sold_to`);

/** A condition that an index knows is not hidden behind a comparison. */
const overdueOrNot = (overdue: boolean | undefined) => {
  if (overdue === undefined) return undefined;
  return overdue ? isOverdue : sql`${isOverdue} is not true`;
};

export type PartnerDocumentFilter = PageRequest & {
  readonly bu?: string | undefined;
  readonly partner?: string | undefined;
  readonly kind?: string | undefined;
  readonly orderId?: string | undefined;
  readonly afterNumber?: number | undefined;
  readonly state?: DocumentState | undefined;
  readonly overdue?: boolean | undefined;
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
        equals(sql`d.state`, filter.state),
        overdueOrNot(filter.overdue),
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

/** `content`: a sealed word, base64 of the bytes; as after an erasure when they are not kept any more, since `removedAt`. */
export type PartnerDocumentContent = PartnerDocumentView & {
  readonly mediaType: string;
  readonly content: string;
  readonly removedAt: string | null;
};

/** With its bytes. */
export const partnerDocumentById = defineQuery(
  (documentId: string, scope?: Scope): Question<PartnerDocumentContent, PartnerDocumentContent | undefined> => ({
    statement: sql`select ${columns}, coalesce(p.media_type, ${ediMediaType}) as "mediaType", coalesce(p.content, ${erasedText}) as content,
        p.removed_at as "removedAt"
      from rm.partner_document d left join ops.payload p on p.sha256 = d.payload_sha256 and p.bu = d.bu and p.sold_to = d.sold_to
      where ${allOf([sql`d.document_id = ${documentId}`, ...within(scope)])}`,
    form: 'single',
    answer: ([found]) => found,
  }),
);

export type PartnerDocumentPlace = Pick<PartnerDocumentView, 'bu' | 'partner' | 'soldTo' | 'controlNumber'>;

/** What its partner says of a document, or of the last one that it was sent again as; null: nothing yet. */
export const documentAnswer = defineQuery(
  (documentId: string): Question<{ readonly state: DocumentState }, 'ACCEPTED' | 'REJECTED' | null> => ({
    statement: sql`with recursive sent as (
        select d.state, d.resent_as, d.control_number from rm.partner_document d where d.document_id = ${documentId}
        union all
        select n.state, n.resent_as, n.control_number from sent s join rm.partner_document n on n.document_id = s.resent_as)
      select s.state from sent s order by s.control_number desc limit 1`,
    form: 'single',
    answer: ([found]) => {
      if (found === undefined || found.state === 'SENT' || found.state === 'RECEIVED') return null;
      return found.state === 'REJECTED' ? 'REJECTED' : 'ACCEPTED';
    },
  }),
);

/** Where it lies in what its partner was sent. */
export const partnerDocumentPlace = defineQuery(
  (documentId: string): Question<PartnerDocumentPlace, PartnerDocumentPlace | undefined> => ({
    statement: sql`select d.bu, d.partner, d.sold_to as "soldTo", d.control_number as "controlNumber"
      from rm.partner_document d where d.document_id = ${documentId}`,
    form: 'single',
    answer: ([found]) => found,
  }),
);
