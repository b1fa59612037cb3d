import { sql } from 'kysely';
import { flag, instantText, json, orNull, packedRow, quoted, text } from '../packed.ts';
import { inParts, type PartRow } from '../parts.ts';
import { defineQuery, type Question } from '../question.ts';
import { allOf, boundedLimit, decodeCursor, type Page, type PageRequest, type Scope, toPage } from '../readModel.ts';
import { given, givenAny } from '../statement.ts';
import { documentsOfOrder, type OrderDocumentType } from './documentTypes.ts';

export type OrderDocumentView = {
  readonly type: OrderDocumentType;
  readonly documentId: string;
  /** What people know it by; null: it has none yet. */
  readonly number: string | null;
  /** Of EDI: the transaction set, as 850. */
  readonly kind: string | null;
  /** Who else has it: the EDI partner, the warehouse, the supplier, the tax engine. */
  readonly party: string | null;
  readonly state: string;
  /** Its own date, else the day, in UTC, on which it was made; null: it is not issued yet. */
  readonly date: string | null;
  /** What it belongs to: of a release its shipment, of a credit memo its invoice, of a document for a partner what that is about. */
  readonly about: string | null;
  /** Minor units of `currency`; both null where it names no amount. */
  readonly amount: string | null;
  readonly currency: string | null;
  readonly href: string | null;
  readonly shipment?: {
    readonly carrier: string | null;
    readonly tracking: readonly string[];
    readonly shippedAt: string | null;
    readonly deliveredAt: string | null;
  };
  /** Of EDI; absent: nobody acknowledges it. */
  readonly acknowledgement?: {
    readonly dueAt: string | null;
    readonly overdue: boolean;
    readonly at: string | null;
    /** The interchange of the partner that said it, or our 997. */
    readonly by: string | null;
  };
};

const packedDocument = packedRow({
  type: text<OrderDocumentType>(sql`d.type`),
  documentId: quoted(sql`d."documentId"`),
  created: text(sql`d.created`),
  number: orNull(quoted(sql`d.number`)),
  kind: orNull(quoted(sql`d.kind`)),
  party: orNull(quoted(sql`d.party`)),
  state: text(sql`d.state`),
  date: orNull(text(sql`d.day`)),
  about: orNull(quoted(sql`d.about`)),
  amount: orNull(text(sql`d.amount`)),
  currency: orNull(text(sql`d.currency`)),
  href: orNull(quoted(sql`d.href`)),
  carrier: orNull(quoted(sql`d.carrier`)),
  tracking: orNull(json<readonly string[]>(sql`d.tracking`)),
  shippedAt: orNull(instantText(sql`d."shippedAt"`)),
  deliveredAt: orNull(instantText(sql`d."deliveredAt"`)),
  acknowledges: flag(sql`d.acknowledges`),
  dueAt: orNull(instantText(sql`d."dueAt"`)),
  overdue: flag(sql`d.overdue`),
  acknowledgedAt: orNull(instantText(sql`d."acknowledgedAt"`)),
  acknowledgedBy: orNull(quoted(sql`d."acknowledgedBy"`)),
});

type Row = ReturnType<typeof packedDocument.read>;

const viewOf = ({ created: _, carrier, tracking, shippedAt, deliveredAt, ...row }: Row): OrderDocumentView => {
  const { acknowledges, dueAt, overdue, acknowledgedAt: at, acknowledgedBy: by, ...document } = row;
  return {
    ...document,
    ...(row.type === 'SHIPMENT' && { shipment: { carrier, tracking: tracking ?? [], shippedAt, deliveredAt } }),
    ...(acknowledges && { acknowledgement: { dueAt, overdue, at, by } }),
  };
};

const seen = allOf([
  sql`o.order_id = ${given('orderId')}`,
  givenAny(sql`o.bu`, 'bus'),
  givenAny(sql`o.sold_to`, 'soldTo'),
]);

const place = sql`(d.created, d.type, d."documentId")`;
const after = sql`(${given('created')}::text, ${given('type')}::text, ${given('documentId')}::text)`;

/** Written once. An order without documents is told from one that is not there by its own row. */
const parts = inParts(
  {
    order: { of: packedRow({ orderId: text(sql`o.order_id`) }), from: sql`from o` },
    documents: {
      of: packedDocument,
      from: sql`from (${sql.join(documentsOfOrder, sql` union all `)}) d
        where ${given('created')}::text is null or ${place} > ${after}
        order by d.created, d.type, d."documentId" limit ${given('limit')}::int`,
    },
  },
  sql`with o as (select o.order_id, o.bu, o.erp_number, o.erp_refusal from rm.orders o where ${seen})`,
);

/**
 * Every document of an order that is of one of `types`, in the order in which they were begun; undefined when there is no such
 * order for `scope`. Throws `CursorInvalid`.
 */
export const orderDocuments = defineQuery(
  (
    orderId: string,
    types: readonly OrderDocumentType[],
    request: PageRequest = {},
    scope?: Scope,
  ): Question<PartRow, Page<OrderDocumentView> | undefined> => {
    const limit = boundedLimit(request.limit);
    const [created = null, type = null, documentId = null] =
      request.cursor == null ? [] : decodeCursor(request.cursor, 3);
    return {
      statement: parts.statement,
      values: {
        ...{ orderId, types, bus: scope?.bus ?? null, soldTo: scope?.soldTo ?? null },
        ...{ created, type, documentId, limit: limit + 1 },
      },
      form: 'parts',
      answer: (rows) => {
        const found = parts.read(rows);
        if (found.order.length === 0) return undefined;
        return toPage(found.documents, limit, (each) => [each.created, each.type, each.documentId], viewOf);
      },
    };
  },
);
