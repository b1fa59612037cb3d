import { allocation } from '../../domain/allocation/allocation.ts';
import type { SourcingDecided } from '../../domain/allocation/events.ts';
import { type AllocatedLine, type AllocationState, linesInOrder, refusedNodes } from '../../domain/allocation/state.ts';
import { boundTo } from '../../domain/allocation/together.ts';
import { atpUnder } from '../../domain/availability/lateSupply.ts';
import { ineligibility } from '../../domain/availability/shipping.ts';
import {
  type NodeStock,
  type SourcedLine,
  type SourcingInput,
  sourceOrder,
} from '../../domain/availability/sourcing.ts';
import type { NewEvent } from '../../domain/eventLog.ts';
import type { OfRecipe } from '../../domain/kit.ts';
import { itemOf, nodesOf } from '../../domain/masterData/catalog.ts';
import type { NodeDefined } from '../../domain/masterData/events.ts';
import { qty } from '../../domain/quantity.ts';
import { queuedLine } from '../../domain/stock/collections.ts';
import { valueAt } from '../../domain/stock/orderedMap.ts';
import {
  openSupplies,
  type QueuedBackorder,
  queuedAheadOf,
  type StockState,
  spareOf,
} from '../../domain/stock/state.ts';
import { inParallel } from '../inParallel.ts';
import { allocationStream, chunked, type OfOrder } from './allocationStream.ts';
import { lateSupplyFor, underLateSupply } from './lateSupply.ts';
import { type Run, StepRefused } from './stepRun.ts';
import { loadStock, stockAtOnce } from './stockScripts.ts';

/** The one sourcing policy of this product: nodes by priority. */
export const sourcingPolicyVersion = 1;

/** What can be asked about nodes and items by who is no step. */
type Catalogued = Pick<Run, 'catalog'>;

export const eligibleNodes = (run: Catalogued, bu: string): readonly NodeDefined['data'][] =>
  nodesOf(run.catalog.current(), bu).filter((node) => ineligibility(node) === null);

/** Nodes that may not supply any more, from which nothing is taken and which bind nothing. */
export const closedNodes = (run: Run, bu: string): readonly string[] =>
  nodesOf(run.catalog.current(), bu).flatMap((node) => (ineligibility(node) === null ? [] : [node.node]));

/** Nodes that refused goods of this order come last. */
const ranked = (run: Run, bu: string, state: AllocationState): readonly NodeDefined['data'][] => {
  const refused = refusedNodes(state);
  const nodes = nodesOf(run.catalog.current(), bu);
  const behind = Math.max(0, ...nodes.map(({ priority }) => priority)) + 1;
  return nodes.map((node) => (refused.has(node.node) ? { ...node, priority: node.priority + behind } : node));
};

export const nodeStock = (item: string, node: string, state: StockState): NodeStock => ({
  item,
  node,
  free: spareOf(state),
  queuedBackorders: queuedAheadOf(state),
  supplies: openSupplies(state),
});

/** The items whose stock decides about these lines. */
export const itemsOfGoods = (lines: readonly (OfRecipe & { readonly item: string })[]): ReadonlySet<string> => {
  const items = new Set<string>();
  for (const { item, components } of lines) {
    if (components === undefined) items.add(item);
    else for (const component of components) items.add(component.item);
  }
  return items;
};

/** The lead times of the items of these lines. */
export const leadTimesFor = (
  run: Catalogued,
  bu: string,
  lines: readonly (OfRecipe & { readonly item: string })[],
): SourcingInput['leadTimes'] =>
  [...itemsOfGoods(lines)].map((item) => ({
    item,
    leadTimeDays: itemOf(run.catalog.current(), bu, item)?.leadTimeDays ?? null,
  }));

export const queuedAt = (line: AllocatedLine, node: string): bigint => valueAt(line.queued, node)?.qty ?? 0n;

/** What a place in a queue keeps from others. */
const aheadQty = (entry: QueuedBackorder | undefined): bigint => (entry === undefined || entry.held ? 0n : entry.qty);

