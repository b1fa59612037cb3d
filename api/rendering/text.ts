import type { Fact, Sheet, Table } from './sheet.ts';

/** A cell goes on in the next line from here on. */
const cellWidthMax = 40;
const gap = '  ';

const widthOf = (text: string): number => [...text].length;

const padded = (text: string, width: number, isNumber: boolean): string => {
  const blank = ' '.repeat(Math.max(0, width - widthOf(text)));
  return isNumber ? blank + text : text + blank;
};

/** Words that are longer than a cell are cut: codes have no place to break them at. */
const piecesOf = (text: string): readonly string[] =>
  text.split(' ').flatMap((word) => {
    const letters = [...word];
    const pieces: string[] = [];
    for (let at = 0; at < letters.length; at += cellWidthMax)
      pieces.push(letters.slice(at, at + cellWidthMax).join(''));
    return pieces;
  });

const wrapped = (text: string): readonly string[] => {
  const lines: string[] = [];
  let line = '';
  for (const piece of piecesOf(text)) {
    const longer = line === '' ? piece : `${line} ${piece}`;
    if (widthOf(longer) <= cellWidthMax) line = longer;
    else {
      lines.push(line);
      line = piece;
    }
  }
  return [...lines, line];
};

type Cells = readonly (readonly string[])[];

const tableText = ({ caption, columns, rows }: Table): readonly string[] => {
  const all: readonly Cells[] = [columns.map(({ name }) => [name]), ...rows.map((cells) => cells.map(wrapped))];
  const widths = columns.map((_, column) =>
    all.reduce((most, cells) => Math.max(most, ...(cells[column] ?? []).map(widthOf)), 0),
  );
  const lineOf = (cells: Cells, at: number): string =>
    columns
      .map(({ isNumber }, column) => padded(cells[column]?.[at] ?? '', widths[column] ?? 0, isNumber))
      .join(gap)
      .trimEnd();
  const linesOf = (cells: Cells): readonly string[] =>
    Array.from({ length: Math.max(...cells.map((lines) => lines.length)) }, (_, at) => lineOf(cells, at));
  const rule = widths.map((width) => '-'.repeat(width)).join(gap);
  const [head = [], ...body] = all.map(linesOf);
  return [caption, '', ...head, rule, ...body.flat()];
};

const factsText = (facts: readonly Fact[], isNumber: boolean): readonly string[] => {
  const names = Math.max(0, ...facts.map(({ name }) => widthOf(name)));
  const values = isNumber ? Math.max(0, ...facts.map(({ value }) => widthOf(value))) : 0;
  return facts.map(({ name, value }) => `${padded(name, names, false)}${gap}${padded(value, values, isNumber)}`);
};

/** A sheet as plain text of one width, for a terminal or a mail. */
export const sheetAsText = ({ title, from, notices, facts, tables, sums }: Sheet): string => {
  const parts: readonly (readonly string[])[] = [
    [title, from],
    ...(notices.length === 0 ? [] : [notices.map(({ word, text }) => `${word}: ${text}`)]),
    factsText(facts, false),
    ...tables.map(tableText),
    ...sums.map((group) => factsText(group, true)),
  ];
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`;
};
