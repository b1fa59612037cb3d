import { qtyText } from '../quantity.ts';
import {
  addOrder,
  type Figure,
  type FigureName,
  figureNames,
  figureOf,
  isObserved,
  newTally,
  type Settled,
  settledIn,
} from './figures.ts';
import { dayIn, type World } from './world.ts';

export type Compared = {
  readonly figure: FigureName;
  /** As the log had it. */
  readonly logged: Figure;
  /** Decided again under the policies of the log. */
  readonly baseline: Figure;
  /** Decided with the other policy. */
  readonly fork: Figure;
};

/** A line that another policy would have served in another way; parts by node. */
export type DifferingLine = {
  readonly orderId: string;
  readonly lineId: string;
  readonly item: string;
  readonly baseline: readonly { readonly node: string; readonly qty: string }[];
  readonly fork: readonly { readonly node: string; readonly qty: string }[];
  readonly baselineOpen: string;
  readonly forkOpen: string;
};

export type SimulationResult = {
  /** Of the last event in the range; null: there was none. */
  readonly throughPosition: string | null;
  readonly events: number;
  readonly figures: readonly Compared[];
  readonly linesDiffering: number;
  readonly samples: readonly DifferingLine[];
};

/** The same stretch decided again, and decided with another policy. */
export type Forked = { readonly baseline: World; readonly fork: World };

const samplesMax = 50;

const partsOf = (parts: ReadonlyMap<string, bigint>): DifferingLine['fork'] =>
  [...parts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([node, amount]) => ({ node, qty: qtyText(amount) }));

/** What the log and the two other worlds came to, order by order; `logged`: the world as the log has it. */
export const createComparison = (logged: World) => {
  const tallies = { logged: newTally(), baseline: newTally(), fork: newTally() };
  const samples: DifferingLine[] = [];
  let linesDiffering = 0;

  const sample = (baseline: Settled, fork: Settled): void => {
    for (const [lineId, line] of fork.order.lines) {
      const [before, after] = [baseline.outcomes.get(lineId), fork.outcomes.get(lineId)];
      if (before === undefined || after === undefined || isObserved(after, before)) continue;
      linesDiffering += 1;
      if (samples.length === samplesMax) continue;
      const parts = { baseline: partsOf(before.parts), fork: partsOf(after.parts) };
      const open = { baselineOpen: qtyText(before.open), forkOpen: qtyText(after.open) };
      samples.push({ orderId: fork.order.orderId, lineId, item: line.item, ...parts, ...open });
    }
  };

  return {
    /** Adds up an order, as it is in each of them now. */
    count: (worlds: Forked, orderId: string): void => {
      const today = dayIn(logged, logged.at);
      const [was, baseline, fork] = [logged, worlds.baseline, worlds.fork].map((world) => settledIn(world, orderId));
      if (was === undefined || baseline === undefined || fork === undefined || !was.order.counted) return;
      addOrder(tallies.logged, was, was, today);
      addOrder(tallies.baseline, baseline, was, today);
      addOrder(tallies.fork, fork, was, today);
      sample(baseline, fork);
    },
    result: (): Pick<SimulationResult, 'figures' | 'linesDiffering' | 'samples'> => {
      const figures = figureNames.map((figure) => ({
        figure,
        logged: figureOf(tallies.logged, figure),
        baseline: figureOf(tallies.baseline, figure),
        fork: figureOf(tallies.fork, figure),
      }));
      return { figures, linesDiffering, samples };
    },
  };
};
