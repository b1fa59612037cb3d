import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { createPostgresLog } from '../../../adapters/postgres/eventLog.ts';
import { createPool } from '../../../adapters/postgres/pool.ts';
import { type Bench, interleaved, perSecond, type Row } from '../harness/bench.ts';
import { onNewDatabase } from '../harness/database.ts';
import { compared, type Figure } from '../harness/figures.ts';
import { newStream, threeEvents } from './sampleEvents.ts';

const writers = 32;
/**
 * A server that just started takes its buffers from the machine page by page as it fills them, which costs an append a fifth
 * more, and a commit of one small row next to nothing. Within this time it has all of them, as a server that runs for a day.
 */
const warmUpSeconds = 80;

/** One row of the same size as an event, one commit each: the most that plain SQL does for a durable write. */
const rowsByPg = async (connectionString: string) => {
  const pool = new pg.Pool({ connectionString, max: writers });
  // Its database is dropped at the end, perhaps before the last of its connections has gone.
  pool.on('error', () => {});
  await pool.query(
    'create table public.entry (id bigint generated always as identity primary key, data text not null)',
  );
  const [{ data, metadata }] = threeEvents();
  const text = JSON.stringify({ data, metadata });
  const insert = async (): Promise<void> => {
    await pool.query({ name: 'entry', text: 'insert into public.entry (data) values ($1)', values: [text] });
  };
  return { insert, close: () => pool.end() };
};

const measure = async (bench: Bench, connectionString: string): Promise<readonly Figure[]> => {
  const pool = createPool({ connectionString });
  const log = createPostgresLog({ connectionString, pool });
  const reference = await rowsByPg(connectionString);
  const appendOnce = async (): Promise<void> => {
    const outcome = await log.append(newStream(randomUUID()), 'no-stream', threeEvents());
    if (outcome.kind !== 'appended') throw new Error('an append to a new stream was refused');
  };
  try {
    if (!bench.quick) {
      bench.progress(`the server's first ${warmUpSeconds} seconds, not measured`);
      await perSecond(writers, warmUpSeconds, appendOnce);
    }
    const rounds = await interleaved(bench, {
      what: `${writers} writers`,
      ours: () => perSecond(writers, bench.seconds, appendOnce),
      reference: () => perSecond(writers, bench.seconds, reference.insert),
    });
    return [
      compared(
        {
          row: 'append',
          what: `${writers} writers, 3 events each / one-row INSERT commits`,
          unit: 'commits/s',
          target: { atLeast: 1.5 },
        },
        rounds,
      ),
    ];
  } finally {
    await log.close();
    await Promise.all([pool.end(), reference.close()]);
  }
};

export const append: Row = {
  name: 'append',
  run: async (bench) => onNewDatabase(await bench.server(), (connectionString) => measure(bench, connectionString)),
};
