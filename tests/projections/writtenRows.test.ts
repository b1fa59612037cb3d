import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { isFaultOfEvent } from '../../projections/failures.ts';
import { createRows } from '../../projections/rows.ts';
import { addRows, replaceRows, selectGroups } from '../../projections/statements.ts';
import type { Table, Target } from '../../projections/table.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

type Row = {
  readonly owner: string;
  readonly id: string;
  readonly words: string | null;
  readonly amount: string | null;
  readonly at: string | null;
  readonly day: string | null;
  readonly count: number | null;
  readonly yes: boolean | null;
  readonly content: unknown;
};

const table: Table<Row> = {
  name: 'sample',
  columns: ['id', 'owner', 'words', 'amount', 'at', 'day', 'count', 'yes', 'content'],
  key: ['owner', 'id'],
  group: 'owner',
};

const hostile = [
  'a\tb',
  'line\nfeed',
  'carriage\r\nreturn',
  'back\\slash',
  '\\N',
  '\\.',
  '\\t',
  '',
  ' ',
  'NULL',
  '{"not","an array"}',
  "'; drop table sample; --",
  '"quoted", with a comma',
  'Ünïcödé 漢字 🚚 \u2028 \u0007',
  '\u0001between the parts of a key',
];

const rowOf = (id: string, words: string | null, owner = 'o1'): Row => ({
  ...{ owner, id, words, amount: '-12345678901234567890123456789', at: '2026-11-23T21:02:03.120Z', day: '2026-02-28' },
  ...{ count: -7, yes: false, content: { words, list: [words, 1, null, ['deep']], none: null } },
});

const empty = (id: string): Row => ({
  ...{ owner: 'o1', id, words: null, amount: null, at: null, day: null, count: null, yes: null, content: null },
});

/** Below, at and above the number of rows from which they are replaced by another statement. */
const counts = [1, 3, 450];

