import { createPostgresLog } from '../../adapters/postgres/eventLog.ts';
import { createKysely, createPool } from '../../adapters/postgres/pool.ts';
import { toDomain } from '../../commands/codec.ts';
import { projections } from '../../projections/catalogue.ts';
import { runProjections } from '../../projections/runner.ts';

// A projector far behind that writes three pages, folds a fourth and then waits for ever on the next: whoever started it kills
// it there.

const [connectionString = ''] = process.argv.slice(2);
const pool = createPool({ connectionString });
const log = createPostgresLog({ connectionString, pool });
const readAfter: typeof log.readAfter = (position, limit) =>
  position !== 'start' && Number(position) >= 400 ? new Promise(() => {}) : log.readAfter(position, limit);
const never = new AbortController().signal;
await runProjections(
  {
    db: createKysely<never>(pool),
    feed: { readAfter, changed: log.changed },
    decode: toDomain,
    eventAt: async () => undefined,
    eventsPerPage: 100,
    pagesPerWrite: 3,
    farBehind: { weight: 0, ms: 0 },
    whileHeld: async (_name, work) => {
      await work(never);
      return true;
    },
  },
  projections,
  never,
);
