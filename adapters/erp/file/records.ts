// Files of older ERPs: a record a line, fields between semicolons, those in quotation marks that hold one (RFC 4180 but for
// line ends, which no field may have: a line is a row, whatever is in it).

const mustBeQuoted = /[;"]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are looked for.
const notInAField = /[\u0000-\u001f\u007f\u0085\u2028\u2029]/;

export const canBeField = (text: string): boolean => !notInAField.test(text) && text.isWellFormed();

const written = (field: string): string => (mustBeQuoted.test(field) ? `"${field.replaceAll('"', '""')}"` : field);

export type FileRecord = readonly [kind: string, ...fields: string[]];

/** Ends with a record that counts the others, so that a file that was cut off is known by it. */
export const fileOf = (records: readonly FileRecord[]): string =>
  [...records, ['END', String(records.length)]].map((record) => `${record.map(written).join(';')}\n`).join('');

const lineCharsMax = 10_000;

/** The fields of a line; undefined: quotation marks that make no sense, or more than any row has. */
const fieldsOf = (line: string): readonly string[] | undefined => {
  if (line.length > lineCharsMax) return undefined;
  const fields: string[] = [];
  for (let at = 0; ; ) {
    const quoted = line[at] === '"' ? /^"((?:[^"]|"")*)"(?=;|$)/.exec(line.slice(at)) : undefined;
    if (quoted === null) return undefined;
    const plain = quoted === undefined ? (/^[^;"]*(?=;|$)/.exec(line.slice(at))?.[0] ?? undefined) : quoted[0];
    if (plain === undefined) return undefined;
    fields.push(quoted === undefined ? plain : (quoted[1] ?? '').replaceAll('""', '"'));
    at += plain.length + 1;
    if (at > line.length) return fields;
  }
};

export type Row = { readonly row: number; readonly fields: readonly string[] | undefined };

/** Whole lines only: what has no line end yet is still being written. `isComplete`: the last one counts the others. */
export const rowsIn = (text: string): { readonly rows: readonly Row[]; readonly isComplete: boolean } => {
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split(/\r?\n/);
  lines.pop();
  const rows = lines.map((line, index): Row => ({ row: index + 1, fields: fieldsOf(line) }));
  const last = rows.at(-1)?.fields;
  const isComplete = last?.[0] === 'END' && last[1] === String(rows.length - 1);
  return { rows: last?.[0] === 'END' ? rows.slice(0, -1) : rows, isComplete };
};
