import type { Sent } from './request/sent.ts';

/** What a spreadsheet would take for a formula when it opens the file, in a width of letters or another. */
const formula = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

export type CsvColumn = { readonly name: string; readonly type: string };
export type CsvCell = string | number | boolean | null | undefined;

/** Columns that people write into; in all others a sign is the sign of a number. */
const isFree = ({ type }: CsvColumn): boolean => type === 'text';

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

const cellText = (column: CsvColumn, value: CsvCell): string => {
  const text = value == null ? '' : String(value);
  return quoted(isFree(column) && formula.test(text) ? `'${text}` : text);
};

/** A line of RFC 4180, with its end. */
const line = (cells: readonly string[]): string => `${cells.join(',')}\r\n`;

export const csvHead = (columns: readonly CsvColumn[]): string => line(columns.map(({ name }) => quoted(name)));

/** Rows as RFC 4180 has them. A text that begins as a formula does gets an apostrophe in front, so that nothing runs. */
export const csvRows = (columns: readonly CsvColumn[], rows: readonly Readonly<Record<string, CsvCell>>[]): string =>
  rows.map((row) => line(columns.map((column) => cellText(column, row[column.name])))).join('');

/** What a reader of the table still needs: where it goes on, and of a report the footing that makes it checkable. */
type Beside = {
  readonly nextCursor: string | null;
  readonly knowsThePast?: boolean;
  readonly report?: { readonly position: string; readonly sha256: string; readonly rowCount: number };
};

/**
 * The address of the next page, at the moment of this one where that can be asked, so that both fit together; without totals,
 * which a table does not show and which would be added up over all rows for each page.
 */
const nextOf = (url: string, { nextCursor, knowsThePast, report }: Beside): string | undefined => {
  if (nextCursor === null) return undefined;
  const next = new URL(url, 'http://here');
  next.searchParams.set('cursor', nextCursor);
  if (report === undefined) return `<${next.pathname}${next.search}>; rel="next"`;
  next.searchParams.set('totals', 'false');
  if (knowsThePast) next.searchParams.set('knownAsOf', report.position);
  return `<${next.pathname}${next.search}>; rel="next"`;
};

/** An answer as a table, made of the text that is sent otherwise: what may not be read is masked in it already. */
export const csvSent = (sent: Sent, asCsv: (body: object) => string, url: string): Sent => {
  const body = JSON.parse(sent.text) as Beside;
  const next = nextOf(url, body);
  return {
    ...sent,
    text: asCsv(body),
    headers: {
      'Content-Type': 'text/csv; charset=utf-8; header=present',
      ...(body.report !== undefined && {
        'X-Report-Position': body.report.position,
        'X-Report-Sha256': body.report.sha256,
        'X-Report-Rows': String(body.report.rowCount),
      }),
      ...(next !== undefined && { Link: next }),
    },
  };
};
