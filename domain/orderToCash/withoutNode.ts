import { ineligibility, isIneligible } from '../availability/shipping.ts';
import type { RecordedOf } from '../events.ts';
import { type OrderedMap, sizeOf, valueAt, valuesOf, withEntry, withoutEntry } from '../stock/orderedMap.ts';
import { defineProcess, type Issue, type Reaction, type Remembering } from './process.ts';

type WithoutNodeState = Remembering & {
  /** Nodes that can supply. */
  readonly suppliers: OrderedMap<string>;
  /** Orders of which something is unsourced because there was no such node; an order's id tells how old it is. */
  readonly waiting: OrderedMap<string>;
  /** The last decision that was made while its maker did not know of a node yet. */
  readonly decisionId: string | null;
};

/** Storage format: only what changed. `handed`: so many of the oldest orders do not wait any more. */
type WithoutNodeMemory = {
  readonly node?: { readonly node: string; readonly supplies: boolean };
  readonly waits?: string;
  readonly handed?: number;
  readonly decisionId?: string;
};

type Answer = Reaction<WithoutNodeMemory> | undefined;

const ordersPerStep = 400;

/** More orders than this do not get their turn at once, so that an append stays small; the next definition of a node goes on. */
const ordersPerFactMax = 10_000;

const oldest = (state: WithoutNodeState): readonly string[] => {
  const orders: string[] = [];
  for (const orderId of valuesOf(state.waiting)) {
    if (orders.length === ordersPerFactMax) break;
    orders.push(orderId);
  }
  return orders;
};

const sourceAgain = (bu: string, orders: readonly string[]): readonly Issue[] => {
  const intents: Issue[] = [];
  for (let start = 0; start < orders.length; start += ordersPerStep) {
    const payload = { bu, orders: orders.slice(start, start + ordersPerStep) };
    intents.push({ step: 'sourceAgain', lane: `sourcing:${bu}`, part: String(start), payload });
  }
  return intents;
};

const onDefined = (state: WithoutNodeState, { data }: RecordedOf<'NodeDefined'>): Answer => {
  const { bu, node } = data;
  const supplies = ineligibility(data) === null;
  const isNews = supplies !== (valueAt(state.suppliers, node) !== undefined);
  const orders = supplies ? oldest(state) : [];
  if (!isNews && orders.length === 0) return undefined;
  return { intents: sourceAgain(bu, orders), memory: { node: { node, supplies }, handed: orders.length } };
};

/** Whoever decided this may not have known yet of a node that had opened; then nobody else would tell the order. */
const onDecided = (state: WithoutNodeState, { data }: RecordedOf<'SourcingDecided'>): Answer => {
  const { bu, orderId, decisionId } = data;
  if (sizeOf(state.suppliers) > 0) {
    if (state.decisionId === decisionId) return undefined;
    return { intents: sourceAgain(bu, [orderId]), memory: { decisionId } };
  }
  return valueAt(state.waiting, orderId) === undefined ? { intents: [], memory: { waits: orderId } } : undefined;
};

const remember = (state: WithoutNodeState, memory: WithoutNodeMemory): WithoutNodeState => {
  const { node, waits, handed = 0, decisionId = state.decisionId } = memory;
  let { suppliers, waiting } = state;
  for (const orderId of oldest(state).slice(0, handed)) waiting = withoutEntry(waiting, orderId);
  if (node?.supplies === true) suppliers = withEntry(suppliers, node.node, node.node);
  if (node?.supplies === false) suppliers = withoutEntry(suppliers, node.node);
  if (waits !== undefined) waiting = withEntry(waiting, waits, waits);
  return { ...state, suppliers, waiting, decisionId };
};

/**
 * While no node can supply, a line waits in no queue and no fact of stock tells of a chance: it stays unsourced. This
 * process knows such orders and has them sourced again when a node opens, is new or changes. One instance per business unit.
 */
export const withoutNode = defineProcess({
  name: 'withoutNode',
  categories: ['allocation', 'node'],
  eventTypes: ['SourcingDecided', 'NodeDefined'],
  initial: { lastCausePosition: '', suppliers: null, waiting: null, decisionId: null } as WithoutNodeState,
  keyOf: (event) => {
    if (event.type === 'NodeDefined') return event.data.bu;
    const { shortage, candidates, bu } = event.data;
    return shortage !== '0' && candidates.every(({ rejectedBy }) => isIneligible(rejectedBy)) ? bu : undefined;
  },
  react: (state, event) => (event.type === 'NodeDefined' ? onDefined(state, event) : onDecided(state, event)),
  remember,
});
