import type { OutboxItem, Paused } from '../ports.ts';

type Grouped = Pick<OutboxItem, 'bu' | 'channel' | 'node'>;

/** Partners have lines of their own (`partnerLines.ts`): a partner can hang, a business unit cannot. */
const groupsOf = ({ bu, channel, node }: Grouped): readonly Paused[] => [
  { group: 'bu', key: bu },
  ...(channel == null ? [] : [{ group: 'channel', key: channel } as const]),
  ...(node == null ? [] : [{ group: 'node', key: node } as const]),
];

/** Counts which business units, channels and nodes the workers of this process are at; each has a share of `perGroupMax`. */
export const createWorkerBudgets = (perGroupMax: number) => {
  const running = new Map<string, { readonly of: Paused; count: number }>();

  const add = (of: Paused, more: number): void => {
    const id = `${of.group}:${of.key}`;
    const known = running.get(id) ?? { of, count: 0 };
    known.count += more;
    if (known.count > 0) running.set(id, known);
    else running.delete(id);
  };

  return {
    /** `work` occupies a worker of the item's groups until it ends. */
    occupy: async (item: Grouped, work: () => Promise<void>): Promise<void> => {
      for (const of of groupsOf(item)) add(of, 1);
      try {
        await work();
      } finally {
        for (const of of groupsOf(item)) add(of, -1);
      }
    },
    /** Groups that have their share. */
    full: (): readonly Paused[] => [...running.values()].flatMap(({ of, count }) => (count >= perGroupMax ? [of] : [])),
    /** So many steps may be taken without a look at whose they are: none of the other groups gets more than its share. */
    room: (): number => {
      const most = [...running.values()].reduce(
        (max, { count }) => (count < perGroupMax ? Math.max(max, count) : max),
        0,
      );
      return perGroupMax - most;
    },
  };
};

export type WorkerBudgets = ReturnType<typeof createWorkerBudgets>;
