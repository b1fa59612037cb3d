import type { Clock, OldRequests } from '../ports.ts';

export type OldRequestPorts = {
  readonly requests: OldRequests;
  readonly clock: Clock;
  /** Entries of the trail of requests are kept for so many days. */
  readonly keepDays: number;
  /** They are in no log, so somebody is told what is there no more. */
  readonly onRemoved: (removed: { readonly count: number; readonly before: string }) => void;
};

const entriesAtOnce = 5_000;
/** Of one look; the next one goes on. */
const batchesMax = 200;
const dayMs = 86_400_000;

/** Removes entries of the trail of requests that were kept long enough, the oldest first. Throws `LogUnavailable`. */
export const removeOldRequests = async ({ requests, clock, keepDays, onRemoved }: OldRequestPorts): Promise<void> => {
  const before = new Date(Date.parse(clock()) - keepDays * dayMs).toISOString();
  let count = 0;
  for (let batch = 0; batch < batchesMax; batch += 1) {
    const removed = await requests.removeBefore(before, entriesAtOnce);
    count += removed;
    if (removed < entriesAtOnce) break;
  }
  if (count > 0) onRemoved({ count, before });
};
