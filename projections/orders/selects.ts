import { type RawBuilder, sql } from 'kysely';
import type { FraudStatus } from '../../domain/order/fraudCheck.ts';
import type { BucketTexts, LineStatus, OrderStatus } from '../../domain/order/quantities.ts';
import {
  flag,
  instantText,
  integer,
  json,
  orNull,
  type Packed,
  packedRow,
  packedRows,
  quoted,
  text,
} from '../packed.ts';
import { inParts } from '../parts.ts';
import { allOf, inScope, type Scope } from '../readModel.ts';
import { given, givenAny } from '../statement.ts';
import type { OrderLineView, OrderReleaseView, OrderView } from './queries.ts';
import { bucketNames, type OrderRow as Stored } from './rows.ts';
import type { OrderSource } from './source.ts';

export const submittedBy = (day: unknown): RawBuilder<unknown> =>
  sql`o.submitted_at < (${day}::date + 1)::timestamp at time zone 'UTC'`;

export const visible = (scope: Scope | undefined) => inScope(scope, sql`o.bu`, sql`o.sold_to`);

const header = packedRow({
  orderId: text(sql`o.order_id`),
  bu: text(sql`o.bu`),
  channel: text(sql`o.channel`),
  status: text<OrderStatus>(sql`o.status`),
  revision: integer(sql`o.revision`),
  customerPo: quoted(sql`o.customer_po`),
  soldTo: text(sql`o.sold_to`),
  billTo: text(sql`o.bill_to`),
  shipTo: json<OrderView['shipTo']>(sql`o.ship_to`),
  currency: text(sql`o.currency`),
  requestedDate: text(sql`o.requested_date`),
  promisedDate: orNull(text(sql`o.promised_date`)),
  submittedAt: instantText(sql`o.submitted_at`),
  acceptedAt: orNull(instantText(sql`o.accepted_at`)),
  closedAt: orNull(instantText(sql`o.closed_at`)),
  gross: text(sql`coalesce(o.gross, 0)`),
  discount: text(sql`coalesce(o.discount, 0)`),
  chargesTotal: text(sql`coalesce(o.charges, 0)`),
  net: text(sql`coalesce(o.net, 0)`),
  accepted: flag(sql`o.accepted`),
  closed: flag(sql`o.closed`),
  fraudCheck: orNull(text<FraudStatus>(sql`o.fraud_check ->> 'status'`)),
  erpNumber: orNull(quoted(sql`o.erp_number`)),
  erpRefusal: orNull(json<Stored['erp_refusal'] & object>(sql`o.erp_refusal`)),
  position: text(sql`o.position`),
  updatedAt: instantText(sql`o.updated_at`),
  shipComplete: flag(sql`o.ship_complete`),
  allowSplit: flag(sql`o.allow_split`),
  allowSubstitute: flag(sql`o.allow_substitute`),
  charges: json<OrderView['charges']>(sql`o.charge_lines`),
});

const holds = packedRows(
  {
    holdId: text(sql`h.hold_id`),
    type: text(sql`h.type`),
    lineId: orNull(text(sql`h.line_id`)),
    scope: text<'ORDER' | 'LINE' | 'CHANGES'>(
      sql`case when h.of_changes then 'CHANGES' when h.line_id is null then 'ORDER' else 'LINE' end`,
    ),
    note: quoted(sql`h.note`),
    heldAt: instantText(sql`h.held_at`),
  },
  sql`h.held_at, h.hold_id`,
);

/** Every quantity of a line is the column of its name. */
const quantities = Object.fromEntries(bucketNames.map((name) => [name, text(sql`l.${sql.raw(name)}`)])) as Readonly<
  Record<keyof BucketTexts, Packed<string>>
>;

const lines = packedRows(
  {
    lineId: text(sql`l.line_id`),
    originLineId: orNull(text(sql`l.origin_line_id`)),
    item: text(sql`l.item`),
    uom: text(sql`l.uom`),
    entered: json<OrderLineView['entered']>(sql`l.entered`),
    status: text<LineStatus>(sql`l.status`),
    promisedDate: orNull(text(sql`l.promised_date`)),
    unitPrice: orNull(text(sql`l.unit_price`)),
    gross: orNull(text(sql`l.gross`)),
    discount: orNull(text(sql`l.discount`)),
    net: orNull(text(sql`l.net`)),
    ...quantities,
    cancelPending: text(sql`l.cancel_pending`),
    returnOpen: flag(sql`(l.open_returns is not null)`),
    disputed: flag(sql`(l.open_disputes is not null)`),
    overshipmentOpen: flag(sql`(l.overshipped > l.gifted + coalesce(l.overship_billed, 0))`),
    lossOpen: flag(sql`(l.open_losses is not null)`),
  },
  sql`l.line_no`,
);

