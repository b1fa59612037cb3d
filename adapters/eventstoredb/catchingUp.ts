import type { EventStoreDBClient } from '@eventstore/db-client';
import { type FeedFilter, LogUnavailable, type Position, type Recorded } from '../../domain/eventLog.ts';
import { type Followed, follow } from './following.ts';
import { ourStreams } from './records.ts';
import type { Page } from './tail.ts';

/** Subscriptions of readers far behind, in use or kept for their next page. */
const subscriptionsMax = 12;
const keptMsMax = 5_000;
const silenceMsMaxDefault = 3_000;

type Subscription = {
  readonly key: string;
  readonly items: AsyncGenerator<Followed>;
  readonly ending: AbortController;
  /** Where the server had come when this began: known to be passed when it says that it has caught up. */
  readonly headAtStart: Position;
  /** How far the reader came; only a page from there on is a continuation. */
  next: Position | 'start';
  busy: boolean;
  idle: NodeJS.Timeout | undefined;
};

const keyOf = (filter: FeedFilter | undefined): string =>
  filter === undefined ? '' : [...new Set(filter.categories)].sort().join(',');

const later = (a: Position | 'start', b: Position | 'start'): Position | 'start' =>
  a === 'start' || (b !== 'start' && b > a) ? b : a;

export const createCatchingUp = (client: EventStoreDBClient, silenceMsMax = silenceMsMaxDefault) => {
  const subscriptions = new Set<Subscription>();

  const end = (subscription: Subscription): void => {
    clearTimeout(subscription.idle);
    subscriptions.delete(subscription);
    subscription.ending.abort();
    void subscription.items.return(undefined).catch(() => {});
  };

  const makeRoom = (): void => {
    if (subscriptions.size < subscriptionsMax) return;
    const idle = [...subscriptions].find(({ busy }) => !busy);
    if (idle === undefined) throw new LogUnavailable(`${subscriptionsMax} readers are catching up already`);
    end(idle);
  };

  const begin = (from: Position | 'start', filter: FeedFilter | undefined, head: Position): Subscription => {
    makeRoom();
    const ending = new AbortController();
    const names =
      filter === undefined ? { regex: ourStreams } : { prefixes: filter.categories.map((category) => `${category}-`) };
    const items = follow(client, from, names, { signal: ending.signal, silenceMsMax });
    const subscription = {
      key: keyOf(filter),
      items,
      ending,
      headAtStart: head,
      next: from,
      busy: false,
      idle: undefined,
    };
    subscriptions.add(subscription);
    return subscription;
  };

  const take = (from: Position | 'start', filter: FeedFilter | undefined, head: Position): Subscription => {
    const key = keyOf(filter);
    const kept = [...subscriptions].find((one) => !one.busy && one.key === key && one.next === from);
    const subscription = kept ?? begin(from, filter, head);
    clearTimeout(subscription.idle);
    subscription.busy = true;
    return subscription;
  };

  /** Reads on until `limit` events came, or everything up to `head` is passed. The flag: the subscription may go on. */
  const collect = async (
    { items, headAtStart, next }: Subscription,
    limit: number,
    head: Position,
  ): Promise<Page & { readonly goesOn: boolean }> => {
    const events: Recorded[] = [];
    let through = next;
    const passed = (): boolean => through !== 'start' && through >= head;
    try {
      while (events.length < limit && !passed()) {
        const { value: item, done } = await items.next();
        if (done === true) break;
        if (item.kind === 'event') {
          // An event sent twice is one that was handed on already.
          if (through !== 'start' && item.recorded.position <= through) continue;
          events.push(item.recorded);
          through = item.recorded.position;
        } else if (item.kind === 'checkpoint') {
          // Beyond the head there are only events of the server itself.
          through = later(through, item.position > head ? head : item.position);
        } else {
          return { events, through: later(through, headAtStart), goesOn: false };
        }
      }
      return { events, through, goesOn: !passed() };
    } catch (error) {
      if (through === next) throw error;
      return { events, through, goesOn: false };
    }
  };

  /**
   * A part of what lies after `from`, filtered by the server: at least one step further, or it throws. `head` is the last
   * event known to be in the log.
   */
  const page = async (
    from: Position | 'start',
    limit: number,
    filter: FeedFilter | undefined,
    head: Position,
  ): Promise<Page> => {
    const subscription = take(from, filter, head);
    try {
      const { events, through, goesOn } = await collect(subscription, limit, head);
      subscription.next = through;
      subscription.busy = false;
      if (goesOn) subscription.idle = setTimeout(() => end(subscription), keptMsMax).unref();
      else end(subscription);
      return { events, through };
    } catch (error) {
      end(subscription);
      throw error;
    }
  };

  return {
    page,
    open: (): number => subscriptions.size,
    close: (): void => {
      for (const subscription of [...subscriptions]) end(subscription);
    },
  };
};

export type CatchingUp = ReturnType<typeof createCatchingUp>;
