import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { migrateToLatest } from '../../../adapters/postgres/migrate.ts';
import { up as everyBuild } from '../../../adapters/postgres/migrations/0130_every_build.ts';
import { toDomain } from '../../../commands/codec.ts';
import { buildOf, liveBuild } from '../../../projections/build.ts';
import { projections } from '../../../projections/catalogue.ts';
import { glStaging } from '../../../projections/glStaging/projection.ts';
import { masterData } from '../../../projections/masterData/projection.ts';
import type { Projection } from '../../../projections/projection.ts';
import { completeTables, createTables, dropBuild } from '../../../projections/rebuild/buildTables.ts';
import { swapBuilds } from '../../../projections/rebuild/swap.ts';
import { catchUp, catchUpBuild } from '../../../projections/runner.ts';
import { playEventfulOrders } from '../../projections/eventfulHistory.ts';
import { playGoldenOrder } from '../../projections/goldenHistory.ts';
import { defineMasterData, openPeriod, publishAccounts } from '../../projections/masterDataHistory.ts';
import { createMemoryLog } from '../../projections/memoryLog.ts';
import { storeEvents } from '../../projections/storedHistory.ts';
import { tableHashes } from '../../projections/tables.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { migrateToOldRelease } from './oldRelease.ts';

type Db = TestDatabase<never>['db'];

const log = createMemoryLog();
defineMasterData(log);
publishAccounts(log);
openPeriod(log);
playGoldenOrder(log, 'O1');
playEventfulOrders(log);

const sourceOf = (db: Db) => ({ db, ...log, decode: toDomain });

/** The last release in which every migration changed the first build only. */
const migrateToTheOldRelease = (db: Db): Promise<void> => migrateToOldRelease(db, (migration) => migration < '0049');

/** The read model with the tables that it had then. */
const asItWas = async (db: Db, projection: Projection): Promise<Projection> => {
  const { rows } = await sql<{
    name: string;
  }>`select t.relname as name from pg_class t join pg_namespace n on n.oid = t.relnamespace
    where n.nspname = ${`rm_${projection.name}_v1`} and t.relkind = 'r'`.execute(db);
  return { ...projection, tables: projection.tables.filter((table) => rows.some(({ name }) => name === table)) };
};

/** As the worker does it, without rows: they would have to be made by the code of that release. */
const rebuildOnce = async (db: Db, projection: Projection): Promise<void> => {
  const from = await liveBuild(db, projection);
  const to = buildOf(projection, from.number + 1, false);
  await db.transaction().execute(async (tx) => {
    await sql`insert into ops.projection (name, version, code_version, live, state)
      values (${projection.name}, ${to.number}, 1, false, 'REPLAYING')`.execute(tx);
    await createTables(tx, from, to);
    await completeTables(tx, from, to);
  });
  await swapBuilds(db, to, async () => {});
  if (from.number > 1) await dropBuild(db, buildOf(projection, from.number - 1, false));
};

const shapeOf = async (db: Db, schema: string): Promise<readonly string[]> => {
  const { rows } = await sql<{ what: string }>`with t as (
      select c.oid, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = ${schema} and c.relkind = 'r')
    select replace(what, ${schema}, 'S') as what from (
      select concat_ws(' ', relname, attname, format_type(atttypid, atttypmod), attnotnull, attgenerated, attidentity, attcollation,
        pg_get_expr(adbin, adrelid)) from t join pg_attribute a on attrelid = t.oid and attnum > 0 and not attisdropped
        left join pg_attrdef on adrelid = attrelid and adnum = attnum
      union all select pg_get_indexdef(indexrelid) from t join pg_index on indrelid = t.oid
      union all select relname || ' ' || conname || ' ' || pg_get_constraintdef(c.oid) from t join pg_constraint c on conrelid = t.oid where contype <> 'n'
      union all select pg_get_triggerdef(g.oid) from t join pg_trigger g on tgrelid = t.oid where not tgisinternal
      union all select pg_get_functiondef(p.oid) from pg_proc p join pg_namespace n on n.oid = pronamespace where nspname = ${schema}
    ) found(what) order by 1`.execute(db);
  return rows.map(({ what }) => what);
};

/** What readers see, with `v` for the number of the live build. */
const views = async (db: Db): Promise<readonly string[]> => {
  const { rows } = await sql<{
    name: string;
    definition: string;
  }>`select c.relname as name, pg_get_viewdef(c.oid) as definition
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'rm' and c.relkind = 'v' order by 1`.execute(
    db,
  );
  const live = await Promise.all(projections.map(async (each) => (await liveBuild(db, each)).schema));
  const shown = ({ name, definition }: { readonly name: string; readonly definition: string }): string =>
    `${name}: ${live.reduce((text, schema) => text.replaceAll(`${schema}.`, `${schema.replace(/\d+$/, '')}.`), definition)}`;
  return rows.map(shown);
};

