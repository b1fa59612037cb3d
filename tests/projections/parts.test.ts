import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { integer, packedRow, quoted } from '../../projections/packed.ts';
import { inParts, type PartRow } from '../../projections/parts.ts';
import { defineQuery, type Known, type Question } from '../../projections/question.ts';
import { given, givenAny } from '../../projections/statement.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

type Answer = { readonly up: readonly number[]; readonly notes: readonly string[] };

const parts = inParts({
  up: {
    of: packedRow({ no: integer(sql`n`) }),
    from: sql`from generate_series(1, ${given('count')}::int) n order by n desc`,
  },
  notes: {
    of: packedRow({ note: quoted(sql`v.note`) }),
    from: sql`from unnest(${given('notes')}::text[]) as v(note) where ${givenAny(sql`v.note`, 'only')}`,
  },
});

const numbersAndNotes = defineQuery(
  (count: number, notes: readonly string[], only?: readonly string[]): Question<PartRow, Answer> => ({
    statement: parts.statement,
    values: { count, notes, only: only ?? null },
    form: 'parts',
    answer: (rows) => {
      const found = parts.read(rows);
      return { up: found.up.map(({ no }) => no), notes: found.notes.map(({ note }) => note) };
    },
  }),
);

const frame = sql<{ readonly said: string }>`select ${given('said')}::text as said`;
const saying = (said: string): Known<{ readonly said: string }> => ({ statement: frame, values: { said } });

const said = packedRow({ said: quoted(sql`v.said`) });
const sayingInParts = (...words: readonly string[]): Known<{ readonly said: readonly string[] }> => ({
  statement: sql`select array(select unnest(${given('words')}::text[])) as said`,
  values: { words },
  part: {
    column: said.column,
    from: sql`from unnest(${given('words')}::text[]) as v(said)`,
    read: (packed) => ({ said: packed.map((row) => said.read(row).said) }),
  },
});

describe('a statement in parts, written once', () => {
  let database: TestDatabase<never>;

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  afterAll(() => database.close());

  test('brings each kind of row to its own place, in its own order', async () => {
    const note = 'a\u001fb\u001e"c';
    expect(await numbersAndNotes(database.db, 3, [note, 'd'])).toEqual({ up: [3, 2, 1], notes: [note, 'd'] });
  });

  test('brings what is known as rows of its own kind where it has one, also when there are none', async () => {
    for (const words of [['x', 'y'], []]) {
      const answer = await numbersAndNotes.framed(database.db, sayingInParts(...words), 2, ['d']);
      expect(answer).toEqual({ known: { said: words }, value: { up: [2, 1], notes: ['d'] } });
    }
  });

  test('takes other values each time, also when many are asked at once', async () => {
    const counts = Array.from({ length: 40 }, (_, index) => index);
    const answers = await Promise.all(counts.map((count) => numbersAndNotes(database.db, count, [`note ${count}`])));
    expect(answers.map(({ up, notes }) => [up.length, notes])).toEqual(
      counts.map((count) => [count, [`note ${count}`]]),
    );
  });

  test('what may be left out says nothing when it is left out, and nothing is found where nobody is meant', async () => {
    expect((await numbersAndNotes(database.db, 0, ['a', 'b'], ['b'])).notes).toEqual(['b']);
    expect((await numbersAndNotes(database.db, 0, ['a', 'b'], [])).notes).toEqual([]);
  });

  test('is framed by what is known, with rows or without', async () => {
    expect(await numbersAndNotes.framed(database.db, saying('one'), 1, [])).toEqual({
      known: { said: 'one' },
      value: { up: [1], notes: [] },
    });
    expect(await numbersAndNotes.framed(database.db, saying('none'), 0, [])).toEqual({
      known: { said: 'none' },
      value: { up: [], notes: [] },
    });
  });
});
