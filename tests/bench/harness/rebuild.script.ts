import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { createPostgresLog } from '../../../adapters/postgres/eventLog.ts';
import { createKysely, createPool } from '../../../adapters/postgres/pool.ts';
import { eventTypes, toDomain } from '../../../commands/codec.ts';
import { type Build, buildOf, liveBuild } from '../../../projections/build.ts';
import { projections } from '../../../projections/catalogue.ts';
import { replay } from '../../../projections/filling/replay.ts';
import { completeTables, createTables, dropBuild } from '../../../projections/rebuild/buildTables.ts';
import { completeInTurn, roomForIndexes } from '../../../projections/rebuild/completing.ts';

// A rebuild beside the live builds in a process of its own, so that its memory is its own: the very steps of the product's
// worker, without the comparison and the swap. Writes one line of JSON about it.

const [connectionString = '', ...names] = process.argv.slice(2);
const scratchNumber = 900_000_000;

const pool = createPool({ connectionString, relaxedCommits: true, connectionsMax: 6, statementTimeoutMs: 0 });
const db = createKysely<never>(pool);
const log = createPostgresLog({ connectionString, pool });

const builds = projections
  .filter(({ name }) => names.length === 0 || names.includes(name))
  .map((projection) => buildOf(projection, scratchNumber, false));

const open = (build: Build): Promise<void> =>
  db.transaction().execute(async (tx) => {
    await createTables(tx, await liveBuild(tx, build.projection), build);
    await sql`insert into ops.projection (name, version, code_version, live, state)
      values (${build.projection.name}, ${scratchNumber}, ${build.projection.version}, false, 'REPLAYING')`.execute(tx);
  });

const complete = (build: Build): Promise<void> =>
  db.transaction().execute(async (tx) => {
    await roomForIndexes(tx);
    await completeTables(tx, await liveBuild(tx, build.projection), build);
  });

/** Of this program; what the kernel counts as used by the process begins with what started it. */
const peakRssMiB = (): number =>
  Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1_024;

try {
  const failed = (error: unknown): void => {
    throw error;
  };
  const { signal } = new AbortController();
  const until = await log.head();
  const startedAt = performance.now();
  for (const build of builds) await open(build);
  await replay(
    { db, feed: log, decode: toDomain, knownTypes: eventTypes },
    builds.map((build) => ({ build, signal, failed })),
    until,
  );
  await completeInTurn(db, builds, complete);
  const seconds = (performance.now() - startedAt) / 1_000;
  const { rows } = await sql<{ rows: number; blocked: number }>`select sum(rows)::int as rows,
    sum(blocked_lanes)::int as blocked from ops.projection where version = ${scratchNumber}`.execute(db);
  if (rows[0]?.blocked !== 0) throw new Error('events of the history could not be applied');
  console.log(JSON.stringify({ seconds, rows: rows[0].rows, rssMiB: peakRssMiB() }));
} finally {
  for (const build of builds) await db.transaction().execute((tx) => dropBuild(tx, build));
  await log.close();
  await db.destroy();
}
