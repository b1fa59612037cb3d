import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createPostgresLog, type PostgresLog } from '../../../adapters/postgres/eventLog.ts';
import type { Position, Recorded } from '../../../domain/eventLog.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { insertHistory } from '../../support/history/insertHistory.ts';

/** More than two statements look at. */
const events = 45_000;
const limit = 700;

let database: TestDatabase<never>;
let log: PostgresLog;
let everything: readonly Recorded[];

const readAll = async (read: (from: Position | 'start') => ReturnType<PostgresLog['readAfter']>, limit: number) => {
  const found: Recorded[] = [];
  for (let from: Position | 'start' = 'start'; ; ) {
    const page = await read(from);
    found.push(...page.events);
    from = page.throughPosition;
    if (page.events.length < limit) return { found, from };
  }
};

beforeAll(async () => {
  database = await createTestDatabase();
  const { connectionString, pool } = database;
  await insertHistory(connectionString, events);
  log = createPostgresLog({ connectionString, pool });
  everything = (await readAll((from) => log.readAfter(from, 5_000), 5_000)).found;
});

afterAll(async () => {
  await log.close();
  await database.close();
});

const types = (): readonly string[] => [...new Set(everything.map(({ type }) => type))];

test.each([
  ['the rarest type only', (type: string) => type === 'PeriodOpened'],
  ['a type that comes now and then', (type: string) => type === 'GlBatchSealed'],
  ['about half of all', (type: string) => type.startsWith('Order') || type.startsWith('Allocation')],
  ['nothing', () => false],
])('a read that passes over types finds %s, whole and in order, up to the head', async (_, wanted) => {
  const without = types().filter((type) => !wanted(type));
  const { found, from } = await readAll((after) => log.readAfterWithout(after, limit, without), limit);
  expect(found).toEqual(everything.filter(({ type }) => wanted(type)));
  expect(from).toBe(await log.head());
});

test('a read from beyond the head finds nothing and stays there', async () => {
  const beyond = '00000000000000990000' as Position;
  expect(await log.readAfterWithout(beyond, 10, [])).toEqual({ events: [], throughPosition: beyond });
});
