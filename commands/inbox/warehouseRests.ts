import type { Pending } from './warehousePending.ts';

/** Lanes that keep more than is here, and what came for them since: it comes behind all that. */
export const createRests = () => {
  const rests = new Map<string, { readonly kept: number; readonly behind: Pending[] }>();
  const behindIn = (lane: string): readonly Pending[] => rests.get(lane)?.behind ?? [];
  return {
    behindIn,
    has: (lane: string): boolean => rests.has(lane),
    names: (): readonly string[] => [...rests.keys()],
    /** Something is kept of a lane that is not here. */
    open: (lane: string): void => void rests.set(lane, { kept: 1, behind: [] }),
    /** False: nothing more is kept of its lane, so it is next there. */
    putBehind: (lane: string, entry: Pending): boolean => {
      const rest = rests.get(lane);
      rest?.behind.push(entry);
      return rest !== undefined;
    },
    /** So much more is kept of the lane than is here. When that is nothing, what came since, which is next. */
    settle: (lane: string, kept: number): readonly Pending[] => {
      const behind = rests.get(lane)?.behind ?? [];
      rests.delete(lane);
      if (kept <= 0) return behind;
      rests.set(lane, { kept, behind });
      return [];
    },
    /** What came for them is kept too, and needs not be here. */
    keptBehind: (): void => {
      for (const [lane, { kept, behind }] of rests) rests.set(lane, { kept: kept + behind.length, behind: [] });
    },
    moreOf: (lane: string): number => (rests.get(lane)?.kept ?? 0) + behindIn(lane).length,
    countBehind: (): number => [...rests.values()].reduce((sum, { behind }) => sum + behind.length, 0),
    leave: (lane: string): void => void rests.delete(lane),
    clear: (): void => rests.clear(),
  };
};
