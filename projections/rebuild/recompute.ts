import { sql } from 'kysely';
import type { Position } from '../../domain/eventLog.ts';
import type { ProjectionDatabase } from '../advance.ts';
import { type Build, buildOf, liveBuild, schemaOf } from '../build.ts';
import { readCheckpoint } from '../checkpoint.ts';
import type { ReplaySource } from '../filling/page.ts';
import { type Progress, replay } from '../filling/replay.ts';
import type { Projection } from '../projection.ts';
import { completeTables, createTables, dropBuild } from './buildTables.ts';
import { compareBuilds } from './compare.ts';
import { completeInTurn, roomForIndexes } from './completing.ts';
import type { DifferenceReport } from './report.ts';

/** No rebuild comes this far. Only one recomputation at a time may be at work on a database. */
const scratchNumber = 1_000_000_000;

export type Recomputed = {
  readonly projection: string;
  /** Null when it could not be made again; `problem` says why. */
  readonly difference: DifferenceReport | null;
  readonly problem: string | null;
};

const drop = (db: ProjectionDatabase, build: Build): Promise<void> =>
  db.transaction().execute((tx) => dropBuild(tx, build));

const open = (db: ProjectionDatabase, build: Build): Promise<void> =>
  db.transaction().execute(async (tx) => {
    await dropBuild(tx, build);
    await createTables(tx, await liveBuild(tx, build.projection), build);
    const { name, version } = build.projection;
    await sql`insert into ops.projection (name, version, code_version, live, state)
      values (${name}, ${build.number}, ${version}, false, 'REPLAYING')`.execute(tx);
  });

const complete = (db: ProjectionDatabase, build: Build): Promise<void> =>
  db.transaction().execute(async (tx) => {
    await roomForIndexes(tx);
    await completeTables(tx, await liveBuild(tx, build.projection), build);
  });

/** How far all of them have read the log. */
const commonPosition = async (
  db: ProjectionDatabase,
  projections: readonly Projection[],
): Promise<Position | 'start'> => {
  const positions = await Promise.all(
    projections.map(async (each) => (await readCheckpoint(db, await liveBuild(db, each))).position),
  );
  return positions.includes('start') ? 'start' : (positions.sort()[0] ?? 'start');
};

/** Told while it is at work, which may take minutes. */
export type RecomputeWatch = {
  readonly replayed?: Progress;
  /** Before the rows of a read model are compared. */
  readonly comparing?: (projection: string) => void;
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/**
 * Makes every read model again from the log, in tables that nobody reads, and compares them with the live rows at one
 * position. `look` sees the new tables at the position that all of them have, before they are compared. Nothing of it stays.
 */
export const recompute = async <Seen>(
  source: ReplaySource,
  projections: readonly Projection[],
  look: (position: Position | 'start', schemaOf: (projection: string) => string) => Promise<Seen>,
  { replayed: progress, comparing }: RecomputeWatch = {},
): Promise<{ readonly models: readonly Recomputed[]; readonly seen: Seen }> => {
  const { db } = source;
  const builds = projections.map((projection) => buildOf(projection, scratchNumber, false));
  const problems = new Map<string, string>();
  const noteOn = (build: Build) => (error: unknown) => {
    problems.set(build.projection.name, messageOf(error));
  };
  try {
    for (const build of builds) await open(db, build);
    const position = await commonPosition(db, projections);
    const { signal } = new AbortController();
    const replayed = builds.map((build) => ({ build, signal, failed: noteOn(build) }));
    await replay(source, replayed, position, progress);
    await completeInTurn(db, builds, (build) => complete(db, build).catch(noteOn(build)));
    const seen = await look(position, (name) => schemaOf(name, scratchNumber));
    const models: Recomputed[] = [];
    for (const build of builds) {
      const { name } = build.projection;
      comparing?.(name);
      const difference = problems.has(name) ? null : await compareBuilds(source, build, []);
      models.push({ projection: name, difference, problem: problems.get(name) ?? null });
    }
    return { models, seen };
  } finally {
    for (const build of builds) await drop(db, build);
  }
};
