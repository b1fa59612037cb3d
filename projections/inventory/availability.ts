import { sql } from 'kysely';
import { flag, integer, json, orNull, packedRow, text } from '../packed.ts';
import { inParts, type PartRow } from '../parts.ts';
import { defineQuery, type Question } from '../question.ts';
import { given } from '../statement.ts';
import { staleFor, usable } from './queries.ts';

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
};

export type AvailabilityNode = AvailabilitySite & {
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

export type AvailabilityRequest = {
  readonly bu: string;
  readonly items: readonly string[];
  /** A position without a stock message for longer is stale. Absent: no feed is ever stale. */
  readonly staleAfterMinutes?: number;
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
});

const itemRow = packedRow({
  item: text(sql`i.item`),
  active: flag(sql`i.active`),
  baseUom: text(sql`i.content ->> 'baseUom'`),
  conversions: json<AvailabilityInput['conversions']>(sql`i.content -> 'conversions'`),
  kind: text<AvailabilityInput['kind']>(sql`i.content ->> 'kind'`),
  leadTimeDays: orNull(integer(sql`i.content ->> 'leadTimeDays'`)),
});

const staleAfter = given('staleAfterMinutes');

const positionRow = packedRow({
  stockKey: text(sql`p.stock_key`),
  sellable: text(usable),
  allocated: text(sql`p.allocated`),
  reserved: text(sql`p.reserved`),
  safetyStock: text(sql`p.safety_stock`),
  available: text(sql`greatest(0, ${usable} - p.allocated - p.reserved - p.safety_stock)`),
  stale: flag(sql`${staleAfter}::int is not null and ${staleFor(staleAfter)}`),
});

type Dated<Entry> = Entry & { readonly stockKey: string };

const dayRow = packedRow({
  stockKey: text(sql`d.stock_key`),
  date: text(sql`d.day`),
  supply: text(sql`d.supply`),
  demand: text(sql`d.demand`),
});

const wholeRow = packedRow({ stockKey: text(sql`w.stock_key`), date: text(sql`w.need_date`), qty: text(sql`w.qty`) });

const nodesMax = 200;
/** More of them at one position count as plain demand. */
const wholeMax = 500;

const keys = sql`any((select keys from asked)::text[])`;
const items = sql`any(${given('items')}::text[])`;
const bu = given('bu');

/**
 * One statement for many items: one scan of an index per table, whatever the number of lines, and each node's definition
 * once. Days and backorders are looked for only where there is a position: no event makes them without one.
 */
const parts = inParts(
  {
    units: { of: packedRow({ bu: text(sql`b.bu`) }), from: sql`from rm.business_unit b where b.bu = ${bu}` },
    sites: {
      of: siteRow,
      from: sql`from rm.node n where n.bu = ${bu} and n.active order by n.priority, n.node limit ${nodesMax}`,
    },
    items: { of: itemRow, from: sql`from rm.item i where i.bu = ${bu} and i.item = ${items}` },
    positions: { of: positionRow, from: sql`from position p` },
    days: {
      of: dayRow,
      from: sql`from rm.atp_day d where d.stock_key = ${keys} and (d.supply <> 0 or d.demand <> 0) order by d.stock_key, d.day`,
    },
    whole: {
      of: wholeRow,
      from: sql`from (select b.stock_key, b.need_date, b.qty,
          row_number() over (partition by b.stock_key order by b.accepted_at, b.order_id, b.line_id) as place
        from rm.backorder b where b.stock_key = ${keys} and b.whole) w where w.place <= ${wholeMax} order by w.stock_key, w.place`,
    },
  },
  sql`with position as materialized (select p.* from rm.stock_position p where p.bu = ${bu} and p.item = ${items}),
    asked as materialized (select array_agg(stock_key) as keys from position)`,
);

type Found = ReturnType<typeof parts.read>;

const grouped = <Entry>(
  rows: readonly Dated<Entry>[],
): ReadonlyMap<string, readonly Omit<Dated<Entry>, 'stockKey'>[]> => {
  const groups = new Map<string, Omit<Dated<Entry>, 'stockKey'>[]>();
  for (const { stockKey, ...entry } of rows) {
    const known = groups.get(stockKey);
    if (known === undefined) groups.set(stockKey, [entry]);
    else known.push(entry);
  }
  return groups;
};

/** Gives every item its nodes. Rows come without what they share, since most of the time of such an answer is text. */
const assembled = (
  { bu, staleAfterMinutes }: AvailabilityRequest,
  items: readonly string[],
  found: Found,
): readonly AvailabilityInput[] => {
  const none = { sellable: '0', allocated: '0', reserved: '0', safetyStock: '0', available: '0' };
  // A position that no event has touched yet has no stock, and no feed.
  const untouched = { ...none, stale: staleAfterMinutes !== undefined };
  const known = new Map(found.items.map((row) => [row.item, row]));
  const positions = new Map(found.positions.map(({ stockKey, ...figures }) => [stockKey, figures]));
  const days = grouped(found.days);
  const whole = grouped(found.whole);
  const nodesOf = (item: string): readonly AvailabilityNode[] =>
    found.sites.map((site) => {
      const key = `${bu}.${site.node}.${item}`;
      const figures = positions.get(key) ?? untouched;
      return { ...site, ...figures, days: days.get(key) ?? [], whole: whole.get(key) ?? [] };
    });
  const buKnown = found.units.length > 0;
  return items.map((item) => {
    const row = known.get(item);
    return row === undefined
      ? {
          ...{ item, buKnown, known: false, active: false, baseUom: '', conversions: [] },
          ...{ kind: 'STOCK', leadTimeDays: null, nodes: [] },
        }
      : { ...row, buKnown, known: true, nodes: nodesOf(item) };
  });
};

/** In the order that was asked, duplicates once. */
export const availabilityInputs = defineQuery(
  (request: AvailabilityRequest): Question<PartRow, readonly AvailabilityInput[]> => {
    const items = [...new Set(request.items)];
    return {
      statement: parts.statement,
      values: { bu: request.bu, items, staleAfterMinutes: request.staleAfterMinutes ?? null },
      form: 'parts',
      answer: (rows) => assembled(request, items, parts.read(rows)),
    };
  },
);
