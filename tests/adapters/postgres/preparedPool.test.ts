import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { createPool } from '../../../adapters/postgres/pool.ts';
import { createPreparedReads } from '../../../adapters/postgres/preparedPool.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

describe('prepared reads', () => {
  let database: TestDatabase<never>;
  let db: ReturnType<typeof createPreparedReads>;

  beforeAll(async () => {
    database = await createTestDatabase();
    db = createPreparedReads(createPool({ connectionString: database.connectionString, connectionsMax: 1 }));
  });

  afterAll(async () => {
    await db.destroy();
    await database.close();
  });

  const prepared = async (): Promise<readonly string[]> =>
    (await sql<{ statement: string }>`select statement from pg_prepared_statements`.execute(db)).rows.map(
      ({ statement }) => statement,
    );

  test('a statement is prepared once, whatever its values', async () => {
    for (const n of [1, 2, 3]) {
      const { rows } = await sql<{ twice: number }>`select ${n}::int * 2 as twice`.execute(db);
      expect(rows).toEqual([{ twice: n * 2 }]);
    }
    expect((await prepared()).filter((statement) => statement.includes('as twice'))).toHaveLength(1);
  });

  test('a view that a rebuild gave another shape is read at once, and prepared anew', async () => {
    const read = () => sql`select total from shape`.execute(db);
    await database.pool.query('create view shape as select 1::int as total');
    await read();
    await database.pool.query(`drop view shape; create view shape as select 'one'::text as total`);
    expect((await read()).rows).toEqual([{ total: 'one' }]);
    expect((await read()).rows).toEqual([{ total: 'one' }]);
  });

  test('a transaction that meets a stale plan fails as one, and goes through when it is tried again', async () => {
    const work = () => db.transaction().execute(async (tx) => (await sql`select amount from priced`.execute(tx)).rows);
    await database.pool.query('create table priced as select 1::int as amount');
    await work();
    await database.pool.query('alter table priced alter amount type text');
    await expect(work()).rejects.toThrow('cached plan must not change result type');
    expect(await work()).toEqual([{ amount: '1' }]);
  });

  test('a read that a replica gave up is asked again', async () => {
    await database.pool.query('create sequence attempts');
    await database.pool.query(`create function given_up_once() returns bigint language plpgsql as $$
      declare attempt bigint := nextval('attempts');
      begin
        if attempt = 1 then raise exception 'conflict with recovery' using errcode = '40001'; end if;
        return attempt;
      end $$`);
    expect((await sql`select given_up_once() as attempt`.execute(db)).rows).toEqual([{ attempt: '2' }]);
  });

  describe('by the short way', () => {
    const ask = <Row>(text: string) => db.rowsOf(sql<Row>`${sql.raw(text)}`.compile(db));

    test('a statement is prepared under the same name', async () => {
      await sql`select 3 as thrice`.execute(db);
      expect(await ask('select 3 as thrice')).toEqual([{ thrice: 3 }]);
      expect((await prepared()).filter((statement) => statement.includes('as thrice'))).toHaveLength(1);
    });

    test('a view that got another shape is read at once', async () => {
      await database.pool.query('create view figure as select 1::int as total');
      await ask('select total from figure');
      await database.pool.query(`drop view figure; create view figure as select 'one'::text as total`);
      expect(await ask('select total from figure')).toEqual([{ total: 'one' }]);
    });

    // There is one connection: kept after a failure, it would be the last.
    test('a failure is told, and its connection answers the next one', async () => {
      await expect(ask('select 1 / 0')).rejects.toThrow('division by zero');
      expect(await ask('select 1 as one')).toEqual([{ one: 1 }]);
    });
  });

  test('what is wrong with a statement is told, not tried again', async () => {
    await expect(sql`select 1 / ${0}::int`.execute(db)).rejects.toThrow('division by zero');
  });
});
