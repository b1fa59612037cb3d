import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createPostgresLog, type PostgresLog } from '../../adapters/postgres/eventLog.ts';
import { createWakeups } from '../../adapters/postgres/wakeups.ts';
import { createSharedTail, type SharedTail } from '../../commands/workers/sharedTail.ts';
import { categoryOf, type EventFeed, type Expected, type Position, type Recorded } from '../../domain/eventLog.ts';
import { appended, batchOf, newStream, readFeed, times } from '../contracts/logFixtures.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const never = (error: unknown): void => {
  throw error;
};

describe('the shared tail of the log', () => {
  let database: TestDatabase<never>;
  let log: PostgresLog;
  let stop = new AbortController();
  beforeAll(async () => {
    database = await createTestDatabase();
    log = createPostgresLog(database);
  });
  afterEach(() => {
    stop.abort();
    stop = new AbortController();
  });
  afterAll(async () => {
    await log.close();
    await database.close();
  });

  const counted = () => {
    let reads = 0;
    const feed: EventFeed = {
      head: log.head,
      changed: log.changed,
      readAfter: (...asked) => {
        reads += 1;
        return log.readAfter(...asked);
      },
    };
    return { feed, reads: () => reads };
  };

  const start = (feed: EventFeed, limits?: Parameters<typeof createSharedTail>[2]): SharedTail => {
    const tail = createSharedTail(feed, createWakeups(200), limits);
    tail.run(stop.signal, never).catch(never);
    return tail;
  };

  /** Reads as a worker does: a page, then a wait, until `enough`. */
  const follow = async (feed: EventFeed, from: Position | 'start', enough: number, category?: string) => {
    const events: Recorded[] = [];
    const own = AbortSignal.any([stop.signal]);
    for (let after = from; events.length < enough; ) {
      const page = await feed.readAfter(after, 7, category === undefined ? undefined : { categories: [category] });
      events.push(...page.events);
      if (page.throughPosition === after) await feed.changed(own);
      after = page.throughPosition;
    }
    return events;
  };

  const write = async (category: string, appends: number): Promise<void> => {
    const stream = newStream(category);
    let expected: Expected = 'no-stream';
    for (let n = 0; n < appends; n += 1) expected = (await appended(log.append(stream, expected, batchOf(2)))).revision;
  };

  test('twenty readers at the end of the log see every event in order, for the price of one', async () => {
    const { feed, reads } = counted();
    const tail = start(feed);
    const head = await log.head();
    await write('warmup', 1);
    await follow(tail, head, 2);
    const before = reads();
    const from = await log.head();
    const followers = times(20, () => follow(tail, from, 400));
    await Promise.all(times(4, () => write('busy', 50)));
    const truth = await readFeed(log, from);
    for (const events of await Promise.all(followers)) expect(events).toEqual(truth);
    expect(truth).toHaveLength(400);
    // Four writers append 200 times; a reader of its own each would have cost thousands of reads.
    expect(reads() - before).toBeLessThan(600);
  });

  test('a filter gives what the log itself gives, and moves over what it leaves out', async () => {
    const tail = start(log);
    const from = await log.head();
    await Promise.all([write('apples', 10), write('pears', 10)]);
    const pears = await follow(tail, from, 20, 'pears');
    expect(pears).toEqual(await readFeed(log, from, ['pears']));
    const { throughPosition } = await tail.readAfter(pears.at(-1)?.position ?? from, 10, { categories: ['plums'] });
    expect(throughPosition).toBe(await log.head());
  });

  test('what it has let go is read from the log', async () => {
    const tail = start(log, { eventsMax: 10, weightMax: 1_000 });
    const from = await log.head();
    await write('long', 40);
    const events = await follow(tail, from, 80);
    expect(events).toEqual(await readFeed(log, from));
    expect(await follow(tail, from, 80)).toEqual(events);
  });

  test('a reader that begins at the start of the log gets all of it', async () => {
    const tail = start(log);
    await write('more', 3);
    const truth = await readFeed(log, 'start');
    expect(await follow(tail, 'start', truth.length)).toEqual(truth);
    expect(truth.every((event) => categoryOf(event.stream) !== '')).toBe(true);
  });
});
