import { pointer, type Violation } from '../masterData/violation.ts';
import { isHostileText } from '../outsideText.ts';
import { type ImportKind, importColumns, isNote } from './columns.ts';

const at = (column: string | number, code: string, detail: string): Violation => ({
  pointer: pointer('content', 'header', column),
  code,
  detail,
});

/** Long enough for every name that there is; what is longer is not repeated to the sender. */
const nameCharsMax = 50;
const columnsMax = 100;

/** Names are compared as they are: a sender who writes `Item` may mean something else. */
const ofColumn = (kind: ImportKind, names: readonly string[], index: number): readonly Violation[] => {
  const name = names[index] ?? '';
  if (isHostileText(name))
    return [at(index, 'TEXT_INVALID', 'Control characters, NUL and the marks ⟦ ⟧ are not accepted.')];
  if (isNote(name)) return [];
  if (!importColumns[kind].some((known) => known.name === name)) {
    const known = importColumns[kind].map((column) => column.name).join(', ');
    return [at(index, 'UNKNOWN_PROPERTY', `Columns of ${kind} are ${known}; others begin with #.`)];
  }
  const first = names.indexOf(name);
  return first < index ? [at(index, 'DUPLICATE', `Column ${first + 1} is ${name} already.`)] : [];
};

const missing = (kind: ImportKind, names: readonly string[]): readonly Violation[] =>
  importColumns[kind]
    .filter(({ name, isRequired }) => isRequired && !names.includes(name))
    .map(({ name }) => at(name, 'REQUIRED', `There is no column ${name}.`));

/** Another separator makes one column of all names: that is said once, and not as a column that is missing for each. */
const otherSeparator = (names: readonly string[]): string | undefined =>
  names.length === 1 ? [';', '\t', '|'].find((mark) => names[0]?.includes(mark)) : undefined;

/** Everything that is wrong with the first line of a file. */
export const headerViolations = (kind: ImportKind, names: readonly string[]): readonly Violation[] => {
  if (otherSeparator(names) !== undefined)
    return [at(0, 'FORMAT_INVALID', 'The columns are separated by something else than commas.')];
  const unreadable = names.length > columnsMax ? columnsMax : names.findIndex(({ length }) => length > nameCharsMax);
  if (unreadable >= 0)
    return [
      at(unreadable, 'FORMAT_INVALID', `A header has at most ${columnsMax} names of ${nameCharsMax} characters.`),
    ];
  return [...names.flatMap((_, index) => ofColumn(kind, names, index)), ...missing(kind, names)];
};
