import { sql } from 'kysely';
import { type LateSupplyRules, usualLateSupply } from '../../domain/availability/lateSupply.ts';
import type { Substitute } from '../../domain/masterData/substitutes.ts';
import { flag, integer, json, orNull, packedRow, text } from '../packed.ts';
import { inParts, type PartRow } from '../parts.ts';
import { defineQuery, type Question } from '../question.ts';
import { given } from '../statement.ts';
import { isFeedStale } from './feed.ts';
import { usable } from './queries.ts';

/** An item as far as promising needs it, and what is known of it where it has been. Quantities in base units. */
export type AvailabilityItem = {
  readonly item: string;
  readonly active: boolean;
  readonly catchWeight: boolean;
  readonly baseUom: string;
  readonly conversions: readonly { readonly uom: string; readonly num: string; readonly den: string }[];
  /** What one of it is made of; null: it is stocked itself. */
  readonly components: readonly { readonly item: string; readonly qty: string }[] | null;
  readonly leadTimeDays: number | null;
  /** What it says may be delivered in its place, on whatever day. */
  readonly substitutes: readonly Substitute[];
  /** Nodes at which anything ever happened to it. */
  readonly positions: readonly AvailabilityPosition[];
};

/** A node's definition as far as promising needs it. */
export type AvailabilitySite = {
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
  /** It has told nothing of its stock for longer than it may. */
  readonly stale: boolean;
};

export type AvailabilityFigures = {
  /** Up to all that is on hand. */
  readonly sellable: string;
  readonly allocated: string;
  readonly reserved: string;
  readonly safetyStock: string;
  readonly available: string;
};

export type AvailabilityPosition = AvailabilityFigures & {
  readonly node: string;
  /** Expected supply by available date; soft reservations and open backorders by need date. Days without either are absent. */
  readonly days: readonly { readonly date: string; readonly supply: string; readonly demand: string }[];
  /** The part of `demand` of lines that take only their full quantity, in order of acceptance. */
  readonly whole: readonly { readonly date: string; readonly qty: string }[];
};

/** What the promise function needs to know about some items of a business unit. */
export type AvailabilityInputs = {
  /** False: there is no such business unit, and so no item. */
  readonly buKnown: boolean;
  readonly timeZone: string;
  /** What it does about late supply. */
  readonly lateSupply: LateSupplyRules;
  /** Active nodes by priority. */
  readonly sites: readonly AvailabilitySite[];
  /** At a node where nothing ever happened to the item. */
  readonly untouched: AvailabilityFigures;
  /** By name; an item that is not defined is not here. */
  readonly items: ReadonlyMap<string, AvailabilityItem>;
  /** Items that say that they and one of these stand for each other. */
  readonly mutual: readonly { readonly item: string; readonly substitutes: readonly Substitute[] }[];
};

export type AvailabilityRequest = {
  readonly bu: string;
  readonly items: readonly string[];
};

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
  stale: flag(isFeedStale),
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
const mutualMax = 2_000;
/** More of them at one position count as plain demand. */
const wholeMax = 500;

const bu = given('bu');
const items = sql`any(${given('items')}::text[])`;
const positions = sql`from rm.stock_position p`;
const asked = sql`p.bu = ${bu} and p.item = ${items}`;

/**
 * One statement for many items, and each node's definition once. Days and backorders are looked for only where there is a
 * position: no event makes them without one.
 */
const parts = inParts({
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
  positions: { of: positionRow, from: sql`${positions} where ${asked}` },
  days: {
    of: dayRow,
    from: sql`${positions} join rm.atp_day d on d.stock_key = p.stock_key where ${asked} and (d.supply <> 0 or d.demand <> 0)`,
  },
  whole: {
    of: wholeRow,
    from: sql`${positions} cross join lateral (select b.need_date, b.qty from rm.backorder b where b.stock_key = p.stock_key and b.whole
      order by b.accepted_at, b.order_id, b.line_id limit ${sql.lit(wholeMax)}) w where ${asked}`,
  },
});

type Found = ReturnType<typeof parts.read>;
type Position = Omit<AvailabilityPosition, 'days' | 'whole'> & {
  readonly days: AvailabilityPosition['days'][number][];
  readonly whole: AvailabilityPosition['whole'][number][];
};

/** Positions by item, each with its days in order. */
const positionsOf = (found: Found): ReadonlyMap<string, readonly AvailabilityPosition[]> => {
  const byItem = new Map<string, Position[]>();
  for (const { item, ...figures } of found.positions) {
    const position = { ...figures, days: [], whole: [] };
    const others = byItem.get(item);
    if (others === undefined) byItem.set(item, [position]);
    else others.push(position);
  }
  const at = (item: string, node: string) => byItem.get(item)?.find((position) => position.node === node);
  for (const { item, node, date, supply, demand } of found.days) at(item, node)?.days.push({ date, supply, demand });
  for (const { item, node, date, qty } of found.whole) at(item, node)?.whole.push({ date, qty });
  for (const { days } of [...byItem.values()].flat()) days.sort((a, b) => (a.date < b.date ? -1 : 1));
  return byItem;
};

const nothing = { sellable: '0', allocated: '0', reserved: '0', safetyStock: '0', available: '0' } as const;

/** Rows come without what they share, since most of the time of such an answer is text. */
const assembled = (found: Found): AvailabilityInputs => {
  const positions = positionsOf(found);
  return {
    buKnown: found.units.length > 0,
    timeZone: found.units[0]?.timeZone ?? 'UTC',
    lateSupply: found.units[0]?.lateSupply ?? usualLateSupply,
    sites: found.sites,
    untouched: nothing,
    items: new Map(
      found.items.map(({ substitutes, ...row }) => [
        row.item,
        { ...row, substitutes: substitutes ?? [], positions: positions.get(row.item) ?? [] },
      ]),
    ),
    mutual: found.mutual,
  };
};

export const availabilityInputs = defineQuery(
  (request: AvailabilityRequest): Question<PartRow, AvailabilityInputs> => ({
    statement: parts.statement,
    values: { bu: request.bu, items: [...new Set(request.items)] },
    form: 'parts',
    answer: (rows) => assembled(parts.read(rows)),
  }),
);
