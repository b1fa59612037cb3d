import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Position } from '../../domain/eventLog.ts';
import type { Rebuild, RebuildCommand } from '../../domain/rebuild/rebuild.ts';
import type { ProjectionDatabase } from '../advance.ts';
import { type Build, buildOf, liveBuild } from '../build.ts';
import { CheckpointMoved, readCheckpoint } from '../checkpoint.ts';
import type { ReplaySource } from '../filling/page.ts';
import type { Projection } from '../projection.ts';
import { catchUpBuild } from '../runner.ts';
import { noteState, openOnBoard } from './board.ts';
import { completeTables, createTables, dropBuild } from './buildTables.ts';
import { compareBuilds } from './compare.ts';
import { roomForIndexes } from './completing.ts';
import { type DifferenceReport, differingRows } from './report.ts';
import { swapBuilds } from './swap.ts';

/** One rebuild as the log has it, and the code of its read model. */
export type Job = { readonly rebuild: Rebuild; readonly projection: Projection };

export const nextBuild = ({ rebuild, projection }: Job): Build => buildOf(projection, rebuild.toVersion, false);

const boardState = async (db: ProjectionDatabase, rebuildId: string): Promise<string | undefined> => {
  const { rows } = await sql<{ state: string }>`select state from ops.rebuild where rebuild_id = ${rebuildId}`.execute(
    db,
  );
  return rows[0]?.state;
};

/**
 * The schema, its checkpoint at the start of the log and the row on the board: all there, or all not. A rebuild whose failure
 * the log was not told begins again as if it were new: with what the board said of it before, `complete` would be left out.
 */
export const open = async (db: ProjectionDatabase, job: Job): Promise<void> => {
  const build = nextBuild(job);
  const { name, version } = job.projection;
  await db.transaction().execute(async (tx) => {
    await openOnBoard(tx, job.rebuild);
    const { rows } = await sql`insert into ops.projection (name, version, code_version, live, state)
      values (${name}, ${build.number}, ${version}, false, 'REPLAYING') on conflict do nothing returning name`.execute(
      tx,
    );
    if (rows.length === 0) return;
    await createTables(tx, await liveBuild(tx, job.projection), build);
    await noteState(tx, job.rebuild.rebuildId, 'REPLAYING');
  });
};

export const livePosition = async (db: ProjectionDatabase, projection: Projection): Promise<Position | 'start'> =>
  (await readCheckpoint(db, await liveBuild(db, projection))).position;

/** Indexes, guards and figures for the planner, once; they come with the board's word that they are there. */
export const complete = async (db: ProjectionDatabase, job: Job): Promise<void> => {
  const { rebuildId } = job.rebuild;
  if ((await boardState(db, rebuildId)) !== 'REPLAYING') return;
  await db.transaction().execute(async (tx) => {
    await roomForIndexes(tx);
    await completeTables(tx, await liveBuild(tx, job.projection), nextBuild(job));
    await noteState(tx, rebuildId, 'COMPARING');
  });
};

const commandOf = (
  rebuildId: string,
  report: DifferenceReport,
): Extract<RebuildCommand, { type: 'RecordComparison' }> => ({
  type: 'RecordComparison',
  rebuildId,
  class: report.class,
  position: report.position,
  rowsCompared: String(report.rowsCompared),
  rowsDiffering: String(report.tables.reduce((sum, table) => sum + differingRows(table), 0)),
  rowsSealed: String(report.tables.reduce((sum, { sealed }) => sum + sealed, 0)),
  reportSha256: createHash('sha256').update(JSON.stringify(report)).digest('hex'),
});

const attemptsMax = 20;

/** The report first, then the word about it in the log: who decides finds what the hash in the log speaks of. */
export const compare = async (source: ReplaySource, job: Job): Promise<ReturnType<typeof commandOf>> => {
  const { rebuildId, expectedChanges } = job.rebuild;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const report = await compareBuilds(source, nextBuild(job), expectedChanges);
      await noteState(source.db, rebuildId, 'COMPARING', { difference: report });
      return commandOf(rebuildId, report);
    } catch (error) {
      // Ahead of the live build: it follows in a moment.
      if (!(error instanceof CheckpointMoved) || attempt >= attemptsMax) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50 * attempt));
    }
  }
};

/** Builds that nobody needs any more: all but the live one and `kept`. */
const tidy = async (db: ProjectionDatabase, projection: Projection, kept: number): Promise<void> => {
  const { rows } = await sql<{ version: number }>`select version from ops.projection
    where name = ${projection.name} and not live and version <> ${kept}`.execute(db);
  for (const { version } of rows)
    await db.transaction().execute((tx) => dropBuild(tx, buildOf(projection, version, false)));
};

/** Shows readers the new build; the one from before is kept. Answers with the position that they are at. */
export const swap = async (source: ReplaySource, job: Job): Promise<string> => {
  const { rebuild, projection } = job;
  const position = await swapBuilds(source.db, nextBuild(job), (build) => catchUpBuild(source, build));
  await tidy(source.db, projection, rebuild.fromVersion);
  await noteState(source.db, rebuild.rebuildId, 'SWAPPED');
  return position;
};

/** The build from before was not followed since; it is brought to the head before readers see it. */
export const rollBack = async (source: ReplaySource, { rebuild, projection }: Job): Promise<string> => {
  const former = buildOf(projection, rebuild.fromVersion, false);
  const position = await swapBuilds(source.db, former, (build) => catchUpBuild(source, build));
  await noteState(source.db, rebuild.rebuildId, 'ROLLED_BACK');
  return position;
};

/** Nothing of an aborted or failed rebuild stays but the board's row. */
export const discard = async (
  db: ProjectionDatabase,
  job: Job,
  state: 'ABORTED' | 'FAILED',
  problem?: string,
): Promise<void> => {
  const { rebuildId } = job.rebuild;
  await openOnBoard(db, job.rebuild);
  if ((await boardState(db, rebuildId)) === state) return;
  await db.transaction().execute(async (tx) => {
    const live = await liveBuild(tx, job.projection);
    if (live.number !== job.rebuild.toVersion) await dropBuild(tx, nextBuild(job));
    await noteState(tx, rebuildId, state, problem === undefined ? {} : { problem });
  });
};
