import { writeFile } from 'node:fs/promises';
import { type Figure, type Spread, type Target, verdictOf } from './figures.ts';
import type { Machine } from './machine.ts';

/** Three digits say all that a figure of a shared machine can say. */
const short = (value: number): string => {
  if (!Number.isFinite(value)) return '-';
  if (value >= 1_000) return Math.round(value).toLocaleString('en-US');
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
};

const three = ({ min, median, max }: Spread): string => `${short(min)} / ${short(median)} / ${short(max)}`;

const targetText = (target: Target | undefined, unit: string): string =>
  target === undefined
    ? ''
    : 'atLeast' in target
      ? `>= ${short(target.atLeast)} ${unit}`
      : `<= ${short(target.atMost)} ${unit}`;

const heads = ['row', 'what', 'ours', 'reference', 'unit', 'ratio', 'target', ''];

const cells = (figure: Figure): readonly string[] => {
  const { row, what, unit, ours, reference, ratio, target } = figure;
  return [
    row,
    what,
    three(ours),
    reference === undefined ? '' : three(reference),
    unit,
    ratio === undefined ? '' : three(ratio),
    targetText(target, ratio === undefined ? unit : 'x'),
    verdictOf(figure),
  ];
};

/** The figures as a table: min / median / max of the rounds. */
export const tableOf = (figures: readonly Figure[]): string => {
  const lines = [heads, ...figures.map(cells)];
  const widths = heads.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  const text = (line: readonly string[]): string =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  const notes = figures.flatMap(({ row, what, note }) => (note === undefined ? [] : [`  ${row}, ${what}: ${note}`]));
  const [head, ...body] = lines.map(text);
  return [head, rule, ...body, ...(notes.length === 0 ? [] : ['', 'Notes', ...notes])].join('\n');
};

export type Failure = { readonly row: string; readonly error: string };

/** For machines: every figure with its verdict, and under which conditions it was taken. */
export const writeResults = (
  file: string,
  machine: Machine,
  figures: readonly Figure[],
  failures: readonly Failure[],
): Promise<void> => {
  const judged = figures.map((figure) => ({ ...figure, verdict: verdictOf(figure) }));
  return writeFile(file, `${JSON.stringify({ machine, figures: judged, failures }, null, 2)}\n`);
};
