import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type RawBuilder, sql } from 'kysely';
import {
  flag,
  instantText,
  integer,
  json,
  orNull,
  packedRow,
  packedRows,
  quoted,
  text,
} from '../../projections/packed.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

/** Separators of packed rows, what stands for null there, and what JSON escapes. */
const hostile = 'a\u001fb\u001ec\u0001d"e\\f\u{1f4a5}';

describe('a packed row', () => {
  let database: TestDatabase<never>;

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  afterAll(() => database.close());

  const asked = async <Value>(column: RawBuilder<unknown>, from: RawBuilder<unknown>): Promise<Value> => {
    const { rows } = await sql<{ packed: Value }>`select ${column} as packed from ${from}`.execute(database.db);
    return rows[0]?.packed as Value;
  };

  test('comes back as it was, with text that holds separators', async () => {
    const { column, read } = packedRow({
      id: text(sql`v.id`),
      count: integer(sql`v.count`),
      amount: text(sql`v.amount`),
      yes: flag(sql`v.yes`),
      no: flag(sql`not v.yes`),
      note: quoted(sql`v.note`),
      at: instantText(sql`v.at`),
      value: json<{ readonly note: string }>(sql`v.value`),
      day: orNull(text(sql`v.day`)),
    });
    const values = sql`(values ('A-1', 7, 12345678901234567890123456789::numeric, true, ${hostile}::text,
      '2026-11-23 08:00:00.123456Z'::timestamptz, ${JSON.stringify({ note: hostile })}::jsonb, '2026-11-24'::date)) v(id, count, amount, yes, note, at, value, day)`;
    expect(read(await asked(column, values))).toEqual({
      ...{ id: 'A-1', count: 7, amount: '12345678901234567890123456789', yes: true, no: false, note: hostile },
      ...{ at: '2026-11-23T08:00:00.123Z', value: { note: hostile }, day: '2026-11-24' },
    });
  });

  test('tells what is absent from what is empty', async () => {
    const { column, read } = packedRow({
      absent: orNull(text(sql`v.absent`)),
      empty: orNull(text(sql`v.empty`)),
      unsaid: orNull(quoted(sql`v.absent`)),
    });
    expect(read(await asked(column, sql`(values (null::text, '')) v(absent, empty)`))).toEqual({
      absent: null,
      empty: '',
      unsaid: null,
    });
  });

  test('is refused when a value is null that was said to be there', async () => {
    const { column, read } = packedRow({ id: text(sql`v.id`), other: text(sql`v.other`) });
    const packed = await asked<string>(column, sql`(values ('A-1', null::text)) v(id, other)`);
    expect(() => read(packed)).toThrow('1 values of 2');
  });

  test('comes with the others of its group in the order that was asked for, and none are no rows', async () => {
    const { column, read } = packedRows({ no: integer(sql`v.no`), note: quoted(sql`v.note`) }, sql`v.no`);
    const values = sql`(values (2, ${hostile}::text), (10, ''), (1, 'x')) v(no, note)`;
    expect(read(await asked(column, values))).toEqual([
      { no: 1, note: 'x' },
      { no: 2, note: hostile },
      { no: 10, note: '' },
    ]);
    expect(read(await asked(column, sql`(select 1 as no, 'x' as note where false) v`))).toEqual([]);
  });
});
