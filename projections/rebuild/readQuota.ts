import { setTimeout as delay } from 'node:timers/promises';
import type { EventFeed } from '../../domain/eventLog.ts';

type Feed = Pick<EventFeed, 'readAfter' | 'readAfterWithout'>;

export type ReadQuotaOptions = {
  /** Of all readers through this quota together; 0: as fast as the log gives them. */
  readonly eventsPerSecond: number;
  /** Milliseconds of a clock that never runs backwards. */
  readonly now?: () => number;
  readonly sleep?: (ms: number) => Promise<unknown>;
};

/**
 * The log for whoever reads much of it and is not waited for: after a page its readers rest until what they read fits the
 * quota. A page is given whole, so that the rest comes behind it and an event is never late for its neighbours.
 */
export const withReadQuota = <F extends Feed>(feed: F, options: ReadQuotaOptions): F => {
  const { eventsPerSecond, now = () => performance.now(), sleep = delay } = options;
  if (eventsPerSecond === 0) return feed;
  let paidUntilMs = Number.NEGATIVE_INFINITY;

  /** Readers that come together stand in line: each waits for what all before it have read. */
  const paced = async (read: () => ReturnType<Feed['readAfter']>): ReturnType<Feed['readAfter']> => {
    const waitMs = paidUntilMs - now();
    if (waitMs > 0) await sleep(waitMs);
    const page = await read();
    paidUntilMs = Math.max(paidUntilMs, now()) + (page.events.length * 1_000) / eventsPerSecond;
    return page;
  };
  const { readAfter, readAfterWithout } = feed;
  return {
    ...feed,
    readAfter: (position, limit, filter) => paced(() => readAfter(position, limit, filter)),
    ...(readAfterWithout !== undefined && {
      readAfterWithout: (position: Parameters<typeof readAfterWithout>[0], limit: number, types: readonly string[]) =>
        paced(() => readAfterWithout(position, limit, types)),
    }),
  };
};
