import { type LateSupplyRules, usualLateSupply } from '../../domain/availability/lateSupply.ts';
import type { Substitute } from '../../domain/masterData/substitutes.ts';
import { inParts, type PartRow } from '../parts.ts';
import { composedQuery, defineQuery, type Query, type Question } from '../question.ts';
import type { ReadHandle } from '../readModel.ts';
import { definitionParts, positionsAsked, stockParts } from './availabilityParts.ts';
import { createDefinitionMemory, type DefinitionMemory, type Definitions } from './definitionMemory.ts';

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

const everything = inParts({ ...definitionParts, ...stockParts }, positionsAsked);
const stockAlone = inParts(stockParts, positionsAsked);

type Stock = ReturnType<typeof stockAlone.read>;
type Position = Omit<AvailabilityPosition, 'days' | 'whole'> & {
  readonly days: AvailabilityPosition['days'][number][];
  readonly whole: AvailabilityPosition['whole'][number][];
};

/** Positions by item, each with its days in order. */
const positionsOf = (found: Stock): ReadonlyMap<string, readonly AvailabilityPosition[]> => {
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
const assembled = ({ unit, sites, items, mutual }: Definitions, stock: Stock): AvailabilityInputs => {
  const positions = positionsOf(stock);
  const stale = new Set(stock.stale.map(({ node }) => node));
  return {
    buKnown: unit !== undefined,
    timeZone: unit?.timeZone ?? 'UTC',
    lateSupply: unit?.lateSupply ?? usualLateSupply,
    sites: sites.map((site) => ({ ...site, stale: stale.has(site.node) })),
    untouched: nothing,
    items: new Map(items.map((item) => [item.item, { ...item, positions: positions.get(item.item) ?? [] }])),
    mutual,
  };
};

/** Never the same again once anything was defined, promoted or read anew. */
const stampOf = ({ stamp: [stamp] }: Stock): string => (stamp === undefined ? '' : `${stamp.build}.${stamp.applied}`);

const valuesOf = ({ bu, items }: AvailabilityRequest) => ({ bu, items });

type Everything = { readonly definitions: Definitions; readonly stock: Stock };

const everythingOf = defineQuery(
  (request: AvailabilityRequest): Question<PartRow, Everything> => ({
    statement: everything.statement,
    values: valuesOf(request),
    form: 'parts',
    answer: (rows) => {
      const { units, sites, items, mutual, ...stock } = everything.read(rows);
      const known = items.map(({ substitutes, ...row }) => ({ ...row, substitutes: substitutes ?? [] }));
      return { definitions: { stamp: stampOf(stock), unit: units[0], sites, items: known, mutual }, stock };
    },
  }),
);

const stockOf = defineQuery(
  (request: AvailabilityRequest): Question<PartRow, Stock> => ({
    statement: stockAlone.statement,
    values: valuesOf(request),
    form: 'parts',
    answer: (rows) => stockAlone.read(rows),
  }),
);

const memories = new WeakMap<ReadHandle, DefinitionMemory>();

const memoryOf = (db: ReadHandle): DefinitionMemory => {
  const memory = memories.get(db) ?? createDefinitionMemory();
  memories.set(db, memory);
  return memory;
};

/**
 * One statement. What is defined moves a few times a day and makes half of the answer's cost, so it is kept, and asked for again
 * when the stamp that comes with the stock says that something was defined since.
 */
export const availabilityInputs: Query<readonly [AvailabilityRequest], AvailabilityInputs> = composedQuery(
  async ({ db, ask }, { bu, items }) => {
    const request = { bu, items: [...new Set(items)] };
    const memory = memoryOf(db);
    const known = memory.find(request);
    if (known !== undefined) {
      const stock = await ask(stockOf, request);
      if (stampOf(stock) === known.stamp) return assembled(known, stock);
    }
    const { definitions, stock } = await ask(everythingOf, request);
    memory.keep(request, definitions);
    return assembled(definitions, stock);
  },
);
