import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { liveBuild } from '../../projections/build.ts';
import { projections } from '../../projections/catalogue.ts';
import { previewLane } from '../../projections/lanePreview.ts';
import { orders } from '../../projections/orders/projection.ts';
import type { Projection } from '../../projections/projection.ts';
import { replayLane } from '../../projections/repair.ts';
import type { RowText } from '../../projections/rowChanges.ts';
import { catchUp } from '../../projections/runner.ts';
import { deadLetters } from '../../projections/stuck.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { payFirst, payInAdvance } from './depositHistory.ts';
import { dropShip } from './dropShipHistory.ts';
import { playEventfulOrders } from './eventfulHistory.ts';
import { playGoldenOrder } from './goldenHistory.ts';
import { openBooks } from './masterDataHistory.ts';
import { createMemoryLog, type MemoryLog } from './memoryLog.ts';
import { playOperations } from './operationsHistory.ts';
import { sendBack } from './returnHistory.ts';
import { tableHashes } from './tables.ts';
import { moveBetween } from './transferHistory.ts';

/** From the event at `position` on, events of its lane cannot be folded. */
const brokenAt = (projection: Projection, position: string): Projection => ({
  ...projection,
  apply: async (batch, into) => {
    if (batch.some((event) => event.position === position)) throw new TypeError('cannot fold it');
    return projection.apply(batch, into);
  },
});

/** Every row of the live build as text, by table and key columns; the columns are those of the preview. */
const allRows = async (database: TestDatabase<never>, projection: Projection): Promise<Map<string, RowText>> => {
  const { schema } = await liveBuild(database.db, projection);
  const found = new Map<string, RowText>();
  for (const table of projection.tables) {
    const keys = await sql<{ name: string }>`select a.attname as name from pg_index i join pg_attribute a
      on a.attrelid = i.indrelid and a.attnum = any(i.indkey) where i.indisprimary and i.indrelid = ${`${schema}.${table}`}::regclass`.execute(
      database.db,
    );
    const { rows } = await sql<{ row: RowText }>`select
      (select json_object_agg(c.key, c.value) from jsonb_each_text(to_jsonb(t)) c) as row from ${sql.id(schema, table)} t`.execute(
      database.db,
    );
    for (const { row } of rows) {
      const key = keys.rows.map(({ name }) => `${name}=${row[name]}`).sort();
      found.set([table, ...key].join(' '), row);
    }
  }
  return found;
};

const changed = (before: Map<string, RowText>, after: Map<string, RowText>) =>
  new Map(
    [...new Set([...before.keys(), ...after.keys()])]
      .map((key) => [key, { before: before.get(key) ?? null, after: after.get(key) ?? null }] as const)
      .filter(([, row]) => JSON.stringify(row.before) !== JSON.stringify(row.after)),
  );

describe('O-07 the preview of a replay', () => {
  let database: TestDatabase<never>;
  let log: MemoryLog;

  beforeEach(async () => {
    database = await createTestDatabase();
    log = createMemoryLog();
    openBooks(log);
    for (let n = 1; n <= 3; n += 1) playGoldenOrder(log, `O${n}`);
    sendBack(log, 'O1');
    moveBetween(log, 'T1');
    payInAdvance(log, 'O1');
    payFirst(log, 'O1');
    dropShip(log, 'O1');
    playEventfulOrders(log);
    playOperations(log);
  });

  afterEach(() => database.close());

  test.each(
    projections.map((projection) => [projection.name, projection] as const),
  )('of %s equals what the replay then does, row by row, and changes nothing itself', async (_name, projection) => {
    const handled = log.events.filter(({ type }) => projection.handles.has(type));
    const culprit = handled[Math.floor(handled.length / 3)];
    if (culprit === undefined) throw new Error('nothing is handled');
    await catchUp({ db: database.db, ...log }, brokenAt(projection, culprit.position));
    // A group that paused itself is shown there too.
    const stuckNow = async () =>
      (await deadLetters(database.db)).items.filter(({ projection: of }) => of === projection.name);
    const [stuck] = await stuckNow();
    if (stuck === undefined) throw new Error('nothing is stuck');
    const hashes = await tableHashes(database.db, [projection]);
    const before = await allRows(database, projection);

    const preview = await previewLane({ db: database.db, ...log }, projection, stuck.laneKey);
    expect(await tableHashes(database.db, [projection])).toEqual(hashes);
    expect(await stuckNow()).toEqual([stuck]);
    expect(preview).toMatchObject({
      waitingCount: stuck.blockedCount + 1,
      applied: stuck.blockedCount + 1,
      error: null,
    });

    const outcome = await replayLane({ db: database.db, ...log }, projection, stuck.laneKey);
    expect(outcome).toEqual({ replayed: stuck.blockedCount + 1, stillBlocked: 0, error: null });
    const real = changed(before, await allRows(database, projection));
    const foreseen = new Map(
      preview?.rows.map(({ table, key, ...row }) => [
        [
          table,
          ...Object.entries(key)
            .map(([name, value]) => `${name}=${value}`)
            .sort(),
        ].join(' '),
        row,
      ]),
    );
    expect(foreseen.size).toBeGreaterThan(0);
    expect(foreseen).toEqual(real);
  });

  test('of a lane in which a later event still fails stops there and says why', async () => {
    const own = log.events.filter(
      ({ type, data }) => orders.handles.has(type) && (data as { orderId?: string }).orderId === 'O2',
    );
    const [first, second] = [own[2]?.position ?? '', own[6]?.position ?? ''];
    await catchUp({ db: database.db, ...log }, brokenAt(brokenAt(orders, first), second));
    const preview = await previewLane({ db: database.db, ...log }, brokenAt(orders, second), 'order:O2');
    expect(preview).toMatchObject({ applied: 4, error: { class: 'TypeError', detail: 'cannot fold it' } });
    expect(preview?.rows.length).toBeGreaterThan(0);
    const outcome = await replayLane({ db: database.db, ...log }, brokenAt(orders, second), 'order:O2');
    expect(outcome.replayed).toBe(4);
  });

  test('of a lane whose first event still fails has no rows, and of a free lane there is none', async () => {
    const culprit = log.events.find(({ type }) => type === 'OrderAccepted')?.position ?? '';
    const broken = brokenAt(orders, culprit);
    await catchUp({ db: database.db, ...log }, broken);
    const lane = (await deadLetters(database.db)).items[0]?.laneKey ?? '';
    expect(await previewLane({ db: database.db, ...log }, broken, lane)).toMatchObject({ applied: 0, rows: [] });
    expect(await previewLane({ db: database.db, ...log }, orders, 'order:free')).toBeUndefined();
  });
});
