import type { Violation } from '../masterData/violation.ts';
import { isHostileText } from '../outsideText.ts';
import { isNote } from './columns.ts';

/** `row`: as a spreadsheet counts, the header is row 1. */
export type FileRow = { readonly row: number; readonly cells: readonly string[] };

/** What is wrong with a row. `column`: null where it is not about one. */
export type RowError = { readonly column: string | null; readonly code: string; readonly detail: string };

export type Refused = { readonly kind: 'REFUSED'; readonly errors: readonly RowError[] };

/** What became of a row, or would become of it. */
export type RowOutcome = { readonly kind: 'CREATED' | 'CHANGED' | 'UNCHANGED' } | Refused;

/** The cells of a row by column; a column that the file has not is absent. */
export type Cells = ReadonlyMap<string, string>;

export const refusedRow = (column: string | null, code: string, detail: string): Refused => ({
  kind: 'REFUSED',
  errors: [{ column, code, detail }],
});

/** A sign that a spreadsheet takes for the beginning of a formula, behind the apostrophe by which it was told not to. */
const guarded = /^'[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/** What tables of ours put in front of such a text is taken off again, so that a corrected row says what it said. */
const plain = (cell: string): string => (guarded.test(cell) ? cell.slice(1) : cell);

/** An empty line holds one empty cell. */
export const isBlank = ({ cells }: FileRow): boolean => cells.length === 0 || (cells.length === 1 && cells[0] === '');

/** The cells of a row under their names, or what is wrong with them as text. */
export const cellsOf = (names: readonly string[], { cells }: FileRow): Cells | Refused => {
  if (cells.length !== names.length)
    return refusedRow(null, 'SIZE_INVALID', `It has ${cells.length} cells, the header has ${names.length}.`);
  const read = names.flatMap((name, index) => (isNote(name) ? [] : [[name, plain(cells[index] ?? '')] as const]));
  const errors = read
    .filter(([, cell]) => isHostileText(cell))
    .map(([column]) => ({
      ...{ column, code: 'TEXT_INVALID' },
      detail: 'Control characters, line ends, NUL and the marks ⟦ ⟧ are not accepted.',
    }));
  return errors.length > 0 ? { kind: 'REFUSED', errors } : new Map(read);
};

/** Of another business unit than the one that the import, and so its caller, is about. */
export const otherUnit = (bu: string, cells: Cells): Refused | undefined => {
  const named = cells.get('bu');
  return named === undefined || named === bu
    ? undefined
    : refusedRow('bu', 'PARTNER_SCOPE', `This import is about ${bu}.`);
};

/** A row lists each of its errors, but no more than so many: one long list in a cell would be the size of the file. */
const errorsMax = 10;

/** Violations of a definition as errors of the columns that it was read from. */
export const errorsOf = (
  violations: readonly Violation[],
  columnOf: (pointer: string) => string | null,
): readonly RowError[] =>
  violations.slice(0, errorsMax).map(({ pointer, code, detail }) => ({ column: columnOf(pointer), code, detail }));

/** A file whose rows cannot be told apart. `row`: the last one that could be read, and one more; the header is row 1. */
export class CsvUnreadable extends Error {
  override readonly name = 'CsvUnreadable';
  readonly row: number;
  constructor(row: number, detail: string) {
    super(detail);
    this.row = row;
  }
}
