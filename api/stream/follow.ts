import { setTimeout as delay } from 'node:timers/promises';
import { keepGoing } from '../../commands/keepGoing.ts';
import type { EventFeed } from '../../domain/eventLog.ts';
import type { ConsumerState } from '../../projections/eventStream/consumerQueries.ts';
import { isBefore, type StreamPlace } from '../../projections/eventStream/place.ts';
import type { StreamFilter, StreamPage, StreamRequest } from '../../projections/eventStream/queries.ts';
import { HttpProblem } from '../problem.ts';
import { createConsumerWatch, type ReadConsumer } from './consumerWatch.ts';
import { createGate } from './gate.ts';
import { createNewestEvents, type NewestEvents, type NewestLimits } from './newestEvents.ts';

export type StreamSource = {
  readonly page: (request: StreamRequest) => Promise<StreamPage>;
  /** How far the stream goes now. */
  readonly end: () => Promise<StreamPlace>;
  readonly consumersNow: (consumerIds: readonly string[]) => Promise<readonly ConsumerState[]>;
  /** Of the log, which the stream follows a moment later. */
  readonly log: Pick<EventFeed, 'head' | 'changed'>;
};

export type FollowLimits = NewestLimits & {
  readonly readersMax: number;
  readonly readersOfClientMax: number;
  /** Readers that are behind, and read pages of their own at the same time. */
  readonly readsAtOnceMax: number;
  /** Who is behind and finds nothing new looks again, less and less often: a replica may be behind, or the stream held up. */
  readonly behindMs: { readonly first: number; readonly max: number };
  /** How often it is looked whether a consumer that is read for was reset or deleted. */
  readonly consumersEveryMs: number;
};

/** Some 8 MB in memory however many read, and 1 MB for each that is written to. */
export const followLimits: FollowLimits = {
  ...{ eventsMax: 2_000, charsMax: 4_000_000, pageEventsMax: 200, pageCharsMax: 1_000_000 },
  ...{ readersMax: 500, readersOfClientMax: 10, readsAtOnceMax: 4, consumersEveryMs: 2_000 },
  behindMs: { first: 200, max: 5_000 },
};

export type StreamReader = {
  /**
   * What follows `after`, as soon as there is something to show, and otherwise how far the stream was looked through within
   * `waitMs` or until `signal` aborts. Throws `LogUnavailable`.
   */
  readonly next: (
    request: StreamFilter & { readonly after: StreamPlace },
    signal: AbortSignal,
    waitMs: number,
  ) => Promise<StreamPage>;
  /** Aborts when the service stops. */
  readonly closing: AbortSignal;
  /** Aborts when the consumer that is read for was reset or deleted; see `turnedTo`. */
  readonly turned: AbortSignal;
  readonly release: () => void;
};

export type EventStream = {
  /** Throws `HttpProblem`: 429 when the client has as many readers as it may have, 503 when the process has, or stops. */
  readonly open: (client: string, consumer?: ReadConsumer) => StreamReader;
  /** Ends what is read; nothing is opened any more. */
  readonly close: () => Promise<void>;
};

const retryAfterSeconds = 5;

const refused = (code: 'RATE_LIMITED' | 'SERVICE_UNAVAILABLE', detail: string): HttpProblem =>
  new HttpProblem(code, detail, { headers: { 'Retry-After': String(retryAfterSeconds) }, retain: false });

/** The read model is a moment behind the log: it is asked again soon, and where it stands still less and less often. */
const lookAgainMs = { first: 20, max: 1_000 };
type Ports = {
  readonly source: StreamSource;
  readonly onError: (error: unknown, failures: number) => void;
  readonly onReaders: (readers: number) => void;
  readonly limits?: FollowLimits;
};

const never = new AbortController().signal;

/** Who waits for more, and is told all at once. */
const createWaiters = () => {
  const waiting = new Set<() => void>();
  return {
    wake: (): void => {
      for (const go of [...waiting]) go();
    },
    untilMore: (signal: AbortSignal, waitMs: number): Promise<void> =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const go = (): void => {
          clearTimeout(timer);
          waiting.delete(go);
          signal.removeEventListener('abort', go);
          resolve();
        };
        const timer = setTimeout(go, waitMs);
        waiting.add(go);
        signal.addEventListener('abort', go);
      }),
  };
};

