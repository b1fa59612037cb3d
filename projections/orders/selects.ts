import { type RawBuilder, sql } from 'kysely';
import { anyOf, instant, type Scope } from '../readModel.ts';
import type { OrderSummaryView, OrderView } from './queries.ts';
import type { OrderSource } from './source.ts';

type HeaderRow = Omit<OrderSummaryView, 'totals'> & OrderSummaryView['totals'] & { readonly createdPosition: string };

const holds = (
  source: OrderSource,
) => sql`(select coalesce(json_agg(json_build_object('holdId', h.hold_id, 'type', h.type, 'lineId', h.line_id, 'note', h.note,
    'heldAt', ${instant(sql`h.held_at`)}, 'releasedAt', null) order by h.held_at, h.hold_id), '[]'::json)
  from ${source.holds} h where h.order_id = o.order_id and h.released_at is null and not o.closed and o.status <> 'CANCELLED')`;

/** Holds in force only (`holdsInForce` of the domain): what was released, and what an order ended with, is in the timeline. */
const header = (
  source: OrderSource,
) => sql`o.order_id as "orderId", o.bu, o.channel, o.status, o.revision, o.customer_po as "customerPo", o.sold_to as "soldTo",
  o.bill_to as "billTo", o.ship_to as "shipTo", o.currency, o.requested_date as "requestedDate", o.promised_date as "promisedDate",
  o.submitted_at as "submittedAt", o.accepted_at as "acceptedAt", o.closed_at as "closedAt",
  coalesce(o.gross, 0)::text as gross, coalesce(o.discount, 0)::text as discount, coalesce(o.charges, 0)::text as charges,
  coalesce(o.net, 0)::text as net, ${holds(source)} as holds, o.erp_number as "erpNumber", o.erp_refusal as "erpRefusal",
  json_build_object('erpPending', o.accepted and o.erp_number is null and not o.closed, 'overshipped', coalesce(agg.overshipped, false),
    'cancelPending', coalesce(agg.cancel_pending, false),
    'unbilled', coalesce(agg.unbilled, false)) as flags,
  coalesce(agg.line_count, 0)::int as "lineCount", o.position, o.updated_at as "updatedAt", o.created_position as "createdPosition"`;

export const lineFigures = (
  source: OrderSource,
) => sql`lateral (select count(*) as line_count, bool_or(l.overshipped > 0) as overshipped, bool_or(l.cancel_pending > 0) as cancel_pending,
    bool_or(least(l.shipped, l.ordered - l.cancelled) > l.invoiced) as unbilled
  from ${source.lines} l where l.order_id = o.order_id) agg`;

export const visible = (scope: Scope | undefined): readonly (RawBuilder<unknown> | undefined)[] => [
  anyOf(sql`o.bu`, scope?.bus),
  anyOf(sql`o.sold_to`, scope?.soldTo),
];

const toSummary = (row: HeaderRow): OrderSummaryView => {
  const { gross, discount, charges, net, createdPosition: _, ...rest } = row;
  return { ...rest, totals: { gross, discount, charges, net } };
};

const bucketNames = [
  'ordered',
  'unsourced',
  'backordered',
  'reserved',
  'allocated',
  'picked',
  'dropship',
  'shipped',
  'overshipped',
  'cancelled',
  'invoiced',
  'gifted',
  'returned',
  'credited',
] as const;

export const bucketPairs = sql.join(bucketNames.map((name) => sql`${sql.lit(name)}, ${sql.ref(`l.${name}`)}::text`));

const lines = (
  source: OrderSource,
) => sql`(select coalesce(json_agg((jsonb_build_object('lineId', l.line_id, 'item', l.item, 'uom', l.uom, 'entered', l.entered,
    'status', l.status, 'promisedDate', l.promised_date, 'unitPrice', l.unit_price, 'gross', l.gross::text, 'discount', l.discount::text,
    'net', l.net::text, 'cancelPending', l.cancel_pending::text) || jsonb_build_object(${bucketPairs})) order by l.line_no), '[]'::json)
  from ${source.lines} l where l.order_id = o.order_id)`;

const releases = (
  source: OrderSource,
) => sql`(select coalesce(json_agg(json_build_object('releaseId', r.release_id, 'shipmentId', r.shipment_id, 'node', r.node,
    'status', r.status, 'warehouseReference', r.warehouse_reference, 'refusalCode', r.refusal_code, 'lines', r.lines) order by r.released_at, r.release_id),
    '[]'::json) from ${source.releases} r where r.order_id = o.order_id)`;

export type OrderRow = HeaderRow &
  Pick<OrderView, 'lines' | 'releases' | 'shipComplete' | 'allowSplit' | 'allowSubstitute'> & {
    readonly chargeLines: OrderView['charges'];
  };

export const orderDocument = (
  source: OrderSource,
) => sql`${header(source)}, o.ship_complete as "shipComplete", o.allow_split as "allowSplit", o.allow_substitute as "allowSubstitute",
  o.charge_lines as "chargeLines", ${lines(source)} as lines, ${releases(source)} as releases`;

export const toView = ({
  chargeLines,
  lines,
  releases,
  shipComplete,
  allowSplit,
  allowSubstitute,
  ...row
}: OrderRow): OrderView => ({
  ...toSummary(row),
  shipComplete,
  allowSplit,
  allowSubstitute,
  charges: chargeLines,
  lines,
  releases,
});
