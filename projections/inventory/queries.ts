import { type RawBuilder, sql } from 'kysely';
import { defineQuery, type Question } from '../question.ts';
import {
  allOf,
  anyOf,
  boundedLimit,
  decodeCursor,
  equals,
  type Page,
  type PageRequest,
  type Scope,
  toPage,
} from '../readModel.ts';

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
  readonly stale: boolean;
  readonly feedAt: string | null;
  readonly revision: number;
  readonly position: string;
  readonly updatedAt: string;
};

export type InventoryFilter = PageRequest & {
  readonly bu?: string;
  readonly node?: string;
  readonly item?: string;
  /** A position without a stock message for longer is stale. Absent: no feed is ever stale. */
  readonly staleAfterMinutes?: number;
};

const staleness = (minutes: number | undefined): RawBuilder<boolean> =>
  minutes === undefined ? sql`false` : sql`coalesce(p.feed_at < now() - make_interval(mins => ${minutes}::int), true)`;

/** Sellable goods count up to all that is on hand, as in the stock position's own decisions. */
const usable = sql`least(p.sellable, p.sellable + p.quarantine + p.damaged + p.expired + p.blocked)`;

/** Ordered by business unit, item, node. */
export const listInventoryPositions = defineQuery(
  (filter: InventoryFilter, scope?: Scope): Question<InventoryPositionView, Page<InventoryPositionView>> => {
    const limit = boundedLimit(filter.limit);
    const after = filter.cursor == null ? undefined : decodeCursor(filter.cursor, 3);
    const statement = sql<InventoryPositionView>`select p.bu, p.node, p.item,
      (p.sellable + p.quarantine + p.damaged + p.expired + p.blocked)::text as "onHand", p.sellable::text as sellable,
      (p.quarantine + p.damaged + p.expired + p.blocked)::text as unusable, p.allocated::text as allocated, p.picked::text as picked,
      p.reserved::text as reserved, p.reserved::text as "reservedOnHand", '0' as "reservedFuture", p.safety_stock::text as "safetyStock",
      greatest(0, ${usable} - p.allocated - p.reserved - p.safety_stock)::text as available, p.in_transit::text as "inTransit",
      p.on_order::text as "onOrder", p.backordered::text as backordered, p.overcommitted::text as overcommitted,
      p.unit_cost as "unitCost", p.currency, p.value::text as value, ${staleness(filter.staleAfterMinutes)} as stale, p.feed_at as "feedAt",
      p.revision, p.position, p.updated_at as "updatedAt"
    from rm.stock_position p where ${allOf([
      equals(sql`p.bu`, filter.bu),
      equals(sql`p.node`, filter.node),
      equals(sql`p.item`, filter.item),
      after === undefined ? undefined : sql`(p.bu, p.item, p.node) > (${after[0]}, ${after[1]}, ${after[2]})`,
      anyOf(sql`p.bu`, scope?.bus),
    ])} order by p.bu, p.item, p.node limit ${limit + 1}`;
    return {
      statement,
      answer: (rows) =>
        toPage(
          rows,
          limit,
          (row) => [row.bu, row.item, row.node],
          (row) => row,
        ),
    };
  },
);

/** What the promise function needs to know about one item, all nodes, by priority. Quantities in base units. */
export type AvailabilityInput = {
  readonly item: string;
  /** False: there is no such business unit, and so no item. */
  readonly buKnown: boolean;
  /** False: no such item is defined; `nodes` is empty then. */
  readonly known: boolean;
  readonly active: boolean;
  readonly baseUom: string;
  readonly conversions: readonly { readonly uom: string; readonly num: string; readonly den: string }[];
  readonly kind: 'STOCK' | 'KIT';
  readonly leadTimeDays: number | null;
  readonly nodes: readonly AvailabilityNode[];
};

