import type { Day } from '../calendar.ts';
import { maxQty, qtyText } from '../quantity.ts';
import { type ForkLine, type ForkOrder, openOf, wantedOf } from './demand.ts';
import { heldBy, type World } from './world.ts';

// What a run answers. Every figure is added up line by line as orders are finished, so that nothing is kept of those that are.

export const figureNames = [
  'lines',
  'unitsOrdered',
  'fillRateLines',
  'fillRateUnits',
  'unitsReserved',
  'unitsBackordered',
  'unitsDropShipped',
  'linesInFull',
  'linesLate',
  'unitsOpen',
  'orders',
  'splitRate',
  'shipments',
] as const;
export type FigureName = (typeof figureNames)[number];

/**
 * `value`: a count, or per cent with two places where the figure is a rate. `rows`: how many lines or orders it is made of;
 * `modelled`: of these, those that went a way which nobody went in the log.
 */
export type Figure = { readonly value: string; readonly rows: number; readonly modelled: number };

/** Where a line's goods came from in one world, when the last of them could leave, and what it still waits for. */
type Outcome = {
  readonly wanted: bigint;
  readonly demand: bigint;
  readonly covered: bigint;
  readonly supplied: bigint;
  readonly open: bigint;
  readonly parts: ReadonlyMap<string, bigint>;
  /** Null: nothing was had, or no day is known of some of it. */
  readonly lastDay: Day | null;
};

export const outcomeOf = (world: World, line: ForkLine): Outcome => {
  const parts = new Map<string, bigint>();
  const days: (Day | null)[] = line.supplied > 0n ? [line.supplierShipDate] : [];
  for (const [node, { qty, shipDate }] of line.leftFrom) {
    if (qty === 0n) continue;
    parts.set(node, qty);
    days.push(shipDate);
  }
  let held = 0n;
  for (const [reservationId, { node, shipDate }] of line.holds) {
    const qty = heldBy(world, line, reservationId, node);
    if (qty === 0n) continue;
    parts.set(node, (parts.get(node) ?? 0n) + qty);
    days.push(shipDate);
    held += qty;
  }
  const wanted = wantedOf(line);
  const first = line.first ?? { demand: wanted, covered: held + line.left };
  const lastDay = days.includes(null) ? null : (days.sort().at(-1) ?? null);
  const open = maxQty(0n, openOf(line) - held);
  return { wanted, ...first, supplied: line.supplied, open, parts, lastDay };
};

/** Did the line go the way that it went in the log? Then everything that is said of it was observed. */
export const isObserved = (one: Outcome, logged: Outcome): boolean =>
  one.lastDay === logged.lastDay &&
  one.open === logged.open &&
  one.supplied === logged.supplied &&
  one.covered === logged.covered &&
  one.parts.size === logged.parts.size &&
  [...one.parts].every(([node, qty]) => logged.parts.get(node) === qty);

type Sum = { value: bigint; of: bigint; rows: number; modelled: number };
export type Tally = Readonly<Record<FigureName, Sum>>;

export const newTally = (): Tally =>
  Object.fromEntries(figureNames.map((name) => [name, { value: 0n, of: 0n, rows: 0, modelled: 0 }])) as Record<
    FigureName,
    Sum
  >;

const add = (tally: Tally, name: FigureName, value: bigint, modelled: boolean, of = 0n): void => {
  const sum = tally[name];
  sum.value += value;
  sum.of += of;
  sum.rows += 1;
  if (modelled) sum.modelled += 1;
};

const one = (yes: boolean): bigint => (yes ? 1n : 0n);

/** Late is what could leave after the day that the customer wants it, or is wanted by `today` and still waits. */
const isLate = ({ open, lastDay }: Outcome, requestedDate: Day, today: Day): boolean =>
  (lastDay !== null && lastDay > requestedDate) || (open > 0n && requestedDate < today);

const addLine = (tally: Tally, outcome: Outcome, modelled: boolean, late: boolean): void => {
  const { wanted, demand, covered, supplied, open } = outcome;
  add(tally, 'lines', 1n, modelled);
  add(tally, 'unitsOrdered', wanted, modelled);
  add(tally, 'fillRateLines', one(covered >= demand), modelled, 1n);
  add(tally, 'fillRateUnits', covered, modelled, demand);
  add(tally, 'unitsReserved', covered, modelled);
  add(tally, 'unitsBackordered', maxQty(0n, demand - covered - supplied), modelled);
  add(tally, 'unitsDropShipped', supplied, modelled);
  add(tally, 'linesInFull', one(open === 0n), modelled);
  add(tally, 'linesLate', one(late), modelled);
  add(tally, 'unitsOpen', open, modelled);
};

export type Settled = { readonly order: ForkOrder; readonly outcomes: ReadonlyMap<string, Outcome> };

export const settledIn = (world: World, orderId: string): Settled | undefined => {
  const order = world.orders.get(orderId);
  if (order === undefined) return undefined;
  return { order, outcomes: new Map([...order.lines].map(([id, line]) => [id, outcomeOf(world, line)])) };
};

/** An order that wanted nothing in the end is in no figure. `logged`: the same order as the log had it. */
export const addOrder = (tally: Tally, { order, outcomes }: Settled, logged: Settled, today: Day): void => {
  const nodes = new Set<string>();
  let isModelled = false;
  let lines = 0;
  for (const [lineId, outcome] of outcomes) {
    if (outcome.wanted <= 0n) continue;
    const there = logged.outcomes.get(lineId);
    const modelled = there === undefined || !isObserved(outcome, there);
    addLine(tally, outcome, modelled, isLate(outcome, order.requestedDate, today));
    for (const node of outcome.parts.keys()) nodes.add(node);
    isModelled ||= modelled;
    lines += 1;
  }
  if (lines === 0) return;
  add(tally, 'orders', 1n, isModelled);
  add(tally, 'splitRate', one(nodes.size > 1), isModelled, 1n);
  add(tally, 'shipments', BigInt(nodes.size), isModelled);
};

const rates: ReadonlySet<FigureName> = new Set(['fillRateLines', 'fillRateUnits', 'splitRate']);

/** Two places, half up; of nothing it is all. */
const percent = (value: bigint, of: bigint): string => {
  const hundredths = of === 0n ? 10_000n : (value * 20_000n + of) / (of * 2n);
  return `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')}`;
};

export const figureOf = (tally: Tally, name: FigureName): Figure => {
  const { value, of, rows, modelled } = tally[name];
  return { value: rates.has(name) ? percent(value, of) : qtyText(value), rows, modelled };
};
