import { sql } from 'kysely';
import type { FraudStatus } from '../../domain/order/fraudCheck.ts';
import type { LineStatus, OrderStatus } from '../../domain/order/quantities.ts';
import type { PartRow } from '../parts.ts';
import { defineQuery, type Question } from '../question.ts';
import { allOf, type DocumentKey, equals, newestFirst, type Page, type PageRequest, type Scope } from '../readModel.ts';
import type { ReleaseLineState } from './rows.ts';
import { type OrderRow, orderDocument, orderParts, submittedBy, toView, viewOf, visible } from './selects.ts';
import { liveOrders, type OrderSource } from './source.ts';

export type OrderHoldView = {
  readonly holdId: string;
  readonly type: string;
  readonly lineId: string | null;
  /** `CHANGES`: only what was added waits, and the order goes on. */
  readonly scope: 'ORDER' | 'LINE' | 'CHANGES';
  readonly note: string;
  readonly heldAt: string;
  readonly releasedAt: string | null;
};

export type OrderLineView = {
  readonly lineId: string;
  /** In the place of part of which it is delivered; null: of none. */
  readonly originLineId: string | null;
  readonly item: string;
  readonly uom: string;
  readonly entered: { readonly qty: string; readonly uom: string };
  readonly status: LineStatus;
  readonly promisedDate: string | null;
  /** Decimal text in major units; null until the order is priced. */
  readonly unitPrice: string | null;
  readonly gross: string | null;
  readonly discount: string | null;
  readonly net: string | null;
  readonly ordered: string;
  readonly unsourced: string;
  readonly backordered: string;
  readonly reserved: string;
  readonly allocated: string;
  readonly picked: string;
  readonly dropship: string;
  readonly shipped: string;
  readonly overshipped: string;
  readonly cancelled: string;
  readonly invoiced: string;
  readonly gifted: string;
  readonly returned: string;
  readonly credited: string;
  readonly cancelPending: string;
  /** Goods of this line are in a return that is not over. */
  readonly returnOpen: boolean;
  /** The customer does not agree to an invoice of it, and that is not resolved. */
  readonly disputed: boolean;
  /** More left than was ordered, and nobody has decided about all of it. */
  readonly overshipmentOpen: boolean;
  /** Goods of it are lost or damaged on their way, and nobody has decided what becomes of them. */
  readonly lossOpen: boolean;
};

export type OrderReleaseView = {
  readonly releaseId: string;
  readonly shipmentId: string;
  readonly node: string;
  readonly status: 'RELEASED' | 'PARTIALLY_SHIPPED' | 'SHIPPED' | 'REFUSED' | 'CANCELLED' | 'VOIDED';
  /** The warehouse's own number once it took the release. */
  readonly warehouseReference: string | null;
  readonly refusalCode: string | null;
  readonly lines: readonly ReleaseLineState[];
};

/** An order without its lines, as lists show it. */
export type OrderSummaryView = {
  readonly orderId: string;
  readonly bu: string;
  readonly channel: string;
  readonly status: OrderStatus;
  readonly revision: number;
  readonly customerPo: string;
  readonly soldTo: string;
  readonly billTo: string;
  readonly shipTo: { readonly id: string; readonly region?: string };
  readonly currency: string;
  readonly requestedDate: string;
  readonly promisedDate: string | null;
  readonly submittedAt: string;
  readonly acceptedAt: string | null;
  readonly closedAt: string | null;
  /** Zero amounts until the order is priced. */
  readonly totals: {
    readonly gross: string;
    readonly discount: string;
    readonly charges: string;
    readonly net: string;
  };
  readonly holds: readonly OrderHoldView[];
  /** Absent: the order is not checked. */
  readonly fraudCheck?: FraudStatus;
  readonly erpNumber: string | null;
  readonly erpRefusal: { readonly code: string; readonly detail: string } | null;
  readonly flags: {
    readonly erpPending: boolean;
    readonly overshipped: boolean;
    readonly cancelPending: boolean;
    /** Goods left that no standing invoice bills: awaiting their invoice, or it was voided. */
    readonly unbilled: boolean;
    /** Goods are in a return that is not over. */
    readonly returnOpen: boolean;
    /** The customer does not agree to an invoice, and that is not resolved. */
    readonly disputed: boolean;
    readonly lossOpen: boolean;
  };
  readonly lineCount: number;
  readonly position: string;
  readonly updatedAt: string;
};

export type OrderView = OrderSummaryView & {
  readonly shipComplete: boolean;
  readonly allowSplit: boolean;
  readonly allowSubstitute: boolean;
  readonly charges: readonly { readonly code: string; readonly amount: string }[];
  readonly lines: readonly OrderLineView[];
  readonly releases: readonly OrderReleaseView[];
};

