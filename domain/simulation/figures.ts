import { addDays, type Day, daysBetween } from '../calendar.ts';
import { maxQty, qtyText } from '../quantity.ts';
import { type ForkLine, type ForkOrder, openOf, wantedOf } from './demand.ts';
import { dayIn, heldBy, type World } from './world.ts';

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
  'promiseKeptRate',
  'promiseDays',
  'unitsOpen',
  'orders',
  'splitRate',
  'shipments',
] as const;
export type FigureName = (typeof figureNames)[number];

/**
 * `value`: a count; with two places per cent where the figure is a rate, and days where it is an average of days. `rows`: how many
 * lines or orders it is made of; `modelled`: of these, those that went a way which nobody went in the log.
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
  /** Part of `parts` that has not left. */
  readonly held: bigint;
  /** Null: nothing was had, or no day is known of some of it. */
  readonly lastDay: Day | null;
  readonly promised: Day | null;
  /** What left of it in the log, and when the last of that did. */
  readonly gone: bigint;
  readonly goneOn: Day | null;
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
  const { supplied, promised, departures } = line;
  const gone = departures.reduce((sum, { qty }) => sum + qty, 0n);
  const goneOn =
    departures
      .map(({ last }) => last)
      .sort()
      .at(-1) ?? null;
  return { wanted, ...first, supplied, open, parts, held, lastDay, promised, gone, goneOn };
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

type Fate = { readonly isDone: boolean; readonly leftOn: Day | null };

/**
 * Whether all of a line has left by `today`, and when. Where nobody went that way in the log it took as long from when its goods
 * could leave until they did as in the log, where they left; else no longer.
 */
const fateOf = (outcome: Outcome, logged: Outcome | undefined, today: Day): Fate => {
  const hasLeft = logged !== undefined && logged.gone >= logged.wanted;
  if (logged !== undefined && isObserved(outcome, logged)) return { isDone: hasLeft, leftOn: logged.goneOn };
  const { open, held, lastDay } = outcome;
  if (open > 0n || lastDay === null) return { isDone: false, leftOn: null };
  const isKnown = hasLeft && logged.lastDay !== null && logged.goneOn !== null;
  const leftOn = isKnown ? addDays(lastDay, daysBetween(logged.lastDay, logged.goneOn)) : lastDay;
  return { isDone: held === 0n || leftOn <= today, leftOn };
};

type Kept = { readonly isDone: boolean; readonly isKept: boolean; readonly isOverdue: boolean };

/** Held against the first promise, or the day that the customer wants it where none was made (R07). */
const keptOf = ({ isDone, leftOn }: Fate, { promised }: Outcome, requestedDate: Day, today: Day): Kept => {
  const day = promised ?? requestedDate;
  return { isDone, isKept: isDone && leftOn !== null && leftOn <= day, isOverdue: !isDone && day < today };
};

type CountedLine = { readonly outcome: Outcome; readonly kept: Kept; readonly modelled: boolean };

/** As the report has it, only of orders whose fate is known: all has left, or something should have. */
const addPromises = (tally: Tally, lines: readonly CountedLine[], acceptedOn: Day): void => {
  for (const { outcome, modelled } of lines)
    if (outcome.promised !== null)
      add(tally, 'promiseDays', BigInt(daysBetween(acceptedOn, outcome.promised)), modelled, 1n);
  if (!lines.every(({ kept }) => kept.isDone) && !lines.some(({ kept }) => kept.isOverdue)) return;
  for (const { kept, modelled } of lines) add(tally, 'promiseKeptRate', one(kept.isKept), modelled, 1n);
};

export type Settled = {
  readonly order: ForkOrder;
  /** Where the business unit is. */
  readonly acceptedOn: Day;
  readonly outcomes: ReadonlyMap<string, Outcome>;
};

export const settledIn = (world: World, orderId: string): Settled | undefined => {
  const order = world.orders.get(orderId);
  if (order === undefined) return undefined;
  const outcomes = new Map([...order.lines].map(([id, line]) => [id, outcomeOf(world, line)]));
  return { order, acceptedOn: dayIn(world, order.acceptedAt), outcomes };
};

/**
 * An order that wanted nothing in the end is in no figure. `logged`: the same order as the log had it; `today`: where the business
 * unit is, at the end of the range.
 */
export const addOrder = (tally: Tally, { order, acceptedOn, outcomes }: Settled, logged: Settled, today: Day): void => {
  const nodes = new Set<string>();
  const lines: CountedLine[] = [];
  for (const [lineId, outcome] of outcomes) {
    if (outcome.wanted <= 0n) continue;
    const there = logged.outcomes.get(lineId);
    const modelled = there === undefined || !isObserved(outcome, there);
    addLine(tally, outcome, modelled, isLate(outcome, order.requestedDate, today));
    for (const node of outcome.parts.keys()) nodes.add(node);
    lines.push({ outcome, kept: keptOf(fateOf(outcome, there, today), outcome, order.requestedDate, today), modelled });
  }
  if (lines.length === 0) return;
  const isModelled = lines.some(({ modelled }) => modelled);
  addPromises(tally, lines, acceptedOn);
  add(tally, 'orders', 1n, isModelled);
  add(tally, 'splitRate', one(nodes.size > 1), isModelled, 1n);
  add(tally, 'shipments', BigInt(nodes.size), isModelled);
};

const rates: ReadonlySet<FigureName> = new Set(['fillRateLines', 'fillRateUnits', 'promiseKeptRate', 'splitRate']);

const twoPlaces = (hundredths: bigint): string => `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')}`;

/** Half up; of nothing it is all. */
const percent = (value: bigint, of: bigint): string =>
  twoPlaces(of === 0n ? 10_000n : (value * 20_000n + of) / (of * 2n));

/** Half up; of nothing it is none. */
const average = (value: bigint, of: bigint): string => twoPlaces(of === 0n ? 0n : (value * 200n + of) / (of * 2n));

export const figureOf = (tally: Tally, name: FigureName): Figure => {
  const { value, of, rows, modelled } = tally[name];
  const text = name === 'promiseDays' ? average : rates.has(name) ? percent : qtyText;
  return { value: text(value, of), rows, modelled };
};
