import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import { createPool } from '../../../adapters/postgres/pool.ts';
import { createPreparedKysely } from '../../../adapters/postgres/preparedPool.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

describe('prepared reads', () => {
  let database: TestDatabase<never>;
  let db: Kysely<never>;

  beforeAll(async () => {
    database = await createTestDatabase();
    db = createPreparedKysely(createPool({ connectionString: database.connectionString, connectionsMax: 1 }));
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

  test('what is wrong with a statement is told, not tried again', async () => {
    await expect(sql`select 1 / ${0}::int`.execute(db)).rejects.toThrow('division by zero');
  });
});
