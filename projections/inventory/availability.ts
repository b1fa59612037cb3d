import { sql } from 'kysely';
import { defineQuery, type Question } from '../question.ts';
import { staleness, usable } from './queries.ts';

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

type ItemRow = Pick<AvailabilityInput, 'item' | 'active' | 'baseUom' | 'conversions' | 'kind' | 'leadTimeDays'>;
type StockKey = string;
type PositionRow = readonly [StockKey, string, string, string, string, string, boolean];
type DayRow = readonly [StockKey, string, string, string];
type WholeRow = readonly [StockKey, string, string];

/** One row: five lists that belong together. A list of nothing is null. */
type Found = {
  readonly buKnown: boolean;
  readonly sites: readonly AvailabilitySite[] | null;
  readonly items: readonly ItemRow[] | null;
  readonly positions: readonly PositionRow[] | null;
  readonly days: readonly DayRow[] | null;
  readonly whole: readonly WholeRow[] | null;
};

const nodesMax = 200;
/** More of them at one position count as plain demand. */
const wholeMax = 500;

const grouped = <Row extends readonly [StockKey, ...unknown[]], Value>(
  rows: readonly Row[] | null,
  entryOf: (row: Row) => Value,
): ReadonlyMap<StockKey, readonly Value[]> => {
  const groups = new Map<StockKey, Value[]>();
  for (const row of rows ?? []) {
    const known = groups.get(row[0]);
    if (known === undefined) groups.set(row[0], [entryOf(row)]);
    else known.push(entryOf(row));
  }
  return groups;
};

/** Gives every item its nodes. Rows come without what they share, since most of the time of such an answer is text. */
const assembled = (
  { bu, staleAfterMinutes }: AvailabilityRequest,
  items: readonly string[],
  found: Found,
): readonly AvailabilityInput[] => {
  // A position that no event has touched yet has no stock, and no feed.
  const untouched: PositionRow = ['', '0', '0', '0', '0', '0', staleAfterMinutes !== undefined];
  const known = new Map((found.items ?? []).map((row) => [row.item, row]));
  const positions = new Map((found.positions ?? []).map((row) => [row[0], row]));
  const days = grouped(found.days, ([, date, supply, demand]: DayRow) => ({ date, supply, demand }));
  const whole = grouped(found.whole, ([, date, qty]: WholeRow) => ({ date, qty }));
  const sites = found.sites ?? [];
  const nodesOf = (item: string): readonly AvailabilityNode[] =>
    sites.map((site) => {
      const key = `${bu}.${site.node}.${item}`;
      const [, sellable, allocated, reserved, safetyStock, available, stale] = positions.get(key) ?? untouched;
      const figures = { sellable, allocated, reserved, safetyStock, available, stale };
      return { ...site, ...figures, days: days.get(key) ?? [], whole: whole.get(key) ?? [] };
    });
  const { buKnown } = found;
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

/**
 * One statement for many items: one scan of a primary key per table, whatever the number of lines, and each node's
 * definition once. Order as asked, duplicates once.
 */
export const availabilityInputs = defineQuery(
  (request: AvailabilityRequest): Question<Found, readonly AvailabilityInput[]> => {
    const { bu } = request;
    const items = [...new Set(request.items)];
    const keys = sql`any((select keys from asked)::text[])`;
    const statement = sql<Found>`
      with site as materialized (
        select node, priority, content from rm.node where bu = ${bu} and active order by priority, node limit ${nodesMax}
      ), asked as materialized (
        select array_agg(${bu}::text || '.' || s.node || '.' || a.item) as keys from site s cross join unnest(${items}::text[]) a(item)
      )
      select exists (select from rm.business_unit b where b.bu = ${bu}) as "buKnown",
        (select json_agg(json_build_object('node', s.node, 'kind', s.content -> 'kind', 'priority', s.priority, 'region', s.content -> 'region',
            'timeZone', s.content -> 'timeZone', 'cutOff', s.content -> 'cutOff', 'workingDays', s.content -> 'workingDays',
            'handlingDays', s.content -> 'handlingDays', 'transitDays', s.content -> 'transitDays', 'inboundDays', s.content -> 'inboundDays')
            order by s.priority, s.node) from site s) as sites,
        (select json_agg(json_build_object('item', i.item, 'active', i.active, 'baseUom', i.content -> 'baseUom',
            'conversions', i.content -> 'conversions', 'kind', i.content -> 'kind', 'leadTimeDays', i.content -> 'leadTimeDays'))
          from rm.item i where i.bu = ${bu} and i.item = any(${items}::text[])) as items,
        (select json_agg(json_build_array(p.stock_key, ${usable}::text, p.allocated::text, p.reserved::text, p.safety_stock::text,
            greatest(0, ${usable} - p.allocated - p.reserved - p.safety_stock)::text, ${staleness(request.staleAfterMinutes)}))
          from rm.stock_position p where p.stock_key = ${keys}) as positions,
        (select json_agg(json_build_array(d.stock_key, d.day, d.supply::text, d.demand::text) order by d.stock_key, d.day)
          from rm.atp_day d where d.stock_key = ${keys} and (d.supply <> 0 or d.demand <> 0)) as days,
        (select json_agg(json_build_array(w.stock_key, w.need_date, w.qty::text) order by w.stock_key, w.place)
          from (select b.stock_key, b.need_date, b.qty, row_number() over (partition by b.stock_key order by b.accepted_at, b.order_id, b.line_id) as place
                from rm.backorder b where b.stock_key = ${keys} and b.whole) w where w.place <= ${wholeMax}) as whole`;
    const answer = ([found]: readonly Found[]): readonly AvailabilityInput[] => {
      if (found === undefined) throw new RangeError('a statement of one row answered with none');
      return assembled(request, items, found);
    };
    return { statement, single: true, answer };
  },
);
