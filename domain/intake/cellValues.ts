import type { Cells, RowError } from './row.ts';

/** What a cell says, or what is wrong with it. */
export type Found<T> = { readonly value: T } | RowError;

/** A field of a definition with what the file says of it. */
export type Said = readonly [field: string, found: Found<unknown>];

export const isWrong = <T>(found: Found<T>): found is RowError => 'code' in found;

export const wrong = (column: string, code: string, detail: string): RowError => ({ column, code, detail });

export const text = (column: string, cell: string): Found<string> =>
  cell === '' ? wrong(column, 'REQUIRED', 'This cell is empty.') : { value: cell };

/** Text that people read, as it comes in everywhere else: composed, and without the spaces around it. */
export const freeText = (column: string, cell: string): Found<string> => text(column, cell.normalize('NFC').trim());

export const flag = (column: string, cell: string, whenEmpty: boolean): Found<boolean> => {
  if (cell === '') return { value: whenEmpty };
  const said = cell.toLowerCase();
  return said === 'true' || said === 'false'
    ? { value: said === 'true' }
    : wrong(column, 'VALUE_INVALID', 'One of: true, false.');
};

export const days = <Empty>(column: string, cell: string, whenEmpty: Found<Empty>): Found<number | Empty> => {
  if (cell === '') return whenEmpty;
  return /^\d{1,5}$/.test(cell) ? { value: Number(cell) } : wrong(column, 'NUMERIC_FORMAT', 'A number of whole days.');
};

/** `A=…; B=…`: what stands on both sides of each sign. */
export const parts = (
  column: string,
  cell: string,
  pattern: RegExp,
  form: string,
): Found<readonly (readonly string[])[]> => {
  const found = cell
    .split(';')
    .filter((part) => part.trim() !== '')
    .map((part) => pattern.exec(part.trim()));
  const first = found.indexOf(null);
  return first < 0
    ? { value: found.map((match) => match?.slice(1) ?? []) }
    : wrong(column, 'FORMAT_INVALID', `Part ${first + 1} is not of the form ${form}, with semicolons between.`);
};

/** Flags that a definition has only where they were ever said: who never said so is not changed by a file that says no. */
export const optionalFlags = (
  names: readonly string[],
  cells: Cells,
  current: Readonly<Record<string, unknown>> | undefined,
): readonly Said[] =>
  names.flatMap((name): readonly Said[] => {
    const cell = cells.get(name);
    if (cell === undefined) return [];
    const found = flag(name, cell, false);
    if (isWrong(found)) return [[name, found]];
    const wasSaid = current?.[name] !== undefined;
    return [[name, { value: found.value || (wasSaid ? false : undefined) }]];
  });

/** What the file says of a field whose column it may not have. */
export const ifThere = (cells: Cells, column: string, read: (cell: string) => Found<unknown>): readonly Said[] => {
  const cell = cells.get(column);
  return cell === undefined ? [] : [[column, read(cell)]];
};

/** What is said over what is in force, or usual. Undefined: the definition does not have that field then. */
export const merged = (
  base: object,
  said: readonly Said[],
): { readonly value: object } | { readonly errors: readonly RowError[] } => {
  const errors = said.flatMap(([, found]) => (isWrong(found) ? [found] : []));
  if (errors.length > 0) return { errors };
  const values = said.map(([field, found]) => [field, 'value' in found ? found.value : undefined] as const);
  const all = { ...base, ...Object.fromEntries(values) };
  return { value: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) };
};
