import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type pg from 'pg';
import { withFacades } from './clientFacades.ts';
import { copyRows, copyText } from './copyRows.ts';

/** The fields of each row as texts of their types; null is no value. */
type Fields = readonly (readonly (string | null)[])[];

const suffix = ' $1';
const isCopy = (text: string): boolean => text.startsWith('copy ') && text.endsWith(` from stdin${suffix}`);

const linesOf = (rows: Fields): string => {
  let lines = '';
  for (const row of rows) {
    let separator = '';
    for (const field of row) {
      lines += field === null ? `${separator}\\N` : separator + copyText(field);
      separator = '\t';
    }
    lines += '\n';
  }
  return lines;
};

/** Runs such a statement; `values` are its rows. */
const copied = async (client: pg.PoolClient, text: string, [rows]: readonly unknown[]) => {
  const lines = linesOf(rows as Fields);
  // As UTF-8 it would become another text than the one that was given.
  if (!lines.isWellFormed()) throw new RangeError('a text with half of a surrogate pair cannot be stored');
  const rowCount = await copyRows(client, text.slice(0, -suffix.length), [lines]);
  return { command: 'COPY', rowCount, rows: [] };
};

const facade = (client: pg.PoolClient): PostgresPoolClient =>
  ({
    query: (text: string, values: unknown[]) =>
      isCopy(text) ? copied(client, text, values) : client.query(text, values),
    release: (destroy?: boolean) => client.release(destroy),
  }) as unknown as PostgresPoolClient;

/** `pool` with one statement more: `copy … from stdin $1`. Postgres has no such parameter; here it is the rows. */
export const copying = (pool: pg.Pool): PostgresPool => withFacades(pool, facade);
