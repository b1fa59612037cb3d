import { sql } from 'kysely';
import type { Position } from '../../domain/eventLog.ts';
import { applyPageIn } from '../advance.ts';
import { type Build, liveBuild } from '../build.ts';
import { type Checkpoint, CheckpointMoved, readCheckpoint } from '../checkpoint.ts';
import { type ReplaySource, readPage } from '../filling/page.ts';
import { compareMoney } from './compareMoney.ts';
import { compareTable, type Pair, type RawSample, samplesOf } from './compareTable.ts';
import { labelSamples } from './firstEvents.ts';
import { classOf, type DifferenceReport, differingRows, type ExpectedChange, type TableDifference } from './report.ts';

const samplesMax = 1_000;

/** The new build reaches the live one's position inside the comparing transaction, so that both are seen at one place. */
const reach = async (
  source: ReplaySource,
  tx: Parameters<typeof applyPageIn>[0],
  next: Build,
  from: Checkpoint,
  position: Position | 'start',
): Promise<void> => {
  let checkpoint = from;
  while (checkpoint.position !== position) {
    const page = await readPage(source, checkpoint.position, position);
    checkpoint = await applyPageIn(tx, next, checkpoint, page);
  }
};

/** Every table with differences gets its share of the samples; the rest goes to those that have more. */
const sampled = async (
  tx: Parameters<typeof applyPageIn>[0],
  pair: Pair,
  tables: readonly TableDifference[],
): Promise<readonly RawSample[]> => {
  const samples: RawSample[] = [];
  const differing = tables
    .filter((table) => differingRows(table) > 0)
    .sort((a, b) => differingRows(a) - differingRows(b));
  for (const [index, { table }] of differing.entries()) {
    const share = Math.floor((samplesMax - samples.length) / (differing.length - index));
    samples.push(...(await samplesOf(tx, pair, table, share)));
  }
  return samples;
};

/**
 * Compares a new build with the live one at one common position. All is read from one snapshot, so the live build moves on
 * meanwhile. The new build must be at or behind the live one; throws `CheckpointMoved` when it is ahead, and what keeps it
 * from reaching the live one's position.
 */
export const compareBuilds = async (
  source: ReplaySource,
  next: Build,
  expected: readonly ExpectedChange[],
): Promise<DifferenceReport> => {
  const { found, samples } = await source.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      await sql`select set_config('statement_timeout', '0', true), set_config('jit', 'off', true)`.execute(tx);
      const live = await liveBuild(tx, next.projection);
      const at = await readCheckpoint(tx, live);
      const from = await readCheckpoint(tx, next);
      if (from.position !== 'start' && (at.position === 'start' || from.position > at.position))
        throw new CheckpointMoved(`${next.consumer} is ahead of the live build`);
      await reach(source, tx, next, from, at.position);
      const reached = await readCheckpoint(tx, next);
      const pair = { live, next };
      const tables: TableDifference[] = [];
      for (const table of next.projection.tables) tables.push(await compareTable(tx, pair, table, expected));
      const money = [];
      for (const totals of next.projection.money ?? []) money.push(...(await compareMoney(tx, pair, totals)));
      const report: DifferenceReport = {
        class: classOf(tables),
        position: at.position === 'start' ? '0' : at.position,
        rowsCompared: tables.reduce((sum, { rowsLive, rowsNew }) => sum + Math.max(rowsLive, rowsNew), 0),
        tables,
        money,
        deadLetters: { live: at.blockedLanes, new: reached.blockedLanes },
      };
      return { found: report, samples: await sampled(tx, pair, tables) };
    });
  if (samples.length === 0) return found;
  const labelled = await labelSamples(source, next, samples, found.position as Position);
  return {
    ...found,
    tables: found.tables.map((table) => ({
      ...table,
      samples: labelled.filter((each) => each.table === table.table).map(({ sample }) => sample),
    })),
  };
};
