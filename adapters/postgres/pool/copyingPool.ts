import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type pg from 'pg';
import { withFacades } from './clientFacades.ts';
import { copyRows, copyText } from './copyRows.ts';

/** The fields of each row as texts of their types; null is no value. A row is read before the next one is asked for. */
type Fields = Iterable<readonly (string | null)[]>;

const suffix = ' $1';
const isCopy = (text: string): boolean => text.startsWith('copy ') && text.endsWith(` from stdin${suffix}`);

const lineOf = (row: readonly (string | null)[]): string => {
  let line = '';
  let separator = '';
  for (const field of row) {
    line += field === null ? `${separator}\\N` : separator + copyText(field);
    separator = '\t';
  }
  return `${line}\n`;
};

const pieceBytes = 65_536;
/** Of a UTF-16 unit in UTF-8. */
const unitBytesMax = 3;

/**
 * One for all copies: it is filled and handed on without a pause in which another one could begin, and whoever sends a piece
 * has copied it when it returns. A buffer for each would be most of what a rebuild allocates, and 64 kB for a single row.
 */
const shared = Buffer.allocUnsafeSlow(pieceBytes);

/**
 * Line by line into bytes: as one text for all rows they would live until they are old, and cost ten times as much. A piece
 * holds its bytes only until something else is done.
 */
function* piecesOf(rows: Fields): Generator<Buffer> {
  let filled = 0;
  for (const row of rows) {
    const line = lineOf(row);
    // As UTF-8 it would become another text than the one that was given.
    if (!line.isWellFormed()) throw new RangeError('a text with half of a surrogate pair cannot be stored');
    const bytesMax = line.length * unitBytesMax;
    if (filled > 0 && filled + bytesMax > pieceBytes) {
      yield shared.subarray(0, filled);
      filled = 0;
    }
    if (bytesMax > pieceBytes) yield Buffer.from(line);
    else filled += shared.write(line, filled);
  }
  if (filled > 0) yield shared.subarray(0, filled);
}

/** Runs such a statement; `values` are its rows. */
const copied = async (client: pg.PoolClient, text: string, [rows]: readonly unknown[]) => {
  const rowCount = await copyRows(client, text.slice(0, -suffix.length), piecesOf(rows as Fields));
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