export const sourcingLine = (run: Run, bu: string, state: AllocationState, line: AllocatedLine, demand: bigint) => {
  const onlyFrom = boundTo(state, line, closedNodes(run, bu));
  const { lineId, item, components } = line;
  return {
    ...{ lineId, item, demand },
    ...(onlyFrom === undefined ? {} : { onlyFrom }),
    ...(components && { components: components.map((one) => ({ item: one.item, per: qty(one.qty) })) }),
  };
};

/**
 * What every position that could supply these items says now. What this order itself waits for there is left out: it
 * cannot be in its own way; what waits to be taken as part of a kit is in nobody's.
 */
export const stockFor = async (
  run: Run,
  bu: string,
  state: AllocationState,
  items: ReadonlySet<string>,
): Promise<readonly NodeStock[]> => {
  const own = linesInOrder(state);
  const orderId = state.started?.orderId ?? '';
  const places = [...items].flatMap((item) => eligibleNodes(run, bu).map(({ node }) => ({ bu, node, item })));
  const rows: NodeStock[] = [];
  await inParallel(places, stockAtOnce, async (place) => {
    const stock = await loadStock(run, place);
    const row = nodeStock(place.item, place.node, stock);
    const ours = own
      .filter(({ item }) => item === place.item)
      .reduce((sum, { lineId }) => sum + aheadQty(queuedLine(stock, { orderId, lineId })), 0n);
    rows.push({ ...row, queuedBackorders: row.queuedBackorders - ours });
  });
  return rows;
};

export type Decision = {
  readonly sourced: readonly SourcedLine[];
  /** As recorded; nothing when the allocation changed meanwhile and the decision was stale. */
  readonly decided: readonly NewEvent<SourcingDecided>[];
};

/** Sentences by line that come before the explanation of its decision. */
export type Notes = ReadonlyMap<string, readonly string[]>;

/** Writes down what was decided, a part of the lines in an append. */
const recordSourced = async (
  run: Run,
  of: OfOrder,
  decisionId: string,
  sourced: readonly SourcedLine[],
  notes: Notes | undefined,
): Promise<Decision['decided']> => {
  const decided: NewEvent<SourcingDecided>[] = [];
  const deciding = underLateSupply(run, of.bu).under({ sourcing: sourcingPolicyVersion });
  for (const [index, part] of chunked(sourced).entries()) {
    const lines = part.map(
      ({ item: _item, queueNode: _node, expected: _expected, policyVersion: _version, explanation, ...rest }) => ({
        ...rest,
        explanation: [...(notes?.get(rest.lineId) ?? []), ...explanation],
      }),
    );
    const command = { type: 'DecideSourcing', decisionId, policyVersion: sourcingPolicyVersion, lines } as const;
    const context = deciding.contextOf(`${decisionId}:${index}`);
    const executed = await run.executor.execute(allocation, allocationStream(of), command, context);
    if (executed.kind === 'refused') throw new StepRefused(executed.refusal, allocationStream(of));
    if (executed.kind !== 'done') continue;
    for (const event of executed.events)
      if (event.type === 'SourcingDecided') decided.push({ ...event, data: event.data });
  }
  return decided;
};

/** Decides where everything that is unsourced comes from, and records it. Undefined when nothing is unsourced. */
export const sourceUnsourced = async (
  run: Run,
  of: OfOrder,
  state: AllocationState,
  decisionId: string,
  notes?: Notes,
): Promise<Decision | undefined> => {
  const { started } = state;
  const unsourced = linesInOrder(state).filter((line) => line.unsourced > 0n);
  const lines = unsourced.map((line) => sourcingLine(run, of.bu, state, line, line.unsourced));
  if (started === null || lines.length === 0) return undefined;
  const { shipComplete, allowSplit, requestedDate } = started;
  const sourced = sourceOrder({
    at: run.clock(),
    lines,
    shipComplete,
    allowSplit,
    requestedDate,
    nodes: ranked(run, of.bu, state),
    stock: await stockFor(run, of.bu, state, itemsOfGoods(unsourced)),
    leadTimes: leadTimesFor(run, of.bu, unsourced),
    policyVersion: sourcingPolicyVersion,
    atp: atpUnder(lateSupplyFor(run, of.bu)),
  });
  return { sourced, decided: await recordSourced(run, of, decisionId, sourced, notes) };
};
