import { businessUnits } from '../../domain/masterData/catalog.ts';
import type { BusinessUnitDefined } from '../../domain/masterData/events.ts';
import { type KeepGoing, keepGoing, waitOf } from '../keepGoing.ts';
import type { CatalogFollower } from '../workers/catalogFollower.ts';

type UnitInboxesPorts = Pick<KeepGoing, 'onError'> & {
  readonly catalog: Pick<CatalogFollower, 'current'>;
  /** How often each asks while all is well; after failures it asks no less often. */
  readonly pollMs: number;
};

const lookEveryMs = 1_000;

/** One inbox for each business unit that `inboxOf` has one for, from when it is there: none of them waits for another. */
export const runUnitInboxes = async (
  { catalog, pollMs, onError }: UnitInboxesPorts,
  inboxOf: (unit: BusinessUnitDefined['data']) => Pick<KeepGoing, 'step'> | undefined,
  signal: AbortSignal,
): Promise<void> => {
  const changed = waitOf(lookEveryMs);
  const pauseMsMax = Math.max(pollMs, lookEveryMs);
  const running = new Map<string, Promise<void>>();
  while (!signal.aborted) {
    for (const unit of businessUnits(catalog.current())) {
      const inbox = running.has(unit.bu) ? undefined : inboxOf(unit);
      if (inbox === undefined) continue;
      running.set(unit.bu, keepGoing({ step: inbox.step, changed, onError, pauseMsMax }, signal));
    }
    await changed(signal);
  }
  await Promise.all(running.values());
};