const releases = packedRows(
  {
    releaseId: text(sql`r.release_id`),
    shipmentId: text(sql`r.shipment_id`),
    node: text(sql`r.node`),
    status: text<OrderReleaseView['status']>(sql`r.status`),
    warehouseReference: orNull(quoted(sql`r.warehouse_reference`)),
    refusalCode: orNull(quoted(sql`r.refusal_code`)),
    lines: json<OrderReleaseView['lines']>(sql`r.lines`),
  },
  sql`r.released_at, r.release_id`,
);

/** An order with its lines, releases and holds: four texts, and its place in lists. */
export type OrderRow = {
  readonly header: string;
  readonly holds: string | null;
  readonly lines: string | null;
  readonly releases: string | null;
  readonly createdPosition: string;
};

export const orderDocument = (source: OrderSource) => sql`${header.column} as header,
  (select ${holds.column} from ${source.holds} h where h.order_id = o.order_id and h.released_at is null) as holds,
  (select ${lines.column} from ${source.lines} l where l.order_id = o.order_id) as lines,
  (select ${releases.column} from ${source.releases} r where r.order_id = o.order_id) as releases,
  o.created_position as "createdPosition"`;

const ofOrder = given('orderId');

/** One order, whose id, the day by which it was submitted, and who may see it are given. */
export const orderParts = (source: OrderSource) =>
  inParts({
    header: {
      of: header,
      from: sql`from ${source.orders} o where ${allOf([
        sql`o.order_id = ${ofOrder}`,
        sql`(${given('day')}::date is null or ${submittedBy(given('day'))})`,
        givenAny(sql`o.bu`, 'bus'),
        givenAny(sql`o.sold_to`, 'soldTo'),
      ])}`,
    },
    holds: {
      of: holds.each,
      from: sql`from ${source.holds} h where h.order_id = ${ofOrder} and h.released_at is null order by h.held_at, h.hold_id`,
    },
    lines: { of: lines.each, from: sql`from ${source.lines} l where l.order_id = ${ofOrder} order by l.line_no` },
    releases: {
      of: releases.each,
      from: sql`from ${source.releases} r where r.order_id = ${ofOrder} order by r.released_at, r.release_id`,
    },
  });

const isUnbilled = ({ shipped, ordered, cancelled, invoiced }: OrderLineView): boolean => {
  const owed = BigInt(ordered) - BigInt(cancelled);
  const billable = BigInt(shipped) < owed ? BigInt(shipped) : owed;
  return billable > BigInt(invoiced);
};

type Parts = {
  readonly header: ReturnType<typeof header.read>;
  readonly holds: ReturnType<typeof holds.read>;
  readonly lines: ReturnType<typeof lines.read>;
  readonly releases: ReturnType<typeof releases.read>;
};

const standing = (holds: Parts['holds']): OrderView['holds'] => holds.map((hold) => ({ ...hold, releasedAt: null }));

/** Holds in force only (`holdsInForce` of the domain): what was released, and what an order ended with, is in the timeline. */
export const viewOf = ({ header, holds, lines, releases }: Parts): OrderView => {
  const { gross, discount, chargesTotal, net, accepted, closed, fraudCheck, ...head } = header;
  return {
    ...head,
    ...(fraudCheck !== null && { fraudCheck }),
    totals: { gross, discount, charges: chargesTotal, net },
    holds: closed || head.status === 'CANCELLED' ? [] : standing(holds),
    flags: {
      erpPending: accepted && head.erpNumber === null && !closed,
      overshipped: lines.some(({ overshipmentOpen }) => overshipmentOpen),
      cancelPending: lines.some(({ cancelPending }) => cancelPending !== '0'),
      unbilled: lines.some(isUnbilled),
      returnOpen: lines.some(({ returnOpen }) => returnOpen),
      disputed: lines.some(({ disputed }) => disputed),
      lossOpen: lines.some(({ lossOpen }) => lossOpen),
    },
    lineCount: lines.length,
    lines,
    releases,
  };
};

export const toView = (row: OrderRow): OrderView =>
  viewOf({
    header: header.read(row.header),
    holds: holds.read(row.holds),
    lines: lines.read(row.lines),
    releases: releases.read(row.releases),
  });