/**
 * One look at the stream for everybody who reads it here, while somebody does. The newest events are in memory; who is at the
 * end reads there, and who is behind, because it began there or takes what it is sent slowly, reads pages of its own until it
 * has caught up. So a reader costs its place and what is being written to it, and nothing grows while it is slow.
 */
export const createEventStream = ({ source, onError, onReaders, limits = followLimits }: Ports): EventStream => {
  const closing = new AbortController();
  const readersOf = new Map<string, number>();
  const { wake, untilMore } = createWaiters();
  const oneByOne = createGate(limits.readsAtOnceMax);
  const consumers = createConsumerWatch({
    ...{ consumersNow: source.consumersNow, everyMs: limits.consumersEveryMs, onError },
  });
  let readers = 0;
  let following: { readonly stop: AbortController; readonly ended: Promise<void> } | undefined;
  let newest: NewestEvents | undefined;

  const follow = async (signal: AbortSignal): Promise<void> => {
    let pauseMs = lookAgainMs.first;
    const step = async (): Promise<boolean> => {
      const known = newest ?? createNewestEvents(await source.end(), limits);
      const page = await source.page({ after: known.through(), limit: limits.pageEventsMax });
      if (signal.aborted) return false;
      const isFirst = newest === undefined;
      newest = known;
      if (!isBefore(known.through(), page.through) && !isFirst) return page.more;
      known.add(page);
      pauseMs = lookAgainMs.first;
      wake();
      return page.more;
    };
    const changed = async (): Promise<void> => {
      const head = await source.log.head();
      if (head === 'start' || (newest?.through().position ?? '') >= head) return source.log.changed(signal);
      await delay(pauseMs, undefined, { signal }).catch(() => {});
      pauseMs = Math.min(pauseMs * 2, lookAgainMs.max);
    };
    await keepGoing({ step, changed, onError }, signal);
  };

  const next: StreamReader['next'] = async ({ after, ...filter }, signal, waitMs) => {
    const untilMs = performance.now() + waitMs;
    let at = after;
    let pauseMs = limits.behindMs.first;
    while (!signal.aborted) {
      const here = newest?.pageAfter(at, filter);
      const page = here ?? (await oneByOne(() => source.page({ ...filter, after: at, limit: limits.pageEventsMax })));
      if (page.events.length > 0 || page.more) return page;
      const hasMoved = isBefore(at, page.through);
      at = page.through;
      const leftMs = untilMs - performance.now();
      if (leftMs <= 0) break;
      if (here !== undefined) await untilMore(signal, leftMs);
      else if (!hasMoved) {
        await untilMore(signal, Math.min(leftMs, pauseMs));
        pauseMs = Math.min(pauseMs * 2, limits.behindMs.max);
      }
    }
    return { events: [], through: at, more: false };
  };

  const count = (client: string, change: 1 | -1): void => {
    const own = (readersOf.get(client) ?? 0) + change;
    if (own === 0) readersOf.delete(client);
    else readersOf.set(client, own);
    readers += change;
    onReaders(readers);
  };

  const begin = (): void => {
    const stop = new AbortController();
    const before = following?.ended;
    const both = async (): Promise<void> => {
      await before;
      await Promise.all([follow(stop.signal), consumers.run(stop.signal)]);
    };
    following = { stop, ended: both() };
  };

  /** What is in memory would be old when somebody comes again. */
  const end = (): void => {
    following?.stop.abort();
    newest = undefined;
  };

  return {
    open: (client, consumer) => {
      if (closing.signal.aborted) throw refused('SERVICE_UNAVAILABLE', 'The service stops. Go on at another instance.');
      if ((readersOf.get(client) ?? 0) >= limits.readersOfClientMax)
        throw refused('RATE_LIMITED', `These credentials read ${limits.readersOfClientMax} streams already: end one.`);
      if (readers >= limits.readersMax)
        throw refused(
          'SERVICE_UNAVAILABLE',
          'As many streams are read here as there may be. Try again, or read pages.',
        );
      count(client, 1);
      if (readers === 1) begin();
      const watched = consumer && consumers.watch(consumer);
      let isOpen = true;
      const release = (): void => {
        if (!isOpen) return;
        isOpen = false;
        watched?.release();
        count(client, -1);
        if (readers === 0) end();
      };
      return { next, closing: closing.signal, turned: watched?.turned ?? never, release };
    },
    close: async () => {
      closing.abort();
      end();
      wake();
      await following?.ended;
    },
  };
};
