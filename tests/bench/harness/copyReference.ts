import { closeSync, openSync, readSync, rmSync } from 'node:fs';
import pg from 'pg';
import { copyRows } from '../../../adapters/postgres/pool/copyRows.ts';

const pieceBytes = 262_144;

function* piecesOf(file: string): Generator<Buffer> {
  const fd = openSync(file, 'r');
  try {
    for (;;) {
      const piece = Buffer.alloc(pieceBytes);
      const size = readSync(fd, piece);
      if (size === 0) return;
      yield size === pieceBytes ? piece : piece.subarray(0, size);
    }
  } finally {
    closeSync(fd);
  }
}

const copyOne = async (
  client: pg.Client,
  table: string,
): Promise<{ readonly rows: number; readonly seconds: number }> => {
  const { rows } = await client.query<{ dir: string }>(`select current_setting('data_directory') as dir`);
  const file = `${rows[0]?.dir}/bench-copy.txt`;
  await client.query(`copy ${table} to '${file}'`);
  await client.query(`create table public.copied (like ${table} including all)`);
  const startedAt = performance.now();
  const count = await copyRows(client, 'copy public.copied from stdin', piecesOf(file));
  const seconds = (performance.now() - startedAt) / 1_000;
  await client.query('drop table public.copied');
  rmSync(file);
  return { rows: count, seconds };
};

/**
 * COPY of everything that a read model holds into tables of the same shape, with the same keys and indexes: nothing writes
 * those rows faster while readers could look at them.
 */
export const copyOf = async (
  connectionString: string,
  schema: string,
): Promise<{ readonly rows: number; readonly seconds: number }> => {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query('set synchronous_commit = off');
    const { rows: tables } = await client.query<{ name: string }>(
      'select tablename as name from pg_tables where schemaname = $1 order by 1',
      [schema],
    );
    const copied = { rows: 0, seconds: 0 };
    for (const { name } of tables) {
      const { rows, seconds } = await copyOne(client, `${schema}.${name}`);
      copied.rows += rows;
      copied.seconds += seconds;
    }
    return copied;
  } finally {
    await client.end();
  }
};
