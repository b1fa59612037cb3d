import { wholeOf } from '../kit.ts';
import type { NodeDefined } from '../masterData/events.ts';
import { maxQty, minQty } from '../quantity.ts';
import { byPriority, ineligibility } from './shipping.ts';
import type { NodeStock, SourcingInput, SourcingLine } from './sourcing.ts';

/** What is still to be had by item and node while one order is decided. Each step returns a new one. */
export type Desk = {
  /** Eligible nodes in the order in which they are asked. */
  readonly nodes: readonly NodeDefined['data'][];
  readonly usable: ReadonlyMap<string, ReadonlyMap<string, bigint>>;
  readonly stock: ReadonlyMap<string, readonly NodeStock[]>;
};

export type Taken = { readonly node: NodeDefined['data']; readonly qty: bigint };

export type Choice = {
  readonly line: SourcingLine;
  readonly demand: bigint;
  readonly picks: readonly Taken[];
  readonly shortage: bigint;
  readonly queueNode: NodeDefined['data'] | null;
  /** By node, when this line was decided. */
  readonly usable: ReadonlyMap<string, bigint>;
  /** Why an eligible node with stock gave nothing. */
  readonly rejected: 'NOT_NEEDED' | 'NOT_FULL_QUANTITY' | 'OTHER_NODE_HAS_MORE';
};

const nothing: ReadonlyMap<string, bigint> = new Map();

/**
 * Free stock of one item less what the queue waits for: first each node's own queue, then what queues elsewhere could
 * not be given, taken from the nodes in their order, because older orders are moved to the first node that has stock.
 */
const usableOf = (nodes: readonly NodeDefined['data'][], rows: readonly NodeStock[]): ReadonlyMap<string, bigint> => {
  const byNode = new Map(rows.map((row) => [row.node, row]));
  let waitingElsewhere = rows.reduce((sum, row) => sum + maxQty(0n, row.queuedBackorders - maxQty(0n, row.free)), 0n);
  const usable = new Map<string, bigint>();
  for (const { node } of nodes) {
    const row = byNode.get(node);
    const own = row === undefined ? 0n : maxQty(0n, row.free - row.queuedBackorders);
    const setAside = minQty(own, waitingElsewhere);
    waitingElsewhere -= setAside;
    usable.set(node, own - setAside);
  }
  return usable;
};

export const openDesk = (
  input: Pick<SourcingInput, 'nodes' | 'stock'> & {
    readonly lines: readonly Pick<SourcingLine, 'item' | 'components'>[];
  },
): Desk => {
  const nodes = input.nodes.filter((node) => ineligibility(node) === null).sort(byPriority);
  const stock = new Map<string, NodeStock[]>();
  for (const row of input.stock) {
    const rows = stock.get(row.item);
    if (rows === undefined) stock.set(row.item, [row]);
    else rows.push(row);
  }
  const items = new Set<string>();
  for (const { item, components } of input.lines) {
    if (components === undefined) items.add(item);
    else for (const component of components) items.add(component.item);
  }
  const usable = new Map([...items].map((item) => [item, usableOf(nodes, stock.get(item) ?? [])]));
  return { nodes, usable, stock };
};

/** By node. Of a kit: how many can be made of what the node has of all components. */
export const usableFor = (
  { usable }: Desk,
  { item, components }: Pick<SourcingLine, 'item' | 'components'>,
): ReadonlyMap<string, bigint> => {
  if (components === undefined) return usable.get(item) ?? nothing;
  const nodes = [...(usable.get(components[0]?.item ?? '') ?? nothing).keys()];
  const thereOf = (component: string, node: string): bigint => usable.get(component)?.get(node) ?? 0n;
  const kits = (node: string): bigint =>
    wholeOf(components.map((one) => ({ per: one.per, there: maxQty(0n, thereOf(one.item, node)) })));
  return new Map(nodes.map((node) => [node, kits(node)]));
};

/** The desk after one line has taken what it was given. */
export const withoutTaken = (
  desk: Desk,
  { item, components = [{ item, per: 1n }] }: Pick<SourcingLine, 'item' | 'components'>,
  taken: readonly Taken[],
): Desk => {
  if (taken.length === 0) return desk;
  const usable = new Map(desk.usable);
  for (const component of components) {
    const left = new Map(usable.get(component.item) ?? nothing);
    for (const { node, qty } of taken) left.set(node.node, (left.get(node.node) ?? 0n) - qty * component.per);
    usable.set(component.item, left);
  }
  return { ...desk, usable };
};
