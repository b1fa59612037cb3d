import type { z } from 'zod';
import { currencyExponent } from '../../domain/money.ts';
import type { catalogue, reportAnswer } from '../schemas/reports.ts';
import { moneyText, table, titled } from '../terminal.ts';
import { countText, shortPosition } from './command.ts';

export type Catalogue = z.output<typeof catalogue>;
/** A page of a report as the service answers it. */
export type ReportPage = z.output<typeof reportAnswer> & {
  readonly report: { readonly position: string; readonly sha256: string };
};
type Row = ReportPage['items'][number];
type Column = ReportPage['columns'][number];

const isEmpty = (value: Row[string] | undefined): boolean => value == null || value === '0' || value === false;

const numeric: ReadonlySet<string> = new Set(['money', 'quantity', 'price', 'percent', 'count']);

const currencyOf = (name: string, row: Row): string => {
  const code = name.startsWith('functional') ? (row.functionalCurrency ?? row.currency) : row.currency;
  return typeof code === 'string' ? code : '';
};

const cellText = ({ name, type }: Column, row: Row): string => {
  const value = row[name];
  if (value == null) return '';
  return type === 'money' ? moneyText(String(value), currencyExponent(currencyOf(name, row))) : String(value);
};

const tableOf = (columns: readonly Column[], rows: readonly Row[]): string =>
  table(
    columns.map(({ name, type }) => ({ title: name, ...(numeric.has(type) && { align: 'right' as const }) })),
    rows.map((row) => columns.map((column) => cellText(column, row))),
  );

const totalsText = ({ columns, totals }: ReportPage, shown: ReadonlySet<string>): string => {
  const rows: Column = { name: 'rows', type: 'count', meaning: '', total: true };
  const currency: Column = { name: 'currency', type: 'text', meaning: '', total: false };
  const added = columns.filter(({ name, total }) => total && shown.has(name));
  return totals === null || totals.length === 0 ? '' : tableOf([currency, rows, ...added], totals);
};

/** The columns in which there is something, the totals of all rows, and what makes the answer checkable. */
export const reportText = (answer: ReportPage): string => {
  const { title, id, columns, items, nextCursor, report } = answer;
  if (items.length === 0) return `${id} ${title}: no rows.`;
  const isUsed = ({ name }: Column): boolean => items.some((row) => !isEmpty(row[name]));
  const used = columns.filter(isUsed);
  const unused = columns.filter((column) => !isUsed(column));
  const names = new Set(used.map(({ name }) => name));
  const more =
    nextCursor === null ? [] : [`The first ${countText(items.length)} rows; --csv writes all, --limit shows more.`];
  const left = unused.length === 0 ? [] : [`Nothing in: ${unused.map(({ name }) => name).join(', ')}.`];
  const footing = `Position ${shortPosition(report.position)} · SHA-256 ${report.sha256}`;
  return [
    `${id} ${title}`,
    tableOf(used, items),
    ...more,
    'Totals of all rows',
    totalsText(answer, names),
    ...left,
    footing,
  ].join('\n\n');
};

/** What a report has, and what it can be asked by. */
export const columnsText = ({ id, title, meaning, columns, filters, needs }: Catalogue['items'][number]): string =>
  [
    `${id} ${title}: ${meaning}`,
    table(
      titled('Column', 'Type', 'Meaning'),
      columns.map((column) => [column.name, column.type, column.meaning]),
    ),
    `Filters: ${filters.map((name) => (needs.includes(name) ? `${name} (needed)` : name)).join(', ')}`,
  ].join('\n\n');
