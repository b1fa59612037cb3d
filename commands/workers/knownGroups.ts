import { businessUnits, type Catalog } from '../../domain/masterData/catalog.ts';
import type { NodeDefined } from '../../domain/masterData/events.ts';
import type { Paused } from '../../domain/pause/events.ts';
import { valuesOf } from '../../domain/stock/orderedMap.ts';
import type { CatalogFollower } from './catalogFollower.ts';
import { missingIn } from './upToDate.ts';

type Ports = {
  readonly catalog: Pick<CatalogFollower, 'current' | 'ready'>;
  /** Names of the process managers. */
  readonly managers: readonly string[];
};

/** A group that does not exist: what it would be, and the keys that there are of its kind, in order. */
export type MissingGroup = { readonly what: string; readonly known: readonly string[] };

export type GroupCalls = {
  /**
   * Undefined for a group that exists, and for what nobody can know beforehand: a channel is whatever orders say, and a
   * lane comes with its first step. `visible`: the business units of which something may be told; absent: all. Throws
   * `LogUnavailable`.
   */
  readonly missingGroup: (group: Paused, visible: readonly string[] | undefined) => Promise<MissingGroup | undefined>;
};

const whats: Readonly<Partial<Record<Paused['group'], string>>> = {
  bu: 'business unit',
  node: 'node',
  process: 'process manager of a business unit',
};

type Of = { readonly bu: string; readonly key: string };

const keysIn = (catalog: Catalog, group: Paused['group'], managers: Ports['managers']): readonly Of[] => {
  const units = businessUnits(catalog).map(({ bu }) => bu);
  if (group === 'bu') return units.map((bu) => ({ bu, key: bu }));
  if (group === 'process') return units.flatMap((bu) => managers.map((manager) => ({ bu, key: `${manager}.${bu}` })));
  const nodes: Iterable<NodeDefined['data']> = valuesOf(catalog.nodes);
  return [...nodes].map(({ bu, node }) => ({ bu, key: node }));
};

export const groupCalls = ({ catalog, managers }: Ports): GroupCalls => ({
  missingGroup: async ({ group, key }, visible) => {
    const what = whats[group];
    if (what === undefined) return undefined;
    const look = (current: Catalog): readonly MissingGroup[] => {
      const all = keysIn(current, group, managers);
      if (all.some((one) => one.key === key)) return [];
      const told = all.filter(({ bu }) => visible?.includes(bu) ?? true);
      return [{ what, known: [...new Set(told.map((one) => one.key))].sort() }];
    };
    return (await missingIn(catalog, look))[0];
  },
});
