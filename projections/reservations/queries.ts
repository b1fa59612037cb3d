import { sql } from 'kysely';
import { defineQuery, type Question } from '../question.ts';
import { allOf, equals, inScope, newestFirst, type Page, type PageRequest, type Scope } from '../readModel.ts';
import type { PartRow, ReservationRow } from './projection.ts';

/** Quantities in base units. */
export type ReservationView = {
  readonly reservationId: string;
  readonly bu: string;
  readonly channel: string;
  readonly soldTo: string;
  readonly kind: ReservationRow['purpose'];
  readonly state: ReservationRow['state'];
  readonly requestedDate: string;
  readonly expiresAt: string;
  readonly madeAt: string;
  readonly revision: number;
  readonly position: string;
  readonly updatedAt: string;
  readonly lines: readonly (ReservationRow['lines'][number] & {
    readonly held: string;
    readonly parts: readonly PartView[];
  })[];
};

type PartView = {
  readonly node: string;
  readonly qty: string;
  readonly held: string;
  /** What orders took over of it, and which. */
  readonly ordered: string;
  readonly orderIds: readonly string[];
  readonly state: PartRow['state'];
  readonly expiresAt: string;
};

type Row = Omit<ReservationView, 'lines'> & {
  readonly created: string;
  readonly lines: ReservationRow['lines'];
  readonly parts: readonly (PartView & { readonly lineId: string })[];
};

const columns = sql`r.reservation_id as "reservationId", r.bu, r.channel, r.sold_to as "soldTo", r.purpose as kind, r.state,
  r.need_date as "requestedDate", r.expires_at as "expiresAt", r.made_at as "madeAt", r.revision, r.position,
  r.updated_at as "updatedAt", r.created_position as created, r.lines,
  (select coalesce(json_agg(json_build_object('lineId', p.line_id, 'node', p.node, 'qty', p.qty::text, 'held', p.held::text,
     'ordered', p.ordered::text, 'orderIds', p.order_ids, 'state', p.state,
     'expiresAt', to_char(p.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by p.part_id), '[]'::json)
   from rm.channel_reservation_part p where p.reservation_id = r.reservation_id) as parts`;

const viewOf = ({ created: _, parts, ...row }: Row): ReservationView => ({
  ...row,
  lines: row.lines.map((line) => {
    const own = parts.filter(({ lineId }) => lineId === line.lineId).map(({ lineId: _line, ...part }) => part);
    return { ...line, held: own.reduce((sum, { held }) => sum + BigInt(held), 0n).toString(), parts: own };
  }),
});

const within = (scope: Scope | undefined) => inScope(scope, sql`r.bu`, sql`r.sold_to`);

export type ReservationFilter = PageRequest & {
  readonly bu?: string | undefined;
  readonly soldTo?: string | undefined;
  readonly channel?: string | undefined;
  readonly kind?: string | undefined;
  readonly state?: string | undefined;
};

/** Newest first. Throws `CursorInvalid`. */
export const listReservations = defineQuery(
  (filter: ReservationFilter, scope?: Scope): Question<Row, Page<ReservationView>> => {
    const { before, tail, page } = newestFirst(filter, sql`r.created_position`);
    return {
      statement: sql`select ${columns} from rm.channel_reservation r where ${allOf([
        equals(sql`r.bu`, filter.bu),
        equals(sql`r.sold_to`, filter.soldTo),
        equals(sql`r.channel`, filter.channel),
        equals(sql`r.purpose`, filter.kind),
        equals(sql`r.state`, filter.state),
        before,
        ...within(scope),
      ])} ${tail}`,
      answer: (rows) => page(rows, ({ created }) => created, viewOf),
    };
  },
);

export const reservationById = defineQuery(
  (reservationId: string, scope?: Scope): Question<Row, ReservationView | undefined> => ({
    statement: sql`select ${columns} from rm.channel_reservation r
      where ${allOf([sql`r.reservation_id = ${reservationId}`, ...within(scope)])}`,
    form: 'single',
    answer: ([row]) => (row === undefined ? undefined : viewOf(row)),
  }),
);

export type DuePlace = { readonly bu: string; readonly node: string; readonly item: string };

/** Stock positions at which something is due by `at`; `limit` parts are looked at, the longest overdue first. */
export const dueReservations = defineQuery(
  (at: string, limit: number): Question<DuePlace, readonly DuePlace[]> => ({
    statement: sql`select distinct d.bu, d.node, d.item from (select p.bu, p.node, p.item from rm.channel_reservation_part p
      where p.state = 'OPEN' and p.expires_at <= ${at}::timestamptz order by p.expires_at limit ${limit}) d`,
    answer: (rows) => rows,
  }),
);
