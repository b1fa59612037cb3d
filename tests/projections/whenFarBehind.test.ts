import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Position } from '../../domain/eventLog.ts';
import type { Checkpoint } from '../../projections/checkpoint.ts';
import { isFarBehind } from '../../projections/filling/convoy.ts';
import { listProjections } from '../../projections/freshness.ts';
import type { LogPage } from '../../projections/logReader.ts';
import { orders } from '../../projections/orders/projection.ts';
import { catchUp } from '../../projections/runner.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { failedOnes, followToHead, longHistory, ordersThat } from './farBehindRun.ts';
import type { MemoryLog } from './memoryLog.ts';

describe('when a read model goes the way of those that are far behind', () => {
  let database: TestDatabase<never>;
  let log: MemoryLog;

  beforeAll(() => {
    log = longHistory();
  });

  beforeEach(async () => {
    database = await createTestDatabase();
  });

  afterEach(() => database.close());

  const at = (position: Checkpoint['position'], blockedLanes = 0): Checkpoint => ({
    ...{ position, blockedLanes },
    ...{ lastEventId: null, lastStream: null, lastRevision: null },
  });
  const middle = at('00000000000000000500' as Position);
  const pageOf = (more: Partial<LogPage> = {}): LogPage => {
    const events = log.events.slice(500, 600).map(log.decode);
    return { events, through: events.at(-1)?.position ?? 'start', atHead: false, ...more };
  };
  const much = { weight: 100, ms: 10_000 };

  test('much lies before it, and old', () => {
    expect(isFarBehind(pageOf(), middle, much)).toBe(true);
    expect(isFarBehind(pageOf(), middle, { ...much, weight: 10_000 })).toBe(false);
    expect(isFarBehind(pageOf(), middle, { ...much, ms: Number.POSITIVE_INFINITY })).toBe(false);
    expect(isFarBehind(pageOf({ atHead: true }), middle, much)).toBe(false);
    expect(isFarBehind(pageOf({ unknown: new Error('newer') }), middle, much)).toBe(false);
  });

  test('an event weighs as much as its lines, so that few of many lines are much too', () => {
    const [order] = log.events.filter(({ type }) => type === 'OrderSubmitted').map(log.decode);
    if (order === undefined) throw new Error('no order');
    const lines = Array.from({ length: 200 }, () => ({}));
    const heavy = { ...order, data: { ...order.data, lines } } as unknown as typeof order;
    const few = { ...much, weight: 201 };
    expect(isFarBehind(pageOf({ events: [order] }), middle, few)).toBe(false);
    expect(isFarBehind(pageOf({ events: [heavy] }), middle, few)).toBe(true);
  });

  test('one that has nothing yet loads nothing, so less is enough', () => {
    expect(isFarBehind(pageOf(), at('start'), { ...much, weight: 10_000 })).toBe(true);
    expect(isFarBehind(pageOf({ events: [] }), at('start'), much)).toBe(false);
  });

  test('not one whose lanes are blocked', () => {
    expect(isFarBehind(pageOf(), at(middle.position, 1), much)).toBe(false);
    expect(isFarBehind(pageOf(), at('start', 1), much)).toBe(false);
  });

  test('it leaves when a lane of it becomes blocked: whoever repairs that lane changes rows that a memory would hold', async () => {
    const culprit = log.events.filter(({ type }) => type === 'OrderPriced').at(5)?.position as Position;
    const inMemory: Position[] = [];
    const broken = ordersThat(async (batch, { memory }) => {
      if (memory !== undefined) inMemory.push(batch[0]?.position as Position);
      if (batch.some(({ position }) => position === culprit)) throw new TypeError('cannot fold it');
    });
    const reports = await followToHead(database, log, [broken]);
    expect(failedOnes(reports)).toEqual([]);
    const [there] = (await listProjections(database.db)).filter(({ name }) => name === 'orders');
    expect(there).toMatchObject({ deadLetters: 1, position: log.events.at(-1)?.position });
    expect(inMemory.length).toBeGreaterThan(0);
    expect(inMemory.filter((position) => position > culprit)).toEqual([]);
  });

  test('are taken page by page again where it becomes what just happened, however much that is', async () => {
    const readAfter: typeof log.feed.readAfter = async (position, limit) => {
      const page = await log.feed.readAfter(position, limit);
      const recordedAt = new Date().toISOString();
      const young = (at: Position): boolean => at > (log.events[400]?.position as Position);
      return {
        ...page,
        events: page.events.map((event) => (young(event.position) ? { ...event, recordedAt } : event)),
      };
    };
    const reports = await followToHead(database, log, [orders], {
      feed: { ...log.feed, readAfter },
      farBehind: { weight: 0, ms: 60_000 },
    });
    const told = reports.map((report) => (report.kind === 'advanced' ? report.events : 0));
    // Three pages of a hundred and the two up to what is young; then the reader's own, which are larger.
    expect(told.slice(0, 2)).toEqual([300, 200]);
    expect(Math.max(...told)).toBeGreaterThan(300);
    expect(told.reduce((sum, events) => sum + events, 0)).toBe(log.events.length);
    expect(failedOnes(reports)).toEqual([]);
  });

  test('that are full of what just happened are taken page by page', async () => {
    const reports = await followToHead(database, log, [orders], {
      farBehind: { weight: 0, ms: Number.POSITIVE_INFINITY },
    });
    const [first] = reports;
    // The reader's first page; what is far behind is written after three pages of a hundred.
    expect(first).toMatchObject({ kind: 'advanced', events: 250 });
    expect(failedOnes(reports)).toEqual([]);
  });

  test('who came to the end of the log with a full page knows that it is the end', async () => {
    await catchUp({ db: database.db, ...log, eventsPerPage: log.events.length }, orders);
    const there = (await listProjections(database.db)).find(({ name }) => name === 'orders');
    expect(there).toMatchObject({ state: 'RUNNING', position: log.events.at(-1)?.position });
  });
});
