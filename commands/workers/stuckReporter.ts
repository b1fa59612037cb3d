import { isDeepStrictEqual } from 'node:util';
import type { StuckBoard, StuckItem } from '../ports.ts';

const sayEveryMs = 500;
/** Repairs what a crash, or another instance that had the work for a while, left on the board or took from it. */
const sayAllEveryMs = 60_000;

/**
 * Keeps the board in step with what one worker cannot get past. The worker tells how things stand (`set`) and comes by
 * often (`say`); only differences are written, at most twice a second, and a write that failed is made up for by the
 * next. A board that is away never holds up the work.
 */
export const createStuckReporter = (
  consumer: string,
  board: StuckBoard | undefined,
  onError: (error: unknown, failures: number) => void,
  clockMs: () => number = () => performance.now(),
) => {
  const stuck = new Map<string, readonly StuckItem[]>();
  const changed = new Set<string>();
  let saidAtMs = Number.NEGATIVE_INFINITY;
  /** When every lane that is held up was said last, and when that was all there is to say. */
  let saidHeldAtMs = Number.NEGATIVE_INFINITY;
  let saidAllAtMs = Number.NEGATIVE_INFINITY;

  /** What holds up the lane now; nothing: it is free. */
  const set = (laneKey: string, items: readonly StuckItem[]): void => {
    if (items.length > 0 && isDeepStrictEqual(items, stuck.get(laneKey))) return;
    if (items.length > 0) stuck.set(laneKey, items);
    else if (!stuck.delete(laneKey)) return;
    changed.add(laneKey);
  };

  /** The board may show the lane since before; told nothing else, it is free. */
  const expect = (laneKey: string): void => {
    if (!stuck.has(laneKey)) stuck.set(laneKey, []);
  };

  /** What the board says of the lane stays as it is. */
  const leave = (laneKey: string): void => void stuck.delete(laneKey);

  /** The board knows how the lane stands. */
  const isSaid = (laneKey: string): boolean => board === undefined || !changed.has(laneKey);

  /** The worker starts over from its checkpoint and will meet again whatever is still stuck. */
  const forget = (): void => {
    stuck.clear();
    changed.clear();
    saidAllAtMs = Number.NEGATIVE_INFINITY;
  };

  const post = async (lanes: readonly string[], nowMs: number, isAll: boolean, isHeld: boolean): Promise<void> => {
    changed.clear();
    saidAtMs = nowMs;
    try {
      const items = lanes.flatMap((laneKey) => stuck.get(laneKey) ?? []);
      await board?.post(consumer, isAll ? 'all' : lanes, items);
      if (isHeld) saidHeldAtMs = nowMs;
      if (isAll) saidAllAtMs = nowMs;
    } catch (error) {
      for (const laneKey of lanes) changed.add(laneKey);
      onError(error, 1);
    }
  };

  /** `isComplete`: the worker has seen everything since it started over, so a lane that it did not name is free. */
  const say = async (isComplete: boolean): Promise<void> => {
    const nowMs = clockMs();
    if (board === undefined || nowMs - saidAtMs < sayEveryMs) return;
    const isAll = isComplete && nowMs - saidAllAtMs >= sayAllEveryMs;
    const isHeld = isAll || nowMs - saidHeldAtMs >= sayAllEveryMs;
    const lanes = isHeld ? [...new Set([...stuck.keys(), ...changed])] : [...changed];
    if (isAll || lanes.length > 0) await post(lanes, nowMs, isAll, isHeld);
  };

  return { set, expect, leave, isSaid, forget, say };
};
