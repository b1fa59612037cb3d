import { createPostgresLog } from '../../adapters/postgres/eventLog.ts';
import { createLeases } from '../../adapters/postgres/leases.ts';
import { createKysely, createPool } from '../../adapters/postgres/pool.ts';
import { toDomain } from '../../commands/codec.ts';
import { createExecutor } from '../../commands/handle.ts';
import { recordRebuild } from '../../commands/steering/recordRebuild.ts';
import { projections } from '../../projections/catalogue.ts';
import { runRebuilds } from '../../projections/rebuild/worker.ts';

// A worker that writes three pages, folds a fourth and then waits for ever on the fifth: whoever started it kills it there.

const [connectionString = ''] = process.argv.slice(2);
const pool = createPool({ connectionString });
const log = createPostgresLog({ connectionString, pool });
let pages = 0;
const readAfter: typeof log.readAfter = (position, limit, filter) => {
  if (filter === undefined) pages += 1;
  return pages > 4 ? new Promise(() => {}) : log.readAfter(position, limit, filter);
};
await runRebuilds(
  {
    db: createKysely<never>(pool),
    feed: { readAfter, changed: log.changed, head: log.head },
    decode: toDomain,
    eventsPerPage: 40,
    pagesPerWrite: 3,
    projections,
    whileHeld: createLeases(connectionString).whileHeld,
    record: recordRebuild(createExecutor(log), () => '2026-11-23T12:00:00.000Z'),
  },
  new AbortController().signal,
);
