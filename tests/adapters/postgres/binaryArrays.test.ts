import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { boolArray, intArray, textArray, uuidArray } from '../../../adapters/postgres/log/binaryArrays.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

describe('arrays in binary form', () => {
  let database: TestDatabase<never>;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.close());

  const backOf = async (type: string, array: Buffer): Promise<unknown> => {
    const { rows } = await database.pool.query(`select to_json($1::${type}[]) as back`, [array]);
    return rows[0]?.back;
  };

  it('bring every text as it is', async () => {
    const texts = ['', ' ', 'é → 😀', '{"a":"\\u0000","b":[1,2]}', '\x1e', '","', 'NULL', '\\', 'x'.repeat(100_000)];
    expect(await backOf('text', textArray(texts))).toEqual(texts);
  });

  it('bring numbers of either sign, ids and yes or no', async () => {
    const numbers = [0, -1, 1, 2_147_483_647, -2_147_483_648];
    const ids = ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff', randomUUID()];
    expect(await backOf('int', intArray(numbers))).toEqual(numbers);
    expect(await backOf('uuid', uuidArray(ids))).toEqual(ids);
    expect(await backOf('boolean', boolArray([true, false, true]))).toEqual([true, false, true]);
  });

  it('refuse an id that is none', () => {
    expect(() => uuidArray([randomUUID().slice(1)])).toThrow('not a UUID');
    expect(() => uuidArray(['zzzzzzzz-0000-0000-0000-000000000000'])).toThrow('not a UUID');
  });

  it('leave the call of the version before as it was: a repeated append is known, whichever call made it', async () => {
    const id = randomUUID();
    const stream = `order-ACME.${randomUUID()}`;
    const before = () =>
      database.pool.query('select verdict from log.append($1, $2, $3, $4, $5, $6, $7, $8, $9)', [
        ...[stream, '{-1}', '{0}', '{0,0}', '{0,1}', `{${id},${randomUUID()}}`],
        ...['A\x1eB', '{"n":1}\x1e{"n":2}', '{}\x1e{}'],
      ]);
    expect((await before()).rows).toEqual([{ verdict: 'appended' }]);
    const { rows } = await database.pool.query('select revision, type, data from log.event where stream = $1', [
      stream,
    ]);
    expect(rows).toEqual([
      { revision: 0, type: 'A', data: '{"n":1}' },
      { revision: 1, type: 'B', data: '{"n":2}' },
    ]);
    const now = await database.pool.query('select verdict from log.append_events($1, $2, $3, $4, $5, $6, $7, $8, $9)', [
      ...[textArray([stream]), intArray([1]), intArray([0]), intArray([0]), intArray([0]), uuidArray([id])],
      ...[textArray(['A']), textArray(['{"n":1}']), textArray(['{}'])],
    ]);
    expect(now.rows).toEqual([{ verdict: 'duplicate' }]);
  });
});