describe('an installation that had rebuilt its read models before it is upgraded', () => {
  let fresh: TestDatabase<never>;
  let database: TestDatabase<never>;
  const made: { hashes: Readonly<Record<string, string>>; views: readonly string[] } = { hashes: {}, views: [] };
  const shapes = new Map<string, readonly string[]>();

  beforeAll(async () => {
    fresh = await createTestDatabase();
    await storeEvents(fresh, log.events);
    for (const projection of projections) {
      await catchUp(sourceOf(fresh.db), projection);
      shapes.set(projection.name, await shapeOf(fresh.db, `rm_${projection.name}_v1`));
    }
    made.hashes = await tableHashes(fresh.db, projections);
    made.views = await views(fresh.db);
    await fresh.close();
  });

  beforeEach(async () => {
    database = await createTestDatabase();
    await migrateToTheOldRelease(database.db);
  });

  afterEach(() => database.close());

  /** Rows and places of that release, in every build of the two models that have to read the log again. */
  const leaveRowsOf = async (model: Projection, table: string, row: object): Promise<void> => {
    const { rows } = await sql<{
      version: number;
    }>`select version from ops.projection where name = ${model.name}`.execute(database.db);
    for (const { version } of rows) {
      const place = sql.id(`rm_${model.name}_v${version}`, table);
      await sql`insert into ${place} select * from json_populate_record(null::${place}, ${JSON.stringify(row)}::json)`.execute(
        database.db,
      );
    }
    await sql`update ops.projection set position = '00000000000000000003' where name = ${model.name}`.execute(
      database.db,
    );
  };

  test.each([
    ['once: the first build is kept', 1],
    ['twice: the first build is gone', 2],
  ])('%s. Every build has the newest shape, is shown, and is filled from the log', async (_title, times) => {
    const { db } = database;
    const all = await Promise.all(projections.map((projection) => asItWas(db, projection)));
    // Read models that came later begin with their first build, whatever was rebuilt before.
    const models = all.filter(({ tables }) => tables.length > 0);
    const hadIt = new Set(models.map(({ name }) => name));
    expect(models.length).toBeGreaterThan(12);
    for (const model of models) for (let n = 0; n < times; n += 1) await rebuildOnce(db, model);
    const reflects = { bu: 'OLD', position: '1', updated_at: '2026-01-01T00:00:00Z' };
    await leaveRowsOf(masterData, 'business_unit', { ...reflects, version: 1, content: {} });
    await leaveRowsOf(glStaging, 'posting_context', { ...reflects, content: {} });

    await migrateToLatest(db);

    expect(await views(db)).toEqual(made.views);
    for (const { name } of projections) {
      const { rows } = await sql<{ schema: string }>`select nspname as schema from pg_namespace
        where nspname like ${`rm\\_${name}\\_v%`} order by 1`.execute(db);
      const builds = hadIt.has(name) ? [times, times + 1] : [1];
      expect(rows.map(({ schema }) => schema)).toEqual(builds.map((number) => `rm_${name}_v${number}`));
      for (const { schema } of rows) expect(await shapeOf(db, schema)).toEqual(shapes.get(name));
    }
    await storeEvents(database, log.events);
    for (const projection of projections) await catchUp(sourceOf(db), projection);
    expect(await tableHashes(db, projections)).toEqual(made.hashes);
    // The build that is kept for a rollback reads the log again too.
    for (const projection of [glStaging, masterData]) {
      await swapBuilds(db, buildOf(projection, times, false), (build) => catchUpBuild(sourceOf(db), build));
      expect((await liveBuild(db, projection)).number).toBe(times);
    }
    expect(await tableHashes(db, projections)).toEqual(made.hashes);
  });

  test('one that had not rebuilt keeps its rows, however often it is repaired', async () => {
    const { db } = database;
    await migrateToLatest(db);
    await storeEvents(database, log.events);
    for (const projection of projections) await catchUp(sourceOf(db), projection);
    await everyBuild(db);
    await everyBuild(db);
    expect(await tableHashes(db, projections)).toEqual(made.hashes);
    expect(await views(db)).toEqual(made.views);
    for (const { name } of projections) expect(await shapeOf(db, `rm_${name}_v1`)).toEqual(shapes.get(name));
  });

  test('a build that is made now has the shape of the live one, in every read model', async () => {
    const { db } = database;
    await migrateToLatest(db);
    for (const projection of projections) {
      await rebuildOnce(db, projection);
      expect(await shapeOf(db, `rm_${projection.name}_v2`)).toEqual(shapes.get(projection.name));
    }
  });
});
