import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createPostgresLog, type PostgresLog } from '../../../adapters/postgres/eventLog.ts';
import { positionFromNumber } from '../../../adapters/postgres/log/logRows.ts';
import { createOwnAppends } from '../../../adapters/postgres/log/ownAppends.ts';
import type { Append, AppendedTogether, Position } from '../../../domain/eventLog.ts';
import { appended, batchOf, happened, newStream, times } from '../../contracts/logFixtures.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

describe('what this process wrote', () => {
  let database: TestDatabase<never>;
  let log: PostgresLog;
  let other: PostgresLog;
  let statements = 0;

  beforeAll(async () => {
    database = await createTestDatabase();
    const { pool, connectionString } = database;
    const query = (...args: Parameters<typeof pool.query>) => {
      statements += 1;
      return pool.query(...args);
    };
    log = createPostgresLog({ connectionString, pool: { query } as unknown as typeof pool });
    other = createPostgresLog({ connectionString, pool });
  });

  afterAll(async () => {
    await Promise.all([log.close(), other.close()]);
    await database.close();
  });

  let begin: Position;
  /** Its listener is heard of once, when it connects; a log that was just written to knows where it is. */
  beforeEach(async () => {
    begin = (await appended(log.append(newStream(), 'no-stream', [happened()]))).position;
    while ((await log.readAfter(begin, 10)).events.length > 0) begin = (await log.head()) as Position;
    statements = 0;
  });

  const inMemory = async (): Promise<void> => {
    await appended(log.append(newStream(), 'no-stream', batchOf(3)));
    statements = 0;
  };

  /** The listener may connect at any moment, and then what is held is forgotten: written again, it is held. */
  const untilHeld = async (from: Position): Promise<void> => {
    for (;;) {
      await log.followAfter(from, 1);
      if (statements === 0) return;
      begin = (await log.head()) as Position;
      await inMemory();
      from = begin;
    }
  };

  test('is read without a statement, exactly as another process reads it', async () => {
    await inMemory();
    await untilHeld(begin);
    const [first, second] = [newStream('one'), newStream('two')];
    await log.appendTogether([
      { stream: first, expected: 'no-stream', events: batchOf(2) },
      { stream: second, expected: 'no-stream', events: [happened({ text: 'Grüße  "quoted"', list: [1, null, true] })] },
      { stream: first, expected: 1, events: [happened({ nested: { empty: {} } })] },
    ]);
    const own = await log.followAfter(begin, 1_000);
    expect(statements).toBe(0);
    expect(own).toStrictEqual(await log.readAfter(begin, 1_000));
    expect(statements).toBe(1);
    expect(own).toStrictEqual(await other.readAfter(begin, 1_000));
    expect((await log.followAfter(begin, 2)).events).toStrictEqual(own.events.slice(0, 2));
    const [, middle] = own.events;
    expect((await log.followAfter(middle?.position as Position, 1_000)).events).toStrictEqual(own.events.slice(2));
  });

  test('is asked of the log when somebody else wrote in between', async () => {
    await inMemory();
    await appended(other.append(newStream(), 'no-stream', batchOf(2)));
    await appended(log.append(newStream(), 'no-stream', batchOf(2)));
    const page = await log.followAfter(begin, 1_000);
    expect(page).toStrictEqual(await other.readAfter(begin, 1_000));
    expect(page.events).toHaveLength(7);
  });

  test('what others write wakes a follower, who then reads it, though its own events are held', async () => {
    const { signal } = new AbortController();
    let through = begin;
    let seen = 0;
    const follow = async (count: number): Promise<void> => {
      while (seen < count) {
        const page = await log.followAfter(through, 1_000);
        seen += page.events.length;
        if (page.throughPosition === through) await log.changed(signal);
        through = page.throughPosition as Position;
      }
    };
    const following = follow(60);
    for (const n of times(20, (index) => index)) {
      const writer = n % 2 === 0 ? log : other;
      await appended(writer.append(newStream(), 'no-stream', batchOf(3)));
    }
    await following;
    expect(seen).toBe(60);
    expect(Number(through) - Number(begin)).toBe(60);
  });

  test('many writers in two processes leave neither of them with a hole', async () => {
    const write = (writer: PostgresLog) => appended(writer.append(newStream(), 'no-stream', batchOf(2)));
    const read = async (reader: PostgresLog): Promise<readonly number[]> => {
      const positions: number[] = [];
      for (let after: Position = begin; positions.length < 200; ) {
        const page = await reader.followAfter(after, 17);
        positions.push(...page.events.map(({ position }) => Number(position)));
        after = page.throughPosition as Position;
      }
      return positions;
    };
    const [mine, theirs] = await Promise.all([
      read(log),
      read(other),
      ...times(100, (n) => write(n % 3 === 0 ? other : log)),
    ]);
    const expected = times(200, (n) => Number(begin) + 1 + n);
    expect(mine).toEqual(expected);
    expect(theirs).toEqual(expected);
  });

  test('a repeated append is in the log once and is held once', async () => {
    const [stream, events] = [newStream(), batchOf(3)];
    await appended(log.append(stream, 'no-stream', events));
    const again = await appended(log.append(stream, 'no-stream', events));
    expect(again.duplicate).toBe(true);
    expect((await log.followAfter(begin, 1_000)).events.map(({ eventId }) => eventId)).toEqual(
      events.map(({ eventId }) => eventId),
    );
  });
});

