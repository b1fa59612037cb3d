import { rowsMax } from '../../domain/intake/columns.ts';
import type { ImportCounts, ImportReceived } from '../../domain/intake/events.ts';
import { CsvUnreadable, type FileRow, isBlank, type RowOutcome } from '../../domain/intake/row.ts';
import type { MasterDataEvent } from '../../domain/masterData/events.ts';
import type { ImportBoard, ImportFiles, ReadCsv } from '../ports.ts';
import { customers, items, type RowDefinition } from './definitions.ts';
import type { Pace } from './pace.ts';
import { refusedRowsOf } from './refusedRows.ts';
import { openedPieces } from './sealedFiles.ts';
import { takeDefinitions, tryDefinitions } from './takeDefinitions.ts';
import { takePrices } from './takePrices.ts';
import type { Taker, Taking, TakingPorts } from './taking.ts';

export type RunPorts = TakingPorts & {
  readonly files: Pick<ImportFiles, 'pieces'>;
  readonly board: Pick<ImportBoard, 'progress' | 'begin' | 'note'>;
  readonly readCsv: ReadCsv;
  readonly pace: Pace;
};

/** Together on their way to the log: enough to share its round trips, few enough that an order behind them hardly waits. */
const rowsAtOnce = 32;
/** Looked at together where nothing is written. */
const countedAtOnce = 2_000;

const none: ImportCounts = { rows: 0, created: 0, changed: 0, unchanged: 0, refused: 0 };

const takerOf = (taking: Taking): Taker => {
  const defining = <E extends MasterDataEvent>(kind: RowDefinition<E>): Taker =>
    taking.received.dryRun ? tryDefinitions(taking, kind) : takeDefinitions(taking, kind);
  switch (taking.received.kind) {
    case 'items':
      return defining(items);
    case 'customers':
      return defining(customers);
    case 'prices':
      return takePrices(taking);
  }
};

/** The rows of a file but the header and empty lines, in slices; a spreadsheet counts empty lines. */
async function* slicesOf(rows: AsyncIterable<readonly string[]>, size: number): AsyncGenerator<readonly FileRow[]> {
  let row = 0;
  let slice: FileRow[] = [];
  for await (const cells of rows) {
    row += 1;
    const read = { row, cells };
    if (row === 1 || isBlank(read)) continue;
    slice.push(read);
    if (slice.length < size) continue;
    yield slice;
    slice = [];
  }
  if (slice.length > 0) yield slice;
}

const headerOf = async (rows: AsyncIterable<readonly string[]>): Promise<readonly string[]> => {
  for await (const cells of rows) return cells;
  return [];
};

/** The rows of a file cannot be taken, and could not the next time: nothing of it was. */
export class FileRefused extends Error {
  override readonly name = 'FileRefused';
}

type Run = RunPorts & { readonly received: ImportReceived['data']; readonly isStopped: () => Promise<boolean> };

const rowsIn = ({ files, vault, readCsv, received }: Run) => readCsv(openedPieces(files, vault, received.uploadId));

/** Reading is work, too. */
async function* paced<T>(source: AsyncGenerator<T>, { take }: Pace): AsyncGenerator<T> {
  try {
    for (;;) {
      const next = await take(() => source.next());
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await source.return(undefined);
  }
}

/** Counts the rows before the first of them is taken, so that a file that breaks off somewhere has no effect. */
const countRows = async (run: Run): Promise<number | undefined> => {
  let total = 0;
  try {
    for await (const slice of paced(slicesOf(rowsIn(run), countedAtOnce), run.pace)) {
      total += slice.length;
      if (total > rowsMax) throw new FileRefused(`It has more than ${rowsMax} rows; send it in parts.`);
      if (await run.isStopped()) return undefined;
    }
  } catch (error) {
    if (error instanceof CsvUnreadable) throw new FileRefused(`Row ${error.row}: ${error.message}`);
    throw error;
  }
  return total;
};

const counted = (counts: ImportCounts, outcomes: readonly RowOutcome[]): ImportCounts => {
  const of = (kind: RowOutcome['kind']): number => outcomes.filter((outcome) => outcome.kind === kind).length;
  return {
    rows: counts.rows + outcomes.length,
    created: counts.created + of('CREATED'),
    changed: counts.changed + of('CHANGED'),
    unchanged: counts.unchanged + of('UNCHANGED'),
    refused: counts.refused + of('REFUSED'),
  };
};

/** Where to go on. What a run of rows that take effect together had noted before its end is begun anew. */
const begun = async (run: Run, header: readonly string[], isWhole: boolean) => {
  const { total, counts } = await run.board.progress(run.received.importId);
  if (total !== null && (!isWhole || counts.rows === total)) return { total, counts };
  const rows = total ?? (await countRows(run));
  if (rows === undefined) return undefined;
  await run.board.begin(run.received.importId, header, rows);
  return { total: rows, counts: none };
};

/**
 * Takes the rows of a file from where an earlier run was interrupted, slice by slice at its pace; each is done once. Undefined:
 * it was stopped. Throws `FileRefused`, `ImportUntaken`, `LogUnavailable`.
 */
export const takeFile = async (run: Run): Promise<ImportCounts | undefined> => {
  const { board, pace, received } = run;
  const header = await headerOf(rowsIn(run));
  if (header.length === 0) throw new FileRefused('Its bytes are not kept any more; send it again.');
  const taker = takerOf({ ...run, header });
  const from = await begun(run, header, taker.isWhole);
  if (from === undefined) return undefined;
  await run.catalog.ready();
  let { counts } = from;
  let toPass = from.counts.rows;
  // What an earlier run took last it may not have noted.
  let inDoubt = true;
  for await (const slice of slicesOf(rowsIn(run), rowsAtOnce)) {
    const [done, rows] = [slice.slice(0, toPass), slice.slice(toPass)];
    toPass -= done.length;
    await pace.take(async () => {
      if (done.length > 0) await taker.pass(done);
      if (rows.length === 0) return;
      const outcomes = await taker.take(rows, inDoubt);
      inDoubt = false;
      counts = counted(counts, outcomes);
      await board.note(received.importId, counts, await refusedRowsOf({ received, header }, run.vault, rows, outcomes));
    });
    if (await run.isStopped()) return undefined;
  }
  await taker.finish();
  return counts;
};
