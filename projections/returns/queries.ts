import { sql } from 'kysely';
import { defineQuery, type Question } from '../question.ts';
import { allOf, anyOf, equals, inScope, newestFirst, type Page, type PageRequest, type Scope } from '../readModel.ts';
import type { ReturnLineRow, ReturnRow } from './rows.ts';

export type ReturnView = {
  readonly rmaId: string;
  readonly bu: string;
  readonly orderId: string;
  readonly shipmentId: string;
  readonly node: string;
  readonly soldTo: string;
  readonly currency: string;
  readonly state: ReturnRow['state'];
  readonly authorisedAt: string;
  readonly authorisedBy: string;
  readonly expiresOn: string;
  readonly unexpected: ReturnRow['unexpected'];
  readonly creditMemos: ReturnRow['credit_memos'];
  readonly endedAt: string | null;
  readonly endedBy: string | null;
  readonly closingReason: string | null;
  readonly lines: readonly {
    readonly shipmentLineId: string;
    readonly lineId: string;
    readonly item: string;
    readonly reason: string;
    readonly qty: string;
    readonly received: string;
    readonly kept: string;
    readonly inspected: string;
    readonly quarantined: string;
    readonly credited: string;
    readonly restockingPct: string | null;
    readonly inspections: ReturnLineRow['inspections'];
  }[];
  readonly revision: number;
  readonly position: string;
  readonly updatedAt: string;
};

export type ReturnFilter = PageRequest & {
  readonly bu?: string;
  readonly orderId?: string;
  readonly soldTo?: string;
  readonly state?: string;
};

type Row = ReturnView & { readonly created: string };

const document = sql`r.rma_id as "rmaId", r.bu, r.order_id as "orderId", r.shipment_id as "shipmentId", r.node, r.sold_to as "soldTo",
  r.currency, r.state, r.authorised_at as "authorisedAt", r.authorised_by as "authorisedBy", r.expires_on as "expiresOn", r.unexpected, r.credit_memos as "creditMemos",
  r.ended_at as "endedAt", r.ended_by as "endedBy", r.closing_reason as "closingReason",
  (select coalesce(json_agg(json_build_object('shipmentLineId', l.shipment_line_id, 'lineId', l.line_id, 'item', l.item, 'reason', l.reason,
     'qty', l.qty::text, 'received', l.received::text, 'kept', l.kept::text, 'inspected', l.inspected::text,
     'quarantined', l.quarantined::text, 'credited', l.credited::text, 'restockingPct', l.restocking_pct, 'inspections', l.inspections) order by l.shipment_line_id), '[]'::json)
   from rm.return_line l where l.rma_id = r.rma_id) as lines,
  r.revision, r.position, r.updated_at as "updatedAt", r.created_position as created`;

const toView = ({ created: _, ...view }: Row): ReturnView => view;

const visible = (scope: Scope | undefined) => inScope(scope, sql`r.bu`, sql`r.sold_to`);

export const returnById = defineQuery((rmaId: string, scope?: Scope): Question<Row, ReturnView | undefined> => {
  const statement = sql<Row>`select ${document} from rm.return_authorisation r
    where ${allOf([sql`r.rma_id = ${rmaId}`, ...visible(scope)])}`;
  return { statement, form: 'single', answer: (rows) => (rows[0] === undefined ? undefined : toView(rows[0])) };
});

/** Newest first; `nodes`: at one of these. Throws `CursorInvalid`. */
export const listReturns = defineQuery(
  (filter: ReturnFilter & { readonly nodes?: readonly string[] }, scope?: Scope): Question<Row, Page<ReturnView>> => {
    const { before, tail, page } = newestFirst(filter, sql`r.created_position`);
    const statement = sql<Row>`select ${document} from rm.return_authorisation r where ${allOf([
      equals(sql`r.bu`, filter.bu),
      equals(sql`r.order_id`, filter.orderId),
      equals(sql`r.sold_to`, filter.soldTo),
      equals(sql`r.state`, filter.state),
      anyOf(sql`r.node`, filter.nodes),
      before,
      ...visible(scope),
    ])} ${tail}`;
    return { statement, answer: (rows) => page(rows, ({ created }) => created, toView) };
  },
);

export type DueReturn = { readonly bu: string; readonly rmaId: string };

/** Returns whose last day is before `day` and that nobody ended, the longest overdue first; not those that wait to be looked at. */
export const overdueReturns = defineQuery(
  (day: string, limit: number): Question<DueReturn, readonly DueReturn[]> => ({
    statement: sql`select r.bu, r.rma_id as "rmaId" from rm.return_authorisation r where r.ended_at is null and r.expires_on < ${day}
      and not exists (select from rm.return_line l where l.rma_id = r.rma_id and l.received + l.kept > l.inspected)
      order by r.expires_on, r.rma_id limit ${limit}`,
    answer: (rows) => rows,
  }),
);