describe('events held of own appends', () => {
  const at = (number: number): Position => positionFromNumber(number);
  const appendOf = (size: number): Append => ({ stream: newStream(), expected: 'no-stream', events: batchOf(size) });
  const outcomeOf = (size: number, last: number): AppendedTogether => ({
    ...{ kind: 'appended', revision: size - 1, position: at(last) },
    ...{ recordedAt: '2026-03-02T10:00:00.000Z', duplicate: false },
  });

  test('are bounded: who is further behind asks the log', () => {
    const own = createOwnAppends(10);
    for (const n of times(20, (index) => index + 1)) own.note([appendOf(3)], [outcomeOf(3, n * 3)]);
    expect(own.after(at(3), 100)).toBeUndefined();
    const held = own.after(at(57), 100);
    expect(held?.map(({ position }) => Number(position))).toEqual([58, 59, 60]);
    expect(own.after(at(60), 100)).toBeUndefined();
    expect(own.after('start', 100)).toBeUndefined();
  });

  test('begin anew after a gap and after they were forgotten', () => {
    const own = createOwnAppends();
    own.note([appendOf(2)], [outcomeOf(2, 2)]);
    own.note([appendOf(2)], [outcomeOf(2, 9)]);
    expect(own.after(at(1), 100)).toBeUndefined();
    expect(own.after(at(7), 100)).toHaveLength(2);
    own.forget();
    expect(own.after(at(7), 100)).toBeUndefined();
    own.note([appendOf(1)], [outcomeOf(1, 10)]);
    expect(own.after(at(8), 100)).toBeUndefined();
    expect(own.after(at(9), 100)).toHaveLength(1);
  });

  test('have no hole and nothing twice when answers come in another order than the commits', () => {
    const own = createOwnAppends();
    own.note([appendOf(2)], [outcomeOf(2, 2)]);
    own.note([appendOf(2)], [outcomeOf(2, 6)]);
    own.note([appendOf(2)], [outcomeOf(2, 4)]);
    own.note([appendOf(2)], [outcomeOf(2, 8)]);
    for (const from of times(9, (index) => index)) {
      const known = own.after(at(from), 100)?.map(({ position }) => Number(position)) ?? [];
      expect(known).toEqual(times(known.length, (n) => from + 1 + n));
    }
    expect(own.after(at(6), 100)).toHaveLength(2);
  });

  test('know nothing of appends that wrote nothing', () => {
    const own = createOwnAppends();
    const refused: readonly AppendedTogether[] = [
      { kind: 'conflict', actual: 4 },
      { kind: 'withheld' },
      { ...outcomeOf(1, 5), duplicate: true } as AppendedTogether,
    ];
    own.note([appendOf(1), appendOf(1), appendOf(1)], refused);
    expect(own.after(at(4), 100)).toBeUndefined();
  });
});
