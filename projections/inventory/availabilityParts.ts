import { sql } from 'kysely';
import type { LateSupplyRules } from '../../domain/availability/lateSupply.ts';
import type { Substitute } from '../../domain/masterData/substitutes.ts';
import { flag, integer, json, orNull, packedRow, text } from '../packed.ts';
import { given } from '../statement.ts';
import type { AvailabilityItem, AvailabilitySite } from './availability.ts';
import { isFeedStale } from './feed.ts';
import { usable } from './queries.ts';

// What is read for an availability check: what is defined, and what moves.

const siteRow = packedRow({
  node: text(sql`n.node`),
  kind: text<AvailabilitySite['kind']>(sql`n.content ->> 'kind'`),
  priority: integer(sql`n.priority`),
  region: text(sql`n.content ->> 'region'`),
  timeZone: text(sql`n.content ->> 'timeZone'`),
  cutOff: text(sql`n.content ->> 'cutOff'`),
  workingDays: json<AvailabilitySite['workingDays']>(sql`n.content -> 'workingDays'`),
  handlingDays: integer(sql`n.content -> 'handlingDays'`),
  transitDays: integer(sql`n.content -> 'transitDays'`),
  inboundDays: integer(sql`n.content -> 'inboundDays'`),
});

const itemRow = packedRow({
  item: text(sql`i.item`),
  active: flag(sql`i.active`),
  catchWeight: flag(sql`coalesce((i.content -> 'catchWeight')::boolean, false)`),
  baseUom: text(sql`i.content ->> 'baseUom'`),
  conversions: json<AvailabilityItem['conversions']>(sql`i.content -> 'conversions'`),
  components: orNull(
    json<NonNullable<AvailabilityItem['components']>>(
      sql`case i.content ->> 'kind' when 'KIT' then i.content -> 'components' end`,
    ),
  ),
  leadTimeDays: orNull(integer(sql`i.content ->> 'leadTimeDays'`)),
  substitutes: orNull(json<readonly Substitute[]>(sql`i.content -> 'substitutes'`)),
});

const mutualRow = packedRow({
  item: text(sql`i.item`),
  substitutes: json<readonly Substitute[]>(sql`i.content -> 'substitutes'`),
});

const positionRow = packedRow({
  item: text(sql`p.item`),
  node: text(sql`p.node`),
  sellable: text(usable),
  allocated: text(sql`p.allocated`),
  reserved: text(sql`p.reserved`),
  safetyStock: text(sql`p.safety_stock`),
  available: text(sql`greatest(0, ${usable} - p.allocated - p.reserved - p.safety_stock)`),
});

const dayRow = packedRow({
  item: text(sql`p.item`),
  node: text(sql`p.node`),
  date: text(sql`d.day`),
  supply: text(sql`d.supply`),
  demand: text(sql`d.demand`),
});

const wholeRow = packedRow({
  item: text(sql`p.item`),
  node: text(sql`p.node`),
  date: text(sql`w.need_date`),
  qty: text(sql`w.qty`),
});

const nodesMax = 200;
/** Any number of items may say that they stand for one; what comes after these is not told. */
export const mutualMax = 2_000;
/** More of them at one position count as plain demand. */
const wholeMax = 500;

const bu = given('bu');
const items = sql`any(${given('items')}::text[])`;

export const definitionParts = {
  units: {
    of: packedRow({
      timeZone: text(sql`b.content ->> 'timeZone'`),
      lateSupply: orNull(json<LateSupplyRules>(sql`b.late_supply`)),
    }),
    from: sql`from rm.business_unit b where b.bu = ${bu}`,
  },
  sites: {
    of: siteRow,
    from: sql`from rm.node n where n.bu = ${bu} and n.active order by n.priority, n.node limit ${sql.lit(nodesMax)}`,
  },
  items: { of: itemRow, from: sql`from rm.item i where i.bu = ${bu} and i.item = ${items}` },
  mutual: {
    of: mutualRow,
    from: sql`from rm.item i where i.bu = ${bu} and i.mutual ?| ${given('items')}::text[] order by i.item limit ${sql.lit(mutualMax)}`,
  },
};

/** Where the items have been; read once for all that is asked of a position. */
export const positionsAsked = sql`with p as materialized (
  select stock_key, item, node, sellable, quarantine, damaged, expired, blocked, allocated, reserved, safety_stock
  from rm.stock_position where bu = ${bu} and item = ${items})`;

/**
 * Days and backorders are looked for only where there is a position: no event makes them without one. The stamp is another one
 * whenever anything was defined: the number of the build, and of the events that are in its rows, whatever their order.
 */
export const stockParts = {
  stamp: {
    of: packedRow({ build: text(sql`p.version`), applied: text(sql`p.applied`) }),
    from: sql`from rm.projection p where p.live and p.name = 'master_data'`,
  },
  stale: {
    of: packedRow({ node: text(sql`n.node`) }),
    from: sql`from rm.node n where n.bu = ${bu} and n.active and ${isFeedStale}`,
  },
  positions: { of: positionRow, from: sql`from p` },
  days: {
    of: dayRow,
    from: sql`from p join rm.atp_day d on d.stock_key = p.stock_key where d.supply <> 0 or d.demand <> 0`,
  },
  whole: {
    of: wholeRow,
    from: sql`from p cross join lateral (select b.need_date, b.qty from rm.backorder b where b.stock_key = p.stock_key and b.whole
      order by b.accepted_at, b.order_id, b.line_id limit ${sql.lit(wholeMax)}) w`,
  },
};
