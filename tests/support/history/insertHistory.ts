import pg from 'pg';
import { copyRows, copyText } from '../../../adapters/postgres/pool/copyRows.ts';
import { type HistoryRow, histories } from './histories.ts';

const columns = 'position, stream, revision, category, event_id, follows, type, data, metadata, recorded_at';

const lineOf = (row: HistoryRow): string =>
  `${row.position}\t${row.stream}\t${row.revision}\t${row.category}\t${row.eventId}\t${row.follows}\t${row.type}\t${copyText(row.data)}\t${copyText(row.metadata)}\t${row.recordedAt}\n`;

function* lines(count: number, onProgress: (inserted: number) => void): Generator<string> {
  for (const page of histories()) {
    onProgress(page[0]?.position ?? 0);
    const rest = page.filter(({ position }) => position <= count);
    yield rest.map(lineOf).join('');
    if (rest.length < page.length || (rest.at(-1)?.position ?? 0) >= count) return;
  }
}

/**
 * Fills an empty log with the first `count` events of the history, in one COPY, and moves the head there. The last orders
 * are under way, as in any log. Positions, streams and revisions are those that appends would have given.
 */
export const insertHistory = async (
  connectionString: string,
  count: number,
  onProgress: (inserted: number) => void = () => {},
): Promise<void> => {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query<{ position: string }>('select position from log.head');
    if (rows[0]?.position !== '0') throw new Error('the log is not empty');
    await client.query('begin');
    await copyRows(client, `copy log.event (${columns}) from stdin`, lines(count, onProgress));
    await client.query(
      'update log.head set position = e.position, recorded_at = e.recorded_at from log.event e where e.position = $1',
      [count],
    );
    await client.query('commit');
    // The planner must know the log as it would had it grown over years.
    await client.query('vacuum analyze log.event');
  } finally {
    await client.end();
  }
};
