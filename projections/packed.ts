import { type RawBuilder, sql } from 'kysely';

/**
 * One value of a packed row: how the database writes it, and how its text is read again. Most of the time of an answer with
 * many rows went into JSON that the database builds with every property's name and that is then parsed; a packed row is the
 * values' own text, one after the other.
 */
export type Packed<Value> = { readonly sql: RawBuilder<unknown>; readonly read: (text: string) => Value };

type Columns = Readonly<Record<string, Packed<unknown>>>;
type RowOf<Made extends Columns> = { readonly [Name in keyof Made]: ReturnType<Made[Name]['read']> };

// Unit and record separator, and what stands for null: control characters, which no text of the log holds that is not JSON.
const unit = '\x1f';
const record = '\x1e';
const absent = '\x01';
const [unitSql, recordSql, absentSql] = [sql.raw(`e'\\x1f'`), sql.raw(`e'\\x1e'`), sql.raw(`e'\\x01'`)];

const same = (text: string): string => text;

/** Ids, codes, dates, amounts and quantities, as exact text. Text that people or partners write is `quoted`. */
export const text = <Value extends string = string>(expression: RawBuilder<unknown>): Packed<Value> => ({
  sql: expression,
  read: same as (text: string) => Value,
});

export const integer = (expression: RawBuilder<unknown>): Packed<number> => ({ sql: expression, read: Number });

export const flag = (expression: RawBuilder<unknown>): Packed<boolean> => ({
  sql: expression,
  read: (text) => text === 't',
});

/** A `json` or `jsonb` value, or one that `to_json` writes. */
export const json = <Value>(expression: RawBuilder<unknown>): Packed<Value> => ({
  sql: expression,
  read: (text) => JSON.parse(text) as Value,
});

/** Text that may hold anything: as JSON it holds no separator. */
export const quoted = (expression: RawBuilder<unknown>): Packed<string> => json(sql`to_json(${expression})`);

/**
 * An instant as the database writes it where sessions run in UTC, in the form that columns have by themselves:
 * `to_char` takes the server ten times as long.
 */
export const instantText = (expression: RawBuilder<unknown>): Packed<string> => ({
  sql: expression,
  read: (text) => {
    const fraction = text.charAt(19) === '.' ? text.slice(20, text.length - 3) : '';
    return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction.padEnd(3, '0').slice(0, 3)}Z`;
  },
});

export const orNull = <Value>({ sql: expression, read }: Packed<Value>): Packed<Value | null> => ({
  sql: sql`coalesce((${expression})::text, ${absentSql})`,
  read: (text) => (text === absent ? null : read(text)),
});

const joined = (columns: Columns): RawBuilder<string> =>
  sql`concat_ws(${unitSql}, ${sql.join(Object.values(columns).map((column) => column.sql))})`;

const readerOf = <Made extends Columns>(columns: Made): ((text: string) => RowOf<Made>) => {
  const names = Object.keys(columns);
  const reads = Object.values(columns).map(({ read }) => read);
  // All rows begin with all of their properties: to give an object one after the other takes as long as to read them.
  const empty: Readonly<Record<string, unknown>> = Object.fromEntries(names.map((name) => [name, null]));
  return (packed) => {
    const values = packed.split(unit);
    if (values.length !== names.length) throw new RangeError(`${values.length} values of ${names.length}`);
    const row: Record<string, unknown> = { ...empty };
    for (let index = 0; index < names.length; index += 1)
      row[names[index] as string] = reads[index]?.(values[index] as string);
    return row as RowOf<Made>;
  };
};

/** A column of which each row is one text, and its reader. No value may be null that is not `orNull`. */
export const packedRow = <Made extends Columns>(columns: Made) => ({
  column: joined(columns),
  read: readerOf(columns),
});

/**
 * A column of which all rows of a group are one text, in the order that is given; null is no rows. `each` is the same with
 * one text per row.
 */
export const packedRows = <Made extends Columns>(columns: Made, orderBy?: RawBuilder<unknown>) => {
  const each = packedRow(columns);
  return {
    each,
    column: sql<
      string | null
    >`string_agg(${each.column}, ${recordSql}${orderBy === undefined ? sql`` : sql` order by ${orderBy}`})`,
    read: (packed: string | null): readonly RowOf<Made>[] =>
      packed === null ? [] : packed.split(record).map(each.read),
  };
};
