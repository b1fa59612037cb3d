import { setTimeout as delay } from 'node:timers/promises';
import type { EventStoreDBClient } from '@eventstore/db-client';
import { categoryOf, type Position, type Recorded } from '../../domain/eventLog.ts';
import { follow } from './following.ts';
import type { RecentIds } from './recentIds.ts';
import { logPosition, ourStreams } from './records.ts';

export type Page = { readonly events: readonly Recorded[]; readonly through: Position | 'start' };

/** What readers at the end of the log share: enough for one that is some seconds behind. */
const windowEventsMax = 5_000;
/** Positions are bytes of the server's log, so they also say how much of it is kept here. */
const windowBytesMax = 32n * 1024n * 1024n;
const retryMsFirst = 50;
const retryMsMax = 1_000;

type Sleeper = { readonly target: Position; readonly awaken: () => void };

/** The first index whose event lies after `position`. */
const indexAfter = (events: readonly Recorded[], position: Position | 'start'): number => {
  if (position === 'start') return 0;
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((events[middle]?.position ?? '') <= position) low = middle + 1;
    else high = middle;
  }
  return low;
};

export type TailOptions = {
  readonly client: EventStoreDBClient;
  readonly findHead: () => Promise<Position | 'start'>;
  readonly ids: RecentIds;
  readonly onNews: () => void;
};

/**
 * One subscription to everything that is ours, and the last of it in memory: all readers that have caught up read from
 * here, each with its own filter. It never waits for a reader; who falls behind the window catches up by a subscription
 * of its own.
 */
export const createTail = ({ client, findHead, ids, onNews }: TailOptions) => {
  let window: Recorded[] = [];
  let from: Position | 'start' | undefined;
  let through: Position | 'start' = 'start';
  let running: Promise<void> | undefined;
  let attempt = new AbortController();
  const closing = new AbortController();
  const sleepers = new Set<Sleeper>();

  const trim = (): void => {
    const [first, last] = [window[0], window.at(-1)];
    if (first === undefined || last === undefined) return;
    const bytes = logPosition(last.position).commit - logPosition(first.position).commit;
    if (window.length < windowEventsMax * 1.2 && bytes < windowBytesMax) return;
    const keep = Math.min(windowEventsMax, Math.ceil(window.length * 0.8));
    const dropped = window.length - keep;
    from = window[dropped - 1]?.position ?? from;
    window = window.slice(dropped);
  };

  const take = (recorded: Recorded): void => {
    if (through !== 'start' && recorded.position <= through) return;
    window.push(recorded);
    through = recorded.position;
    ids.add(recorded.eventId, recorded);
    if (window.length % 64 === 0) trim();
    for (const sleeper of sleepers) if (sleeper.target <= recorded.position) sleeper.awaken();
    onNews();
  };

  const followOnce = async (signal: AbortSignal): Promise<void> => {
    if (from === undefined) {
      through = await findHead();
      from = through;
    }
    for await (const item of follow(client, through, { regex: ourStreams }, { signal })) {
      retryMs = retryMsFirst;
      if (item.kind === 'event') take(item.recorded);
      // What came while nobody listened has arrived.
      else if (item.kind === 'caught-up') onNews();
    }
  };

  let retryMs = retryMsFirst;
  const run = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      attempt = new AbortController();
      // A drop is no news to anybody: readers notice it by what does not come, and ask the log themselves.
      await followOnce(AbortSignal.any([attempt.signal, closing.signal])).catch(() => {});
      await delay(retryMs, undefined, { signal: closing.signal }).catch(() => {});
      retryMs = Math.min(retryMs * 2, retryMsMax);
    }
  };

  return {
    start: (): void => {
      running ??= run();
    },
    covers: (position: Position | 'start'): boolean =>
      from !== undefined && (from === 'start' || (position !== 'start' && position >= from)),

    page: (position: Position | 'start', limit: number, categories: ReadonlySet<string> | undefined): Page => {
      const events: Recorded[] = [];
      for (let n = indexAfter(window, position); n < window.length && events.length < limit; n += 1) {
        const event = window[n];
        if (event !== undefined && (categories === undefined || categories.has(categoryOf(event.stream))))
          events.push(event);
      }
      const last = events.at(-1)?.position;
      if (last !== undefined && events.length === limit) return { events, through: last };
      const ahead = position !== 'start' && (through === 'start' || through < position);
      return { events, through: ahead ? position : through };
    },

    /** True when everything up to `target` has come, false when it has not within `waitMsMax`. */
    reached: (target: Position, waitMsMax: number): Promise<boolean> =>
      new Promise((resolve) => {
        if (through !== 'start' && through >= target) return resolve(true);
        const settle = (came: boolean) => (): void => {
          clearTimeout(timer);
          sleepers.delete(sleeper);
          resolve(came);
        };
        const sleeper: Sleeper = { target, awaken: settle(true) };
        const timer = setTimeout(settle(false), waitMsMax);
        sleepers.add(sleeper);
      }),

    /** For a subscription that says nothing although there is something to say. */
    restart: (): void => attempt.abort(),

    close: async (): Promise<void> => {
      closing.abort();
      await running;
    },
  };
};

export type Tail = ReturnType<typeof createTail>;
