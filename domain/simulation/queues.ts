import { queueKey } from '../stock/keys.ts';
import { type QueuedBackorder, queuedBackorders } from '../stock/state.ts';
import { stockAt, type World } from './world.ts';

/** `at`: the node where it waits. */
export type Waiting = QueuedBackorder & { readonly at: string };

/** Who waits for the item anywhere, longest first. */
export const waitingFor = (world: World, item: string): readonly Waiting[] =>
  world.nodes
    .flatMap(({ node: at }) => queuedBackorders(stockAt(world, { node: at, item })).map((entry) => ({ ...entry, at })))
    .map((entry) => ({ entry, key: queueKey(entry) }))
    .sort((a, b) => (a.key === b.key ? 0 : a.key < b.key ? -1 : 1))
    .map(({ entry }) => entry);