export type AvailabilityNode = {
  readonly node: string;
  readonly kind: 'DC' | '3PL' | 'SUPPLIER';
  readonly priority: number;
  readonly region: string;
  readonly timeZone: string;
  readonly cutOff: string;
  readonly workingDays: readonly number[];
  readonly handlingDays: number;
  readonly transitDays: number;
  readonly inboundDays: number;
  /** Up to all that is on hand. */
  readonly sellable: string;
  readonly allocated: string;
  readonly reserved: string;
  readonly safetyStock: string;
  readonly available: string;
  readonly stale: boolean;
  /** Expected supply by available date; soft reservations and open backorders by need date. Days without either are absent. */
  readonly days: readonly { readonly date: string; readonly supply: string; readonly demand: string }[];
  /** The part of `demand` of lines that take only their full quantity, in order of acceptance. */
  readonly whole: readonly { readonly date: string; readonly qty: string }[];
};

const nodesMax = 200;
/** More of them at one position count as plain demand. */
const wholeMax = 500;

/** One statement for many items: primary keys only, so 50 lines cost one round trip. Order as asked, duplicates once. */
export const availabilityInputs = defineQuery(
  (request: {
    readonly bu: string;
    readonly items: readonly string[];
    readonly staleAfterMinutes?: number;
  }): Question<AvailabilityInput, readonly AvailabilityInput[]> => {
    const items = [...new Set(request.items)];
    const statement = sql<AvailabilityInput>`select asked.item, (select exists (select from rm.business_unit b where b.bu = ${request.bu})) as "buKnown", i.item is not null as known, coalesce(i.active, false) as active,
      coalesce(i.content ->> 'baseUom', '') as "baseUom", coalesce(i.content -> 'conversions', '[]') as conversions,
      coalesce(i.content ->> 'kind', 'STOCK') as kind, (i.content ->> 'leadTimeDays')::int as "leadTimeDays",
      coalesce(found.nodes, '[]'::json) as nodes
    from unnest(${items}::text[]) with ordinality as asked(item, place)
    left join rm.item i on i.bu = ${request.bu} and i.item = asked.item
    left join lateral (
      select json_agg(json_build_object('node', n.node, 'kind', n.content ->> 'kind', 'priority', n.priority, 'region', n.content ->> 'region',
          'timeZone', n.content ->> 'timeZone', 'cutOff', n.content ->> 'cutOff', 'workingDays', n.content -> 'workingDays',
          'handlingDays', n.content -> 'handlingDays', 'transitDays', n.content -> 'transitDays', 'inboundDays', n.content -> 'inboundDays',
          'sellable', coalesce(${usable}, 0)::text, 'allocated', coalesce(p.allocated, 0)::text, 'reserved', coalesce(p.reserved, 0)::text,
          'safetyStock', coalesce(p.safety_stock, 0)::text,
          'available', greatest(0, coalesce(${usable} - p.allocated - p.reserved - p.safety_stock, 0))::text,
          'stale', ${staleness(request.staleAfterMinutes)},
          'days', (select coalesce(json_agg(json_build_object('date', d.day, 'supply', d.supply::text, 'demand', d.demand::text) order by d.day), '[]'::json)
                   from rm.atp_day d where d.stock_key = n.stock_key and (d.supply <> 0 or d.demand <> 0)),
          'whole', (select coalesce(json_agg(json_build_object('date', w.need_date, 'qty', w.qty::text) order by w.accepted_at, w.order_id, w.line_id), '[]'::json)
                    from (select * from rm.backorder b where b.stock_key = n.stock_key and b.whole
                          order by b.accepted_at, b.order_id, b.line_id limit ${wholeMax}) w)) order by n.priority, n.node) as nodes
      from (select m.*, m.bu || '.' || m.node || '.' || asked.item as stock_key from rm.node m
            where m.bu = ${request.bu} and m.active order by m.priority, m.node limit ${nodesMax}) n
      left join rm.stock_position p on p.stock_key = n.stock_key
    ) found on i.item is not null
    order by asked.place`;
    return { statement, answer: (rows) => rows };
  },
);
