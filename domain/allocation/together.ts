import { valueAt, valuesOf } from '../stock/orderedMap.ts';
import { type AllocatedLine, type AllocationState, linesInOrder, openReservations, releasesOf } from './state.ts';

// What has to stay together: the quantity of a line that may not be split, and the lines of an order that ships complete.

/**
 * Nodes where part of a line is reserved, released to the warehouse, or has been shipped from. One that is `closed`, so
 * that the rest cannot come from there, holds nothing together.
 */
export const nodesHolding = (
  state: AllocationState,
  line: AllocatedLine,
  closed: readonly string[] = [],
): ReadonlySet<string> =>
  new Set(
    [
      ...[...valuesOf(line.shippedFrom)].map(({ node }) => node),
      ...releasesOf(state, line.lineId).map(({ node }) => node),
      ...openReservations(state, line).map(({ node }) => node),
    ].filter((node) => !closed.includes(node)),
  );

/** The node from which the rest of a line has to leave: it may not be split and that node holds part of it. */
export const boundTo = (
  state: AllocationState,
  line: AllocatedLine,
  closed?: readonly string[],
): string | undefined => {
  if (state.started?.allowSplit !== false) return undefined;
  const [first] = nodesHolding(state, line, closed);
  return first;
};

/** Would goods of this line at `node` split it although it may not be? */
export const wouldSplit = (
  state: AllocationState,
  line: AllocatedLine,
  node: string,
  closed?: readonly string[],
): boolean => {
  if (state.started?.allowSplit !== false) return false;
  const holding = nodesHolding(state, line, closed);
  return holding.size > 0 && !holding.has(node);
};

/**
 * Several lines that leave together or not at all: no position may set goods aside for one of them alone. An order of one
 * line has nothing to wait for but its own quantity, which its position can judge by itself.
 */
export const isTakenTogether = ({ started }: AllocationState): boolean =>
  started?.shipComplete === true && started.lines.length > 1;

/** Is there anything in this order for which a part of what it waits for is of no use at another node? */
export const movesOnlyWhole = ({ started }: AllocationState): boolean =>
  started !== null && (started.shipComplete || !started.allowSplit);

/**
 * Waiting lines that must leave their queues before what is unsourced is decided: the rest of the same line when it may
 * not be split, every line when the order is taken together.
 */
export const toGather = (state: AllocationState): readonly AllocatedLine[] => {
  const lines = linesInOrder(state);
  const waiting = lines.filter((line) => line.backordered > 0n);
  if (isTakenTogether(state)) return lines.some((line) => line.unsourced > 0n) ? waiting : [];
  return state.started?.allowSplit === false ? waiting.filter((line) => line.unsourced > 0n) : [];
};

export const shippedFromNode = (line: AllocatedLine, node: string): bigint =>
  valueAt(line.shippedFrom, node)?.qty ?? 0n;
