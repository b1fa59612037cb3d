import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPool, instantFromText } from '../../../adapters/postgres/pool.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

describe('values read from Postgres', () => {
  let database: TestDatabase<never>;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.close());

  it('keeps money and quantities exact, and instants as UTC text with milliseconds', async () => {
    const { rows } = await database.pool.query(
      `select 9007199254740993::bigint as big, 0.10::numeric as rate, date '2026-02-28' as day,
              timestamptz '2026-11-23 23:02:03.1+02' as instant, null::timestamptz as missing`,
    );
    expect(rows[0]).toEqual({
      big: '9007199254740993',
      rate: '0.10',
      day: '2026-02-28',
      instant: '2026-11-23T21:02:03.100Z',
      missing: null,
    });
  });

  it.each([
    ['2026-11-23 21:02:03+00', '2026-11-23T21:02:03.000Z'],
    ['2026-11-23 21:02:03.123456+00', '2026-11-23T21:02:03.123Z'],
  ])('reads %s as %s', (text, instant) => {
    expect(instantFromText(text)).toBe(instant);
  });

  it('survives the loss of an idle connection, and reports it', async () => {
    const reported: Error[] = [];
    const { connectionString } = database;
    const pool = createPool({ connectionString, connectionsMax: 1, onError: (error) => reported.push(error) });
    const { rows } = await pool.query('select pg_backend_pid() as pid');
    await database.pool.query('select pg_terminate_backend($1)', [rows[0].pid]);
    for (let tries = 0; tries < 2_000 && reported.length === 0; tries += 1) await delay(20);
    expect(reported).toHaveLength(1);
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await pool.end();
  });

  it('a connection lost between two statements of a transaction ends the transaction, not the process', async () => {
    const pool = createPool({ connectionString: database.connectionString, connectionsMax: 1 });
    const client = await pool.connect();
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    await client.query('begin');
    await database.pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    await delay(200);
    await expect(client.query('select 1')).rejects.toThrow();
    client.release(true);
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await pool.end();
  });
});
