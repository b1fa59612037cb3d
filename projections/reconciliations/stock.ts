import { sql } from 'kysely';
import type { StockHere } from '../../domain/reconciliation/ours.ts';
import { defineQuery, type Question } from '../question.ts';

type Place = { readonly node: string; readonly item: string };

const onHand = sql`p.sellable + p.quarantine + p.damaged + p.expired + p.blocked`;

/** The newest entries only, by the key of the table. */
const moved = (
  bu: string,
  since: string,
) => sql`select v.node, v.item, json_agg(v.qty::text order by v.entry_position) as moves
  from rm.stock_value_entry v where v.entry_position > ${since} and v.bu = ${bu} and v.qty <> 0 group by v.node, v.item`;

const columns = sql`p.stock_key as "stockKey", p.node, p.item, (${onHand})::text as "onHand", coalesce(m.moves, '[]') as moves,
  p.unit_cost as "unitCost", p.currency`;

/** At these places, those that are known. */
export const stockAt = defineQuery(
  (bu: string, since: string, places: readonly Place[]): Question<StockHere, readonly StockHere[]> => ({
    statement: sql`with m as materialized (${moved(bu, since)}), k as (select * from unnest(
        ${places.map(({ node }) => node)}::text[], ${places.map(({ item }) => item)}::text[]) as k(node, item))
      select ${columns} from k join rm.stock_position p on p.bu = ${bu} and p.item = k.item and p.node = k.node
        left join m on m.node = p.node and m.item = p.item`,
    answer: (rows) => rows,
  }),
);

/** All that lies anywhere, by the key of its position. */
export const stockAfter = defineQuery(
  (bu: string, since: string, stockKey: string, limit: number): Question<StockHere, readonly StockHere[]> => ({
    statement: sql`with m as materialized (${moved(bu, since)})
      select ${columns} from rm.stock_position p left join m on m.node = p.node and m.item = p.item
      where p.bu = ${bu} and p.stock_key > ${stockKey} and ${onHand} <> 0 order by p.stock_key limit ${limit}`,
    answer: (rows) => rows,
  }),
);

export type OpenRelease = Place & {
  readonly releaseId: string;
  readonly shipmentId: string;
  /** A message of it came and cannot be taken. */
  readonly isKept: boolean;
};

/** What warehouses still owe us word of at these places, of each the oldest first and so many at most. */
export const openReleasesOf = defineQuery(
  (bu: string, places: readonly Place[], limit: number): Question<OpenRelease, readonly OpenRelease[]> => ({
    statement: sql`select k.node, k.item, r.release_id as "releaseId", r.shipment_id as "shipmentId",
        exists (select from rm.dead_letter d where d.lane_key = r.shipment_id) as "isKept"
      from unnest(${places.map(({ node }) => node)}::text[], ${places.map(({ item }) => item)}::text[]) with ordinality as k(node, item, place)
      cross join lateral (select r.release_id, r.shipment_id, r.released_at
        from (select distinct v.order_id from rm.reservation v where v.stock_key = ${bu} || '.' || k.node || '.' || k.item and v.hard > 0) v
        join rm.order_release r on r.order_id = v.order_id and r.node = k.node
        where r.status in ('RELEASED', 'PARTIALLY_SHIPPED') order by r.released_at, r.release_id limit ${limit}) r
      order by k.place, r.released_at, r.release_id`,
    answer: (rows) => rows,
  }),
);
