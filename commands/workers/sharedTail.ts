import { categoryOf, type EventFeed, type FeedFilter, type Position, type Recorded } from '../../domain/eventLog.ts';
import { keepGoing, waitOf } from '../keepGoing.ts';
import type { Wakeups } from '../ports.ts';

type Place = Position | 'start';

export type SharedTail = EventFeed & {
  /** Follows the log until `signal` aborts. Before it runs, and for places it does not hold, the log itself answers. */
  readonly run: (signal: AbortSignal, onError: (error: unknown, failures: number) => void) => Promise<void>;
  /** `tell` hears every page that is followed, in order, before the followers can read it. */
  readonly observe: (tell: (page: TailPage) => void) => void;
};

/** `followAfter`, where there is one, may give from memory what this process wrote itself. */
type FollowedFeed = EventFeed & {
  readonly followAfter?: (position: Position | 'start', limit: number) => ReturnType<EventFeed['readAfter']>;
};

export type TailPage = { readonly after: Place; readonly events: readonly Recorded[]; readonly through: Place };

export type TailLimits = {
  readonly eventsMax: number;
  /** Events and their lines: an order of 2,000 lines weighs as much as two thousand small events. */
  readonly weightMax: number;
  /** Least time from one read to the next: what is appended meanwhile is one page for everybody. */
  readonly gatherMs: number;
};

/** A first event after a quiet moment is read at once; under load a page holds a few hundred. */
const tailLimits: TailLimits = { eventsMax: 4_000, weightMax: 20_000, gatherMs: 20 };
const pageEventsMax = 1_000;

const weightOf = ({ data }: Recorded): number => {
  const { lines } = data as { readonly lines?: unknown };
  return 1 + (Array.isArray(lines) ? lines.length : 0);
};

const isBefore = (a: Place, b: Place): boolean => b !== 'start' && (a === 'start' || a < b);

/** Index of the first event after `place`; `events` are in order of position. */
const firstAfter = (events: readonly Recorded[], place: Place): number => {
  if (place === 'start') return 0;
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((events[middle]?.position ?? '') > place) high = middle;
    else low = middle + 1;
  }
  return low;
};

/**
 * One reader of the log for everybody in this process. It keeps the newest events in memory; whoever is at the end of the
 * log, which is where all workers are most of the time, reads there. Twenty readers of their own would cost the database
 * twenty statements for every append.
 */
export const createSharedTail = (
  feed: FollowedFeed,
  wakeups: Wakeups,
  changed: Partial<TailLimits> = {},
): SharedTail => {
  const limits = { ...tailLimits, ...changed };
  let events: readonly Recorded[] = [];
  let weight = 0;
  /** The events held are exactly those after `from` and up to `through`. */
  let from: Place | undefined;
  let through: Place = 'start';
  const observers: ((page: TailPage) => void)[] = [];
  let readAtMs = Number.NEGATIVE_INFINITY;

  /** Twenty followers work off a page in as many transactions, however few events it has. */
  const gather = async (signal: AbortSignal): Promise<void> => {
    const restMs = readAtMs + limits.gatherMs - performance.now();
    if (restMs > 0) await waitOf(restMs)(signal);
    readAtMs = performance.now();
  };

  const take = (page: readonly Recorded[], upTo: Place): void => {
    events = [...events, ...page];
    weight += page.reduce((sum, event) => sum + weightOf(event), 0);
    through = upTo;
    if (events.length <= limits.eventsMax && weight <= limits.weightMax) return;
    // Half is let go at once, so that letting go is rare.
    let kept = events.length;
    let keptWeight = 0;
    while (kept > 0 && events.length - kept < limits.eventsMax / 2 && keptWeight < limits.weightMax / 2) {
      kept -= 1;
      keptWeight += weightOf(events[kept] as Recorded);
    }
    from = events[kept - 1]?.position ?? from;
    events = events.slice(kept);
    weight = keptWeight;
  };

  const step = async (signal: AbortSignal): Promise<boolean> => {
    if (from === undefined) {
      through = await feed.head();
      from = through;
    }
    await gather(signal);
    const page = await (feed.followAfter ?? feed.readAfter)(through, pageEventsMax);
    if (page.throughPosition === through) return false;
    const after = through;
    take(page.events, page.throughPosition);
    for (const tell of observers) tell({ after, events: page.events, through });
    wakeups.wake();
    return page.events.length === pageEventsMax;
  };

  const held = (place: Place, limit: number, filter?: FeedFilter) => {
    const wanted = filter === undefined ? undefined : new Set(filter.categories);
    const found: Recorded[] = [];
    for (let index = firstAfter(events, place); index < events.length && found.length < limit; index += 1) {
      const event = events[index] as Recorded;
      if (wanted === undefined || wanted.has(categoryOf(event.stream))) found.push(event);
    }
    const last = found.at(-1)?.position;
    const end = found.length === limit && last !== undefined ? last : through;
    return { events: found, throughPosition: isBefore(end, place) ? place : end };
  };

  return {
    head: feed.head,
    readAfter: async (place, limit, filter) =>
      from === undefined || isBefore(place, from) ? feed.readAfter(place, limit, filter) : held(place, limit, filter),
    changed: wakeups.changed,
    observe: (tell) => {
      observers.push(tell);
    },
    run: (signal, onError) => keepGoing({ step, changed: feed.changed, onError }, signal),
  };
};
