import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { categoryOf, type Expected, type Position, type Recorded } from '../../domain/eventLog.ts';
import { leastMs, msOf } from '../support/leastMs.ts';
import { appended, batchOf, happened, type Log, newStream, readFeed, times } from './logFixtures.ts';

/** A category nobody else writes to. */
const newCategory = (): string => `c${randomUUID().replaceAll('-', '').slice(0, 12)}`;

/** Appends `appends` times to a stream of its own and returns how many events it wrote. */
const keepWriting = async (log: Log, category: string, appends: number): Promise<number> => {
  const stream = newStream(category);
  let expected: Expected = 'no-stream';
  let written = 0;
  for (let n = 0; n < appends; n += 1) {
    const batch = batchOf(1 + (n % 3));
    expected = (await appended(log.append(stream, expected, batch))).revision;
    written += batch.length;
  }
  return written;
};

/** Follows the feed from `start` with small pages until `isOver` and nothing more comes. */
const follow = async (log: Log, start: Position | 'start', category: string, isOver: () => boolean) => {
  const events: Recorded[] = [];
  for (let after = start; ; ) {
    const over = isOver();
    const page = await log.readAfter(after, 37);
    events.push(...page.events.filter(({ stream }) => categoryOf(stream) === category));
    if (over && page.throughPosition === after) return events;
    after = page.throughPosition;
  }
};

const expectStreamOrder = (events: readonly Recorded[]): void => {
  const positions = events.map(({ position }) => position);
  expect(positions).toEqual(positions.toSorted());
  expect(new Set(positions).size).toBe(positions.length);
  const byStream = Map.groupBy(events, ({ stream }) => stream);
  for (const own of byStream.values()) expect(own.map(({ revision }) => revision)).toEqual(own.map((_, n) => n));
};

export const describeEventFeed = (log: () => Log, other: () => Log): void => {
  it('feeds every event once, in stream order, while writers are busy', async () => {
    const category = newCategory();
    let over = false;
    const following = follow(other(), await other().head(), category, () => over);
    const writers = times(32, (n) => keepWriting(n % 2 === 0 ? log() : other(), category, 40));
    const counts = await Promise.all(writers).finally(() => {
      over = true;
    });
    const written = counts.reduce((sum, count) => sum + count, 0);
    const events = await following;
    expect(events).toHaveLength(written);
    expectStreamOrder(events);
  });

  it('starts after a position, and at the beginning', async () => {
    const stream = newStream(newCategory());
    const first = await appended(log().append(stream, 'no-stream', batchOf(2)));
    await appended(log().append(stream, 1, [happened()]));
    const { events } = await log().readAfter(first.position, 1);
    expect(events[0]).toMatchObject({ stream, revision: 2 });
    expect((await log().readAfter('start', 5)).events).toHaveLength(5);
  });

  it('knows its head', async () => {
    const { position } = await appended(log().append(newStream(), 'no-stream', [happened()]));
    expect(await log().head()).toBe(position);
    expect(await log().readAfter(position, 10)).toEqual({ events: [], throughPosition: position });
  });

  it('feeds only the categories asked for, and says how far it looked', async () => {
    const [wanted, alsoWanted, unwanted] = [newCategory(), newCategory(), newCategory()];
    const before = await log().head();
    for (const category of [wanted, unwanted, alsoWanted, unwanted, unwanted]) {
      await appended(log().append(newStream(category), 'no-stream', batchOf(4)));
    }
    const filter = { categories: [wanted, alsoWanted] };
    const page = await log().readAfter(before, 6, filter);
    expect(page.events.map(({ stream }) => categoryOf(stream))).toEqual([
      ...times(4, () => wanted),
      ...times(2, () => alsoWanted),
    ]);
    expect(page.throughPosition).toBe(page.events.at(-1)?.position);
    const rest = await log().readAfter(page.throughPosition, 6, filter);
    expect(rest.events).toHaveLength(2);
    expect(rest.throughPosition).toBe(await log().head());
    expect(await readFeed(log(), before, filter.categories)).toHaveLength(8);
  });

  it('passes a stretch that holds nothing of interest', async () => {
    const before = await log().head();
    await appended(log().append(newStream(), 'no-stream', batchOf(3)));
    const nothing = await log().readAfter(before, 10, { categories: [newCategory()] });
    expect(nothing).toEqual({ events: [], throughPosition: await log().head() });
  });

  it.each(['the same', 'another'] as const)('wakes a reader when %s instance appends', async (which) => {
    const never = new AbortController().signal;
    await log().changed(never);
    const wakes = () =>
      msOf(async () => {
        const woken = log().changed(never);
        await appended((which === 'the same' ? log() : other()).append(newStream(), 'no-stream', [happened()]));
        await woken;
      });
    expect(await leastMs(400, wakes)).toBeLessThan(400);
  });

  it('does not sleep through an append made between two waits', async () => {
    const never = new AbortController().signal;
    await log().changed(never);
    const sleeps = async () => {
      await appended(log().append(newStream(), 'no-stream', [happened()]));
      return msOf(() => log().changed(never));
    };
    expect(await leastMs(100, sleeps)).toBeLessThan(100);
  });

  it('ends a wait when nothing happens for a while, and when the reader gives up', async () => {
    const patient = new AbortController();
    await log().changed(patient.signal);
    await log().changed(patient.signal);
    const givesUp = () => {
      const impatient = new AbortController();
      return msOf(async () => {
        const waiting = log().changed(impatient.signal);
        impatient.abort();
        await waiting;
      });
    };
    expect(await leastMs(100, givesUp)).toBeLessThan(100);
  });
};