describe('rows of a read model', () => {
  let database: TestDatabase<never>;
  let into: Target;

  beforeAll(async () => {
    database = await createTestDatabase();
    into = { tx: database.db, schema: 'rows' };
    await sql`create schema rows`.execute(database.db);
    await sql`create table rows.sample (owner text not null, id text not null, words text, amount numeric(38, 0), at timestamptz,
      day date, count integer, yes boolean, content jsonb, twice text generated always as (words || words) stored,
      primary key (owner, id))`.execute(database.db);
  });

  afterEach(async () => {
    await sql`truncate rows.sample`.execute(database.db);
  });

  afterAll(() => database.close());

  const stored = async (): Promise<readonly Row[]> => {
    const owners = await sql<{ owner: string }>`select distinct owner from rows.sample`.execute(database.db);
    const names = owners.rows.map(({ owner }) => owner);
    const rows = await selectGroups(into, table, 'owner', names);
    return rows.toSorted((a, b) => (`${a.owner} ${a.id}` < `${b.owner} ${b.id}` ? -1 : 1));
  };

  test.each(
    counts,
  )('come back as they were written, whatever they say: %d at a time, new and replaced', async (count) => {
    const some = Array.from({ length: count }, (_, n) =>
      rowOf(`r${String(n).padStart(4, '0')}`, hostile[n % 15] ?? ''),
    );
    const all = count === 1 ? [empty('r0000')] : [...some, empty('s')];
    await addRows(into, table, all);
    expect(await stored()).toEqual(all);
    const changed = all.map((row, n) => ({ ...row, words: hostile[(n + 7) % 15] ?? null, content: [hostile[n % 15]] }));
    await replaceRows(into, table, changed);
    expect(await stored()).toEqual(changed);
  });

  test('keep every hostile text, one by one', async () => {
    for (const [n, words] of hostile.entries()) await addRows(into, table, [rowOf(`r${10 + n}`, words)]);
    expect((await stored()).map(({ words }) => words)).toEqual(hostile);
  });

  test('are whole on both sides of where what is sent at once ends, also one that is longer than that', async () => {
    const long = [
      '漢'.repeat(21_000),
      'a',
      '漢'.repeat(200_000),
      'ü'.repeat(40_000),
      'b'.repeat(65_535),
      '🚚'.repeat(9_000),
    ];
    const all = long.map((words, n) => rowOf(`r${n}`, words));
    await addRows(into, table, all);
    expect(await stored()).toEqual(all);
  });

  test('are kept apart from those that are copied at the same time over other connections', async () => {
    const owners = ['o1', 'o2', 'o3', 'o4'];
    const all = owners.map((owner, n) =>
      Array.from({ length: 400 }, (_, row) =>
        rowOf(`r${String(row).padStart(4, '0')}`, owner.repeat(200 + 50 * n), owner),
      ),
    );
    await Promise.all(all.map((rows) => addRows(into, table, rows)));
    expect(await stored()).toEqual(all.flat());
  });

  test('may hold a bare text, a number or a truth as JSON', async () => {
    const contents = ['bare "text"', 7, true, [], {}];
    const rows = contents.map((content, n) => ({ ...empty(`r${n}`), content }));
    await addRows(into, table, rows);
    await replaceRows(into, table, rows);
    expect((await stored()).map(({ content }) => content)).toEqual(contents);
  });

  test.each([
    ['a zero character', 'a\u0000b'],
    ['half of a surrogate pair', 'a\ud800b'],
  ])('with %s are refused as the event’s fault, in text and in JSON, and nothing of them is stored', async (_, words) => {
    const rows = [rowOf('r1', 'fine'), { ...empty('r2'), words }];
    const json = [rowOf('r1', 'fine'), { ...empty('r2'), content: { words } }];
    for (const hurt of [rows, json]) {
      for (const write of [addRows<Row>, replaceRows<Row>]) {
        const error: unknown = await write(into, table, hurt).catch((failure: unknown) => failure);
        expect(error).toBeInstanceOf(Error);
        expect(isFaultOfEvent(error)).toBe(true);
      }
    }
    expect(await stored()).toEqual([]);
  });

  test('a row that is there already is refused, and the connection serves the next statement', async () => {
    await addRows(into, table, [rowOf('r1', 'first')]);
    await expect(addRows(into, table, [rowOf('r1', 'again')])).rejects.toMatchObject({ code: '23505' });
    expect(await stored()).toEqual([rowOf('r1', 'first')]);
  });

  test('that are refused while more of them are on their way leave nothing behind for the next statement', async () => {
    const many = Array.from({ length: 20_000 }, (_, n) => rowOf(`r${n}`, 'x'.repeat(200)));
    const elsewhere: Table<Row> = { ...table, name: 'elsewhere' };
    await addRows(into, table, [rowOf('r0', 'first')]);
    await database.db.connection().execute(async (tx) => {
      const through = { ...into, tx };
      for (const count of [1, many.length]) {
        await expect(addRows(through, table, many.slice(0, count))).rejects.toMatchObject({ code: '23505' });
        await expect(addRows(through, elsewhere, many.slice(0, count))).rejects.toMatchObject({ code: '42P01' });
        await addRows(through, table, [rowOf(`s${count}`, 'after it')]);
      }
    });
    expect((await stored()).map(({ id }) => id)).toEqual(['r0', 's1', `s${many.length}`]);
  });

  test('that were let go of are found again, changed, removed and counted', async () => {
    const rows = createRows(table, true);
    await rows.load(into, ['o1', 'o2', 'o3']);
    for (const owner of ['o1', 'o2', 'o3']) for (const id of ['a', 'b']) rows.put(rowOf(id, 'new', owner));
    expect(await rows.flush(into)).toBe(6);
    rows.shrink(1);
    expect(rows.all()).toEqual([]);
    await rows.load(into, ['o2', 'o4']);
    expect(rows.inGroup('o2').map(({ id }) => id)).toEqual(['a', 'b']);
    rows.put(rowOf('b', 'changed', 'o2'));
    rows.remove('o2', 'a');
    rows.put(rowOf('c', 'new', 'o4'));
    // A group that was let go of and is not loaded: what is put there may be in the table.
    rows.put(rowOf('a', 'put over', 'o3'));
    await rows.flush(into);
    rows.remove('o4', 'c');
    rows.put(rowOf('c', 'back again', 'o4'));
    expect(await rows.flush(into)).toBe(0);
    expect((await stored()).map(({ owner, id, words }) => `${owner} ${id} ${words}`)).toEqual([
      ...['o1 a new', 'o1 b new', 'o2 b changed', 'o3 a put over', 'o3 b new', 'o4 c back again'],
    ]);
  });

  test('what is used is kept while what is not used goes', async () => {
    const rows = createRows(table, true);
    for (let n = 0; n < 20; n += 1) {
      await rows.load(into, [`o${n}`, 'always']);
      rows.put(rowOf(`r${n}`, 'new', `o${n}`));
      rows.put(rowOf('r', `seen ${n}`, 'always'));
    }
    await rows.flush(into);
    rows.shrink(10);
    const left = new Set(rows.all().map(({ owner }) => owner));
    expect(left.has('always')).toBe(true);
    expect(left.has('o19')).toBe(true);
    expect(left.has('o0')).toBe(false);
  });

  test('of a transaction that fails are not there, and are written by the next attempt', async () => {
    const attempt = async (fails: boolean): Promise<void> => {
      const rows = createRows(table, false);
      await database.db.transaction().execute(async (tx) => {
        const within = { tx, schema: 'rows' };
        await rows.load(within, ['o1']);
        for (let n = 0; n < 300; n += 1) rows.put(rowOf(`r${n}`, 'new'));
        await rows.flush(within);
        if (fails) throw new Error('killed here');
      });
    };
    await expect(attempt(true)).rejects.toThrow('killed here');
    expect(await stored()).toEqual([]);
    await attempt(false);
    expect((await stored()).length).toBe(300);
  });
});
