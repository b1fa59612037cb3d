import type { Position } from '../../domain/eventLog.ts';

type Place = Position | 'start';

/** How far this process knows the log: everything up to `through` passed by on its tail or was written by itself. */
export type Horizon = {
  readonly isPast: (position: string) => boolean;
  /** Waits a bounded time for `position`; its own appends are known with their answers, others' with the next page of the tail. */
  readonly reach: (position: string, waitMsMax: number) => Promise<void>;
  /** The tail has shown everything up to here. */
  readonly passed: (through: Place) => void;
  /** This process wrote what lies after `before` and up to `position`. */
  readonly wrote: (before: Place, position: Position) => void;
};

const isAfter = (a: Place, b: Place): boolean => a !== 'start' && (b === 'start' || a > b);
/** Appends whose forerunners are not known yet; beyond this the tail has to tell. */
const stepsMax = 1_000;

export const createHorizon = (): Horizon => {
  let through: Place | undefined;
  /** Appends of this process beyond `through`, by the place that they follow. */
  const steps = new Map<Place, Position>();
  const waiting = new Set<() => void>();

  const move = (to: Place): void => {
    if (through !== undefined && !isAfter(to, through)) return;
    through = to;
    for (let next = steps.get(to); next !== undefined; next = steps.get(next)) {
      steps.delete(through);
      through = next;
    }
    for (const look of [...waiting]) look();
  };

  const passed: Horizon['passed'] = (to) => {
    let furthest = to;
    for (const [before, position] of steps) {
      if (!isAfter(to, before)) continue;
      steps.delete(before);
      // The page ended within an append of this process.
      if (isAfter(position, furthest)) furthest = position;
    }
    move(furthest);
  };

  const wrote: Horizon['wrote'] = (before, position) => {
    if (before === through) move(position);
    else if (through !== undefined && isAfter(before, through) && steps.size < stepsMax) steps.set(before, position);
  };

  const isPast = (position: string): boolean =>
    position === '' || (through !== undefined && through !== 'start' && through >= position);

  const reach: Horizon['reach'] = (position, waitMsMax) =>
    new Promise((resolve) => {
      if (isPast(position)) return resolve();
      const end = (): void => {
        clearTimeout(timer);
        waiting.delete(look);
        resolve();
      };
      const look = (): void => {
        if (isPast(position)) end();
      };
      const timer = setTimeout(end, waitMsMax);
      waiting.add(look);
    });

  return { isPast, reach, passed, wrote };
};
