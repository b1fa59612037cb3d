import { type RawBuilder, sql } from 'kysely';
import { type OpenStatus, progressOf } from '../../domain/order/progress.ts';
import { type BucketTexts, emptyBuckets } from '../../domain/order/quantities.ts';
import type { OrderHere } from '../../domain/reconciliation/ours.ts';
import { defineQuery, type Question } from '../question.ts';

/** `place`: where a list goes on behind it. */
type PlacedOrder = OrderHere & { readonly place: string };

const bucketNames = Object.keys(emptyBuckets) as readonly (keyof BucketTexts)[];
/** A line is a list: its id, its price and its quantities in this order. */
const lineValues = sql.join([
  sql`l.line_id`,
  sql`coalesce(l.unit_price, '0')`,
  ...bucketNames.map((name) => sql`${sql.ref(`l.${name}`)}::text`),
]);

type LineValues = readonly [lineId: string, unitPrice: string, ...quantities: readonly string[]];
type Row = Omit<PlacedOrder, 'lines'> & { readonly lines: readonly LineValues[] };

const lineOf = ([lineId, unitPrice, ...quantities]: LineValues) => {
  const texts = Object.fromEntries(bucketNames.map((name, index) => [name, quantities[index] ?? '0']));
  return { ...progressOf(lineId, texts as BucketTexts), unitPrice };
};

const orderOf = ({ lines, ...order }: Row): PlacedOrder => ({ ...order, lines: lines.map(lineOf) });

const listed = (place: RawBuilder<unknown>, rest: RawBuilder<unknown>): Question<Row, readonly PlacedOrder[]> => ({
  statement: sql<Row>`select o.order_id as "orderId", o.bu, o.erp_system as "erpSystem", o.erp_number as "erpNumber",
      o.position as version, o.progress_position as progressed, o.currency, coalesce(o.net, 0)::text as net, ${place} as place,
      (select coalesce(json_agg(json_build_array(${lineValues}) order by l.line_no), '[]') from rm.order_line l
        where l.order_id = o.order_id) as lines
    from rm.orders o where o.erp_number is not null and ${rest}`,
  answer: (rows) => rows.map(orderOf),
});

/** Oldest first, those behind a place. */
export const openOrdersAfter = defineQuery((bu: string, status: OpenStatus, after: string, limit: number) =>
  listed(
    sql`o.created_position`,
    sql`o.status = ${status} and o.bu = ${bu} and o.created_position > ${after} order by o.created_position limit ${limit}`,
  ),
);

const separator = ' ';

/** Closed at `since` or later, in this order, those behind a place. */
export const closedOrdersAfter = defineQuery((bu: string, since: string, after: string, limit: number) => {
  const [closedAt = '', orderId = ''] = after === '' ? [since, ''] : after.split(separator);
  return listed(
    sql`to_char(o.closed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || ${separator} || o.order_id`,
    // That an order is closed is known to the index only by a comparison of its own.
    sql`o.bu = ${bu} and o.closed_at >= ${closedAt}::timestamptz
      and (o.closed_at, o.order_id) > (${closedAt}::timestamptz, ${orderId}::text)
      order by o.closed_at, o.order_id limit ${limit}`,
  );
});

export const ordersOf = defineQuery((orderIds: readonly string[]) =>
  listed(sql`''`, sql`o.order_id = any(${orderIds}::text[])`),
);
