import { setTimeout as delay } from 'node:timers/promises';
import { categoryOf, type EventFeed, type FeedFilter, type Position, type Recorded } from '../../domain/eventLog.ts';
import type { CatchingUp } from './catchingUp.ts';
import { asLogUnavailable, kindOfFailure, NoAnswer } from './failures.ts';
import type { Reading } from './reading.ts';
import { logPosition } from './records.ts';
import type { Page, Tail } from './tail.ts';

const pageEventsMax = 10_000;
const scanEventsMax = 2_000;
const tailWaitMsMax = 2_000;
/** Drops in a row without a step forward. */
const attemptsMax = 5;
const repeatDelayMs = 100;

type Parts = { readonly reading: Reading; readonly tail: Tail; readonly catchingUp: CatchingUp };

type Ask = { readonly limit: number; readonly filter: FeedFilter | undefined; readonly head: Position };

/** Callers that come while one is asking share the next answer: one that was begun before they came may be too old for them. */
const shared = <Result>(ask: () => Promise<Result>): (() => Promise<Result>) => {
  let current: Promise<unknown> | undefined;
  let following: Promise<Result> | undefined;
  const begin = (): Promise<Result> => {
    const own = ask();
    const done = (): void => {
      if (current === settled) current = undefined;
    };
    const settled: Promise<unknown> = own.then(done, done);
    current = settled;
    return own;
  };
  return () => {
    if (current === undefined) return begin();
    following ??= current.then(() => {
      following = undefined;
      return begin();
    });
    return following;
  };
};

/** For a server that neither sends anything nor says that it has nothing to send: a look at the unfiltered log. */
const scanned = async ({ reading }: Parts, from: Position | 'start', { limit, filter, head }: Ask): Promise<Page> => {
  const { events, through, atEnd } = await reading.scan(from, scanEventsMax);
  const wanted =
    filter === undefined ? events : events.filter(({ stream }) => filter.categories.includes(categoryOf(stream)));
  const last = wanted.length > limit ? wanted[limit - 1] : undefined;
  if (last !== undefined) return { events: wanted.slice(0, limit), through: last.position };
  const passed = atEnd || (through !== 'start' && through > head);
  return { events: wanted, through: passed ? (events.at(-1)?.position ?? head) : through };
};

const stepBehind = async (parts: Parts, from: Position | 'start', ask: Ask): Promise<Page> => {
  try {
    return await parts.catchingUp.page(from, ask.limit, ask.filter, ask.head);
  } catch (error) {
    if (error instanceof NoAnswer) return scanned(parts, from, ask);
    throw error;
  }
};

/** A step towards the head: from what all readers share when it reaches back far enough, else by an own subscription. */
const step = async (
  parts: Parts,
  from: Position | 'start',
  ask: Ask,
  categories?: ReadonlySet<string>,
): Promise<Page> => {
  const { tail } = parts;
  if (tail.covers(from)) {
    const came = await tail.reached(ask.head, tailWaitMsMax);
    // While waiting the window may have moved on.
    if (tail.covers(from)) {
      const page = tail.page(from, ask.limit, categories);
      if (came || page.events.length === ask.limit) return page;
      tail.restart();
    }
  }
  return stepBehind(parts, from, ask);
};

/** Goes on until the page is full or the head is passed, resuming after drops: a short page means that there is no more. */
const readPage = async (
  parts: Parts,
  position: Position | 'start',
  ask: Ask,
  categories?: ReadonlySet<string>,
): Promise<Page> => {
  const events: Recorded[] = [];
  let through = position;
  for (let failures = 0; ; ) {
    try {
      const page = await step(parts, through, { ...ask, limit: ask.limit - events.length }, categories);
      for (const event of page.events) events.push(event);
      through = page.through;
      failures = 0;
      if (events.length === ask.limit || (through !== 'start' && through >= ask.head)) return { events, through };
    } catch (error) {
      failures += 1;
      if (kindOfFailure(error) !== 'away' || failures === attemptsMax) throw asLogUnavailable(error);
      await delay(repeatDelayMs * failures);
    }
  }
};

/** Reading everything in order, by position. */
export const createFeed = (parts: Parts): Pick<EventFeed, 'readAfter' | 'head'> => {
  const { reading, tail } = parts;
  const head = shared(reading.findHead);

  const readAfter: EventFeed['readAfter'] = async (position, limit, filter) => {
    if (position !== 'start') logPosition(position);
    tail.start();
    const limitMax = Math.min(limit, pageEventsMax);
    const categories = filter === undefined ? undefined : new Set(filter.categories);
    if (tail.covers(position)) {
      const { events, through } = tail.page(position, limitMax, categories);
      if (events.length === limitMax) return { events, throughPosition: through };
    }
    const last = await head();
    if (last === 'start' || (position !== 'start' && position >= last))
      return { events: [], throughPosition: position };
    const { events, through } = await readPage(parts, position, { limit: limitMax, filter, head: last }, categories);
    return { events, throughPosition: through };
  };

  return { readAfter, head };
};
