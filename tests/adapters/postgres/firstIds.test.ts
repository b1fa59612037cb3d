import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { createPostgresLog, type PostgresLog } from '../../../adapters/postgres/eventLog.ts';
import { boolArray, intArray, textArray, uuidArray } from '../../../adapters/postgres/log/binaryArrays.ts';
import { migrateToLatest } from '../../../adapters/postgres/migrate.ts';
import { eventIdOf } from '../../../commands/eventIds.ts';
import type { Append, NewEvent, StreamName } from '../../../domain/eventLog.ts';
import { type Batch, happened, newStream, readAll, readFeed, times } from '../../contracts/logFixtures.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { randomAppends, verdictsOf } from './knownIds.ts';
import { migrateToOldRelease } from './oldRelease.ts';

/** What a command comes to, in its envelope. */
const decided = (commandId: string, size: number, data: unknown = { qty: '1' }): Batch =>
  times(size, (index): NewEvent => {
    const event = happened(data, eventIdOf(commandId, index));
    return { ...event, metadata: { ...event.metadata, commandId }, ...(index > 0 && { follows: true as const }) };
  }) as unknown as Batch;

const both = (...batches: readonly Batch[]): Batch => batches.flat() as unknown as Batch;

const argumentsOf = (stream: string, expected: number, events: Batch): readonly Buffer[] => [
  textArray([stream]),
  intArray([expected]),
  intArray([0]),
  intArray(events.map(() => 0)),
  intArray(events.map((_, index) => index)),
  uuidArray(events.map(({ eventId }) => eventId)),
  boolArray(events.map(({ follows }) => follows === true)),
  textArray(events.map(({ type }) => type)),
  textArray(events.map(({ data }) => JSON.stringify(data))),
  textArray(events.map(({ metadata }) => JSON.stringify(metadata))),
];

/** As an instance of the version before appends, which marks nothing. */
const appendAsBefore = async (pool: pg.Pool, stream: StreamName, expected: number, events: Batch) => {
  const values = argumentsOf(stream, expected, events).toSpliced(6, 1);
  const text = 'select verdict, revision from log.append_events($1, $2, $3, $4, $5, $6, $7, $8, $9)';
  return (await pool.query(text, [...values])).rows as readonly { verdict: string; revision: number | null }[];
};

let database: TestDatabase<never>;
let log: PostgresLog;

const open = async (): Promise<void> => {
  database = await createTestDatabase();
  log = createPostgresLog(database);
};
const close = async (): Promise<void> => {
  await log.close();
  await database.close();
};

describe('the ids of what one command wrote', () => {
  beforeAll(open);
  afterAll(close);

  const kindOf = async (stream: StreamName, expected: Append['expected'], events: Batch): Promise<unknown> => {
    const [outcome] = await log.appendTogether([{ stream, expected, events }]);
    return outcome?.kind === 'appended' ? { revision: outcome.revision, duplicate: outcome.duplicate } : outcome;
  };

  it('are known as a whole and in part, wherever the stream is by now', async () => {
    const stream = newStream();
    const [one, two] = [decided(randomUUID(), 3), decided(randomUUID(), 2)];
    await log.append(stream, 'no-stream', both(one, two));
    await log.append(stream, 4, decided(randomUUID(), 2));
    expect(await kindOf(stream, 'no-stream', both(one, two))).toEqual({ revision: 4, duplicate: true });
    expect(await kindOf(stream, 6, one)).toEqual({ revision: 2, duplicate: true });
    expect(await kindOf(stream, 2, two)).toEqual({ revision: 4, duplicate: true });
    expect(await kindOf(stream, 6, two)).toEqual({ revision: 4, duplicate: true });
    expect(await kindOf(stream, 6, one.slice(0, 2) as unknown as Batch)).toEqual({ revision: 1, duplicate: true });
    expect(await readAll(log, stream)).toHaveLength(7);
  });

  it('are reused by whoever decided anew, beside others, in another order or on another stream', async () => {
    const stream = newStream();
    const [commandId, other] = [randomUUID(), randomUUID()];
    await log.append(stream, 'no-stream', both(decided(commandId, 2), decided(other, 1)));
    const reused = { kind: 'reused' };
    expect(await kindOf(stream, 2, decided(commandId, 3))).toEqual(reused);
    expect(await kindOf(stream, 2, both(decided(other, 1), decided(randomUUID(), 2)))).toEqual(reused);
    expect(await kindOf(stream, 2, both(decided(randomUUID(), 2), decided(other, 1)))).toEqual(reused);
    expect(await kindOf(stream, 2, both(decided(other, 1), decided(commandId, 2)))).toEqual(reused);
    expect(await kindOf(newStream(), 'no-stream', decided(commandId, 2))).toEqual(reused);
    expect(await readAll(log, stream)).toHaveLength(3);
  });

  it('are written by one of two instances that decided the same command differently', async () => {
    const other = createPostgresLog(database);
    try {
      const rounds = times(20, async () => {
        const [stream, commandId] = [newStream(), randomUUID()];
        const outcomes = await Promise.allSettled([
          log.append(stream, 'no-stream', decided(commandId, 2)),
          other.append(stream, 'no-stream', decided(commandId, 3)),
        ]);
        expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
        expect(await readAll(log, stream)).toHaveLength(outcomes[0].status === 'fulfilled' ? 2 : 3);
      });
      await Promise.all(rounds);
    } finally {
      await other.close();
    }
  });

  it('are known to the version before and from it', async () => {
    const [ours, theirs] = [newStream(), newStream()];
    const [one, two] = [decided(randomUUID(), 3), decided(randomUUID(), 3)];
    await log.append(ours, 'no-stream', one);
    expect(await appendAsBefore(database.pool, ours, -1, one)).toEqual([{ verdict: 'duplicate', revision: 2 }]);
    expect(await appendAsBefore(database.pool, theirs, -1, two)).toEqual([{ verdict: 'appended', revision: null }]);
    expect(await kindOf(theirs, 'no-stream', two)).toEqual({ revision: 2, duplicate: true });
    expect(await kindOf(newStream(), 'no-stream', both(decided(randomUUID(), 1), two))).toEqual({ kind: 'reused' });
  });

  it('must follow each other: an event that follows on none of its command is refused', async () => {
    const stream = newStream();
    const [first, second] = decided(randomUUID(), 2) as readonly NewEvent[] as [NewEvent, NewEvent];
    await expect(log.append(stream, 'no-stream', [second])).rejects.toThrow(RangeError);
    await expect(log.append(stream, 'no-stream', [happened(), second])).rejects.toThrow(RangeError);
    await expect(log.append(stream, 'no-stream', [second, first])).rejects.toThrow(RangeError);
    expect(await readAll(log, stream)).toEqual([]);
  });

  it('bring the answers that a log would give that looks for each of them', async () => {
    const streams = times(3, () => newStream());
    const [seed, attempts] = [Math.floor(Math.random() * 2 ** 31), 250];
    for (const { appends, expectedOf } of randomAppends(seed, attempts, streams, decided)) {
      const outcomes = await log.appendTogether(appends);
      expect({ seed, outcomes: verdictsOf(outcomes) }).toEqual({ seed, outcomes: expectedOf() });
    }
    const positions = (await readFeed(log, 'start')).map(({ position }) => Number(position));
    expect(positions).toEqual(times(positions.length, (n) => n + 1));
  });
});

