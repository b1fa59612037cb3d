import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { projections } from '../../projections/catalogue.ts';
import { catchUpAll } from '../projections/caughtUp.ts';
import { playEventfulOrders } from '../projections/eventfulHistory.ts';
import { playGoldenOrder } from '../projections/goldenHistory.ts';
import { openBooks } from '../projections/masterDataHistory.ts';
import { createMemoryLog } from '../projections/memoryLog.ts';
import { storeEvents } from '../projections/storedHistory.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { type Ended, throughline } from '../support/throughline.ts';

describe('throughline doctor', () => {
  let database: TestDatabase<never>;
  const log = createMemoryLog();

  const doctor = (...args: readonly string[]): Promise<Ended> =>
    throughline(['doctor', ...args], { DATABASE_URL: database.connectionString });

  const scratch = async (): Promise<number> =>
    (await database.pool.query(`select from pg_namespace where nspname like 'rm_%1000000000'`)).rowCount ?? 0;

  beforeAll(async () => {
    database = await createTestDatabase();
    openBooks(log);
    playGoldenOrder(log, 'O1');
    playEventfulOrders(log);
    await storeEvents(database, log.events);
    await catchUpAll(database.db, log);
  });

  afterAll(() => database.close());

  test('finds every read model sound, and leaves nothing behind', async () => {
    const { code, out, err } = await doctor();
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const { name } of projections) expect(out).toMatch(new RegExp(`${name} +sound`));
    expect(await scratch()).toBe(0);
    const { rows } = await database.pool.query('select name from ops.projection where not live');
    expect(rows).toEqual([]);
  });

  test('names the row that is not what the log says, the event since which, and the tie-out that it breaks', async () => {
    await database.pool.query(
      `update rm_subledgers_v1.subledger_entry set amount = amount + 1 where pair = 'AR' and kind = 'ISSUED'
         and entry_position = (select min(entry_position) from rm_subledgers_v1.subledger_entry where pair = 'AR')`,
    );
    const { code, out } = await doctor('--json');
    expect(code).toBe(6);
    const found = JSON.parse(out) as {
      readonly sound: boolean;
      readonly models: readonly {
        readonly projection: string;
        readonly difference: {
          readonly class: string;
          readonly tables: readonly {
            readonly samples: readonly { readonly firstEvent: { readonly type: string } }[];
          }[];
        };
      }[];
      readonly tieOuts: readonly {
        readonly live: readonly { readonly pair: string; readonly unexplained: string }[];
      }[];
    };
    expect(found.sound).toBe(false);
    const wrong = found.models.filter(({ difference }) => difference.class !== 'identical');
    expect(wrong.map(({ projection }) => projection)).toEqual(['subledgers']);
    const samples = wrong[0]?.difference.tables.flatMap((each) => each.samples) ?? [];
    expect(samples.map(({ firstEvent }) => firstEvent.type)).toEqual(['InvoiceIssued']);
    expect(found.tieOuts[0]?.live.find(({ pair }) => pair === 'AR')?.unexplained).toBe('1');
    expect((await doctor()).out).toContain('subledger_entry');
  });

  test('waits for nobody: a second one at the same time is refused', async () => {
    const client = await database.pool.connect();
    try {
      await client.query(`select pg_advisory_lock(hashtextextended('throughline doctor', 0))`);
      expect(await doctor()).toMatchObject({ code: 1, out: '', err: expect.stringContaining('Another doctor') });
    } finally {
      client.release(true);
    }
  });
});
