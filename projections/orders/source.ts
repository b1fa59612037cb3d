import { type RawBuilder, sql } from 'kysely';
import type { Folded } from '../projection.ts';
import { rowsOf } from '../readModel.ts';
import type { OrderRows } from './rows.ts';

/** Where orders are read from: the read model, or rows that were folded for the question. */
export type OrderSource = {
  readonly orders: RawBuilder<unknown>;
  readonly lines: RawBuilder<unknown>;
  readonly holds: RawBuilder<unknown>;
  readonly releases: RawBuilder<unknown>;
};

export const liveOrders: OrderSource = {
  orders: sql`rm.orders`,
  lines: sql`rm.order_line`,
  holds: sql`rm.order_hold`,
  releases: sql`rm.order_release`,
};

export const foldedOrders = (rows: Folded<OrderRows>): OrderSource => ({
  orders: rowsOf(sql`rm.orders`, rows.orders),
  lines: rowsOf(sql`rm.order_line`, rows.lines),
  holds: rowsOf(sql`rm.order_hold`, rows.holds),
  releases: rowsOf(sql`rm.order_release`, rows.releases),
});