describe('the index of event ids', () => {
  beforeEach(open);
  afterEach(close);

  const entries = async (): Promise<number> => {
    await database.pool.query('reindex index log.event_first_id');
    const text = `select reltuples::int as n from pg_class where oid = 'log.event_first_id'::regclass`;
    return (await database.pool.query<{ n: number }>(text)).rows[0]?.n ?? 0;
  };

  it('has one entry for each command, and it alone finds a repeated append in a log of any length', async () => {
    const sizes = times(40, (n) => 1 + (n % 5));
    const events = both(...sizes.map((size) => decided(randomUUID(), size)));
    await log.append(newStream(), 'no-stream', events);
    await log.append(newStream(), 'no-stream', decided(randomUUID(), 200));
    expect(await entries()).toBe(sizes.length + 1);

    const client = await database.pool.connect();
    try {
      const scans = async () => {
        await client.query('select pg_stat_force_next_flush()');
        const { rows } =
          await client.query(`select idx_scan::int as found, (select seq_scan::int from pg_stat_user_tables
          where relid = 'log.event'::regclass) as whole from pg_stat_user_indexes where indexrelname = 'event_first_id'`);
        return rows[0] as { readonly found: number; readonly whole: number };
      };
      const before = await scans();
      const { rows } = await client.query(
        'select verdict from log.write_events($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)',
        [...argumentsOf(newStream(), -1, events)],
      );
      expect(rows).toEqual([{ verdict: 'event-id-reused' }]);
      const after = await scans();
      expect(after.found).toBeGreaterThan(before.found);
      expect(after.whole).toBe(before.whole);
    } finally {
      client.release();
    }
  });

  it('is made for a log that was there: its events are known as before', async () => {
    const { db, pool } = database;
    await migrateToOldRelease(db, (migration) => migration !== '0213_first_ids');
    const stream = newStream();
    const [one, two] = [decided(randomUUID(), 3), decided(randomUUID(), 2)];
    expect(await appendAsBefore(pool, stream, -1, both(one, two))).toEqual([{ verdict: 'appended', revision: null }]);

    expect(await migrateToLatest(db)).toContain('0213_first_ids');
    expect(await log.append(stream, 'no-stream', both(one, two))).toMatchObject({ revision: 4, duplicate: true });
    expect(await log.append(stream, 4, two)).toMatchObject({ revision: 4, duplicate: true });
    // Not one that an instance can make; but what was in the index is still found there.
    const [, second] = one as readonly NewEvent[] as [NewEvent, NewEvent];
    const { follows: _follows, ...alone } = second;
    await expect(log.append(stream, 4, [alone, happened()])).rejects.toThrow('event id');
    await log.append(stream, 4, decided(randomUUID(), 3));
    expect(await entries()).toBe(6);
  });
});
