import type pg from 'pg';
import type { Recorded, StreamName } from '../../../domain/eventLog.ts';
import { createBatcher } from './batching.ts';
import { type EventRow, eventColumns, recordedFromRow } from './logRows.ts';

type Asked = { readonly stream: StreamName; readonly from: number };

/** A stream is read page by page, so its length costs time, not memory. */
const pageEvents = 200;
const limits = { itemsMax: 64, weightMax: 64, waitingMax: 20_000, waitMsMax: 10_000 };

const text = `select a.item, ${eventColumns('e')}
  from unnest($1::text[], $2::int[]) with ordinality as a(stream, revision, item)
  cross join lateral (select * from log.event e where e.stream = a.stream and e.revision >= a.revision
                      order by e.revision limit ${pageEvents}) e
  order by a.item, e.revision`;

/** Rows as they come: an event that cannot be read fails who comes to it, not who needs what lies before it. */
const readPages = async (pool: pg.Pool, asked: readonly Asked[]): Promise<readonly (readonly EventRow[])[]> => {
  const values = [asked.map(({ stream }) => stream), asked.map(({ from }) => from)];
  const { rows } = await pool.query<[string, ...EventRow]>({ name: 'streams', text, values, rowMode: 'array' });
  const pages: EventRow[][] = asked.map(() => []);
  for (const [item, ...event] of rows) pages[Number(item) - 1]?.push(event);
  return pages;
};

export type ReadStream = (stream: StreamName, fromRevision?: number) => AsyncGenerator<Recorded>;

/** Reads of streams that are asked for together go to the server in one statement, as appends do. Throws `LogUnavailable`, `EventUnreadable`. */
export const createStreamReads = (pool: pg.Pool): ReadStream => {
  const batcher = createBatcher<Asked, readonly EventRow[]>({
    limits,
    // Readers of one stream do not wait for each other.
    keysOf: () => [],
    weightOf: () => 1,
    write: (batch) => readPages(pool, batch),
  });
  return async function* (stream, fromRevision = 0) {
    for (let from = fromRevision; ; from += pageEvents) {
      const page = await batcher.submit({ stream, from });
      for (const row of page) yield recordedFromRow(row);
      if (page.length < pageEvents) return;
    }
  };
};
