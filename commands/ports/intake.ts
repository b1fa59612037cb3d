import type { ImportCounts } from '../../domain/intake/events.ts';
import type { RowError } from '../../domain/intake/row.ts';

/** Files that are taken row by row, in pieces of text. */
export type ImportFiles = {
  /** Durable when it resolves. Pieces are numbered from 0. Throws `LogUnavailable`. */
  readonly put: (uploadId: string, piece: number, content: string) => Promise<void>;
  /** In order, with bounded memory. Throws `LogUnavailable`. */
  readonly pieces: (uploadId: string) => AsyncIterable<string>;
  /** Unless an import names it. Throws `LogUnavailable`. */
  readonly removeUnnamed: (uploadId: string) => Promise<void>;
  /** Throws `LogUnavailable`. */
  readonly remove: (uploadId: string) => Promise<void>;
  /** Files that no import names a day after they came, and those of imports that ended before `endedBefore`, an instant. Throws `LogUnavailable`. */
  readonly removeOld: (endedBefore: string | null) => Promise<void>;
};

/** How far an import is. `total`: its rows, once they were counted; `counts.rows` of them are done. */
export type ImportProgress = { readonly total: number | null; readonly counts: ImportCounts };

export type RefusedRow = {
  readonly row: number;
  readonly errors: readonly RowError[];
  /** As they came, in the order of the header; sealed where they may name people. */
  readonly cells: readonly string[];
};

/** What is known of imports beside the log: what their worker has done, and what is wrong with rows. All throw `LogUnavailable`. */
export type ImportBoard = {
  /**
   * From now on this file is kept until the import has ended, and no longer where it names people; or the one that it was opened
   * with before: answers with which.
   */
  readonly open: (
    importId: string,
    file: { readonly uploadId: string; readonly namesPeople: boolean },
  ) => Promise<string>;
  readonly progress: (importId: string) => Promise<ImportProgress>;
  /** The names of its columns, and its rows. Whatever was noted of rows before is forgotten. */
  readonly begin: (importId: string, columns: readonly string[], total: number) => Promise<void>;
  /** Both or neither; rows that were noted before are noted anew. Progress never goes back. */
  readonly note: (importId: string, counts: ImportCounts, refused: readonly RefusedRow[]) => Promise<void>;
  /** Their files are not needed any more. */
  readonly end: (importIds: readonly string[]) => Promise<void>;
};

/** Rows of a CSV file (RFC 4180) in UTF-8, the header first. Throws `CsvUnreadable`, and what `pieces` throws. */
export type ReadCsv = (pieces: AsyncIterable<Uint8Array>) => AsyncIterable<readonly string[]>;