export type OrderFilter = PageRequest & {
  readonly bu?: string;
  readonly soldTo?: string;
  readonly status?: string;
  readonly customerPo?: string;
  readonly item?: string;
  /** Only orders that had been submitted by the end of this day, UTC. */
  readonly validAsOf?: string;
};

const liveParts = orderParts(liveOrders);

/** One order with lines, holds and releases in one statement; undefined when there is none that `scope` may see. */
export const orderById = defineQuery(
  (
    orderId: string,
    scope?: Scope,
    source: OrderSource = liveOrders,
    validAsOf?: string,
  ): Question<PartRow, OrderView | undefined> => {
    const { statement, read } = source === liveOrders ? liveParts : orderParts(source);
    return {
      statement,
      values: { orderId, day: validAsOf ?? null, bus: scope?.bus ?? null, soldTo: scope?.soldTo ?? null },
      form: 'parts',
      answer: (rows) => {
        const { header, ...parts } = read(rows);
        return header[0] && viewOf({ header: header[0], ...parts });
      },
    };
  },
);

const paging = (filter: OrderFilter) =>
  newestFirst(filter, filter.item === undefined ? sql`o.created_position` : sql`f.created_position`);

/** Orders as `o`. By an item, its lines lead to them as `f`, the newest first, so that few need not be looked for among all. */
const listed = (filter: OrderFilter, { orders, lines }: Pick<OrderSource, 'orders' | 'lines'>) =>
  filter.item === undefined
    ? sql`${orders} o`
    : sql`(select distinct on (f.created_position) f.created_position, f.order_id from ${lines} f
        where ${allOf([sql`f.item = ${filter.item} and f.created_position is not null`, paging(filter).before])} order by f.created_position desc) f
      join ${orders} o on o.order_id = f.order_id`;

const matching = (filter: OrderFilter, scope: Scope | undefined) =>
  allOf([
    equals(sql`o.bu`, filter.bu),
    equals(sql`o.sold_to`, filter.soldTo),
    equals(sql`o.status`, filter.status),
    equals(sql`o.customer_po`, filter.customerPo),
    paging(filter).before,
    filter.validAsOf === undefined ? undefined : submittedBy(filter.validAsOf),
    ...visible(scope),
  ]);

/** Whole orders, newest first. */
export const listOrders = defineQuery(
  (filter: OrderFilter, scope?: Scope, source: OrderSource = liveOrders): Question<OrderRow, Page<OrderView>> => {
    const { tail, page } = paging(filter);
    const statement = sql<OrderRow>`select ${orderDocument(source)} from ${listed(filter, source)}
      where ${matching(filter, scope)} ${tail}`;
    return { statement, answer: (rows) => page(rows, ({ createdPosition }) => createdPosition, toView) };
  },
);

/** Orders that were there at `position` and that `filter` may mean, newest first: all of it that never changes is asked here. */
export const ordersKnownAt = defineQuery(
  (
    { status: _, ...filter }: OrderFilter,
    position: string,
    scope?: Scope,
  ): Question<{ readonly id: string; readonly createdPosition: string }, readonly DocumentKey[]> => ({
    statement: sql`select o.order_id as id, o.created_position as "createdPosition" from ${listed(filter, liveOrders)}
      where o.created_position <= ${position} and ${matching(filter, scope)} ${paging(filter).tail}`,
    answer: (rows) => rows,
  }),
);

export type OrderChangeView = {
  readonly changeId: string;
  readonly orderId: string;
  readonly state: 'PENDING' | 'DONE' | 'PARTIAL' | 'REFUSED';
  readonly reason: string;
  readonly requestedAt: string;
  readonly lines: readonly {
    readonly lineId: string;
    readonly requested: string;
    readonly cancelled: string;
    readonly refused: string;
    readonly reason: string | null;
    readonly added?: string;
  }[];
};

export const orderChange = defineQuery(
  (orderId: string, changeId: string, scope?: Scope): Question<OrderChangeView, OrderChangeView | undefined> => {
    const statement = sql<OrderChangeView>`select c.change_id as "changeId", c.order_id as "orderId", c.state, c.reason,
      c.requested_at as "requestedAt", c.lines
    from rm.order_change c join rm.orders o on o.order_id = c.order_id
    where ${allOf([sql`c.order_id = ${orderId}`, sql`c.change_id = ${changeId}`, ...visible(scope)])}`;
    return { statement, form: 'single', answer: (rows) => rows[0] };
  },
);
