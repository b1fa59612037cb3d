import { sql } from 'kysely';
import { defineQuery, type Question } from '../question.ts';
import {
  allOf,
  anyOf,
  boundedLimit,
  decodeCursor,
  equals,
  type Page,
  type PageRequest,
  pageOfRows,
  type Scope,
} from '../readModel.ts';
import { isFeedStale } from './feed.ts';

/** Quantities in base units (spec 4.5). `unitCost` is decimal text in major units, null until one is known. */
export type InventoryPositionView = {
  readonly bu: string;
  readonly node: string;
  readonly item: string;
  readonly onHand: string;
  readonly sellable: string;
  readonly unusable: string;
  readonly allocated: string;
  readonly picked: string;
  readonly reserved: string;
  readonly reservedOnHand: string;
  readonly reservedFuture: string;
  readonly safetyStock: string;
  readonly available: string;
  readonly inTransit: string;
  readonly onOrder: string;
  readonly backordered: string;
  /** How much more is promised than there is, after a fact that took goods away. */
  readonly overcommitted: string;
  readonly unitCost: string | null;
  readonly currency: string | null;
  /** Stock × cost in minor units. */
  readonly value: string;
  /** Its node has told nothing of its stock for longer than it may, of whatever item. */
  readonly stale: boolean;
  /** The last stock message of this item. */
  readonly feedAt: string | null;
  readonly revision: number;
  readonly position: string;
  readonly updatedAt: string;
};

export type InventoryFilter = PageRequest & {
  readonly bu?: string;
  readonly node?: string;
  readonly item?: string;
};

/** Sellable goods count up to all that is on hand, as in the stock position's own decisions. */
export const usable = sql`least(p.sellable, p.sellable + p.quarantine + p.damaged + p.expired + p.blocked)`;

/** Ordered by business unit, item, node. */
export const listInventoryPositions = defineQuery(
  (filter: InventoryFilter, scope?: Scope): Question<InventoryPositionView, Page<InventoryPositionView>> => {
    const limit = boundedLimit(filter.limit);
    const after = filter.cursor == null ? undefined : decodeCursor(filter.cursor, 3);
    const feeds = sql`select n.bu, n.node, ${isFeedStale} as stale from rm.node n where ${allOf([
      equals(sql`n.bu`, filter.bu),
      equals(sql`n.node`, filter.node),
      anyOf(sql`n.bu`, scope?.bus),
    ])}`;
    const statement = sql<InventoryPositionView>`with f as materialized (${feeds}) select p.bu, p.node, p.item,
      (p.sellable + p.quarantine + p.damaged + p.expired + p.blocked)::text as "onHand", p.sellable::text as sellable,
      (p.quarantine + p.damaged + p.expired + p.blocked)::text as unusable, p.allocated::text as allocated, p.picked::text as picked,
      p.reserved::text as reserved, p.reserved::text as "reservedOnHand", '0' as "reservedFuture", p.safety_stock::text as "safetyStock",
      greatest(0, ${usable} - p.allocated - p.reserved - p.safety_stock)::text as available, p.in_transit::text as "inTransit",
      p.on_order::text as "onOrder", p.backordered::text as backordered, p.overcommitted::text as overcommitted,
      p.unit_cost as "unitCost", p.currency, p.value::text as value, coalesce(f.stale, false) as stale, p.feed_at as "feedAt",
      p.revision, p.position, p.updated_at as "updatedAt"
    from rm.stock_position p left join f on f.bu = p.bu and f.node = p.node where ${allOf([
      equals(sql`p.bu`, filter.bu),
      equals(sql`p.node`, filter.node),
      equals(sql`p.item`, filter.item),
      after === undefined ? undefined : sql`(p.bu, p.item, p.node) > (${after[0]}, ${after[1]}, ${after[2]})`,
      anyOf(sql`p.bu`, scope?.bus),
    ])} order by p.bu, p.item, p.node limit ${limit + 1}`;
    return {
      statement,
      answer: (rows) => pageOfRows(rows, limit, (row) => [row.bu, row.item, row.node]),
    };
  },
);
