import { once } from 'node:events';
import { csvHead, csvRows } from '../csv.ts';
import { table, titled } from '../terminal.ts';
import { type CliCommand, type CliOptions, type Shown, Stop, textOption, textOptions } from './command.ts';
import { type Catalogue, columnsText, type ReportPage, reportText } from './reportText.ts';
import { callService, type Service } from './service.ts';

const pageRows = 5_000;
const shownRows = 200;

/** Options that are filters of the same name; the others are given with `--where`. */
const named = ['bu', 'ledger', 'period', 'from', 'to', 'currency', 'validAsOf', 'knownAsOf'] as const;

const queryOf = (options: CliOptions): URLSearchParams => {
  const query = new URLSearchParams();
  for (const name of named) {
    const value = textOption(options, name);
    if (value !== undefined) query.set(name, value);
  }
  for (const filter of textOptions(options, 'where')) {
    const [, name, value] = /^(\w+)=(.+)$/.exec(filter) ?? [];
    if (name === undefined || value === undefined) throw new Stop(`Say --where <filter>=<value>, not ${filter}.`, 2);
    query.set(name, value);
  }
  return query;
};

const pageOf = (service: Service, name: string, query: URLSearchParams, limit: number): Promise<ReportPage> =>
  service.get(`/v1/reports/${encodeURIComponent(name)}?${new URLSearchParams([...query, ['limit', String(limit)]])}`);

/** The question for what follows a page, at the moment of that page; undefined behind the last one. */
const following = (
  query: URLSearchParams,
  { nextCursor, knowsThePast, report }: ReportPage,
): URLSearchParams | undefined => {
  if (nextCursor === null) return undefined;
  const next = new URLSearchParams(query);
  next.set('cursor', nextCursor);
  next.set('totals', 'false');
  if (knowsThePast) next.set('knownAsOf', report.position);
  return next;
};

/** All rows of a report as CSV, handed on page by page, so that a report of any length needs the room of one page. */
export const writeCsv = async (
  service: Service,
  name: string,
  query: URLSearchParams,
  write: (text: string) => Promise<unknown>,
  limit = pageRows,
): Promise<void> => {
  let asked: URLSearchParams | undefined = query;
  while (asked !== undefined) {
    const page: ReportPage = await pageOf(service, name, asked, limit);
    await write((asked === query ? csvHead(page.columns) : '') + csvRows(page.columns, page.items));
    asked = following(asked, page);
  }
};

const toStdout = async (text: string): Promise<void> => {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
};

const rowsShown = (options: CliOptions): number => {
  const text = textOption(options, 'limit');
  if (text === undefined) return shownRows;
  const rows = Number(text);
  if (!Number.isInteger(rows) || rows < 1 || rows > pageRows) throw new Stop(`--limit is 1 to ${pageRows}.`, 2);
  return rows;
};

export const reportsCommand: CliCommand = {
  usage: 'reports [name]',
  summary: 'The reports there are; with a name its columns and filters',
  callsService: true,
  as: 'finance',
  examples: ['reports', 'reports revenue'],
  run: async ([name], options): Promise<Shown> => {
    const service = await callService(options);
    const { items } = await service.get<Catalogue>('/v1/reports');
    if (name !== undefined) {
      const one = items.find((each) => each.id === name || each.name === name);
      if (one === undefined) throw new Stop(`There is no report ${name}.`, 3);
      return { value: one, text: columnsText(one) };
    }
    const rows = items.map((one) => [one.id, one.name, one.title, one.readers.join(', ')]);
    const heads = titled('Id', 'Name', 'Title', 'Read by');
    return { value: items, text: table(heads, rows) };
  },
};

export const reportCommand: CliCommand = {
  usage: 'report <name>',
  summary: 'A report as a table, as JSON, or with --csv all of it as CSV',
  options: [
    { flags: '--bu <code>', text: 'business unit' },
    { flags: '--ledger <code>', text: 'ledger' },
    { flags: '--period <yyyymm>', text: 'accounting period' },
    { flags: '--from <day>', text: 'from this day on' },
    { flags: '--to <day>', text: 'up to this day' },
    { flags: '--currency <code>', text: 'documents of this currency' },
    { flags: '--where <filter=value>', text: 'any other filter of the report, as often as needed', repeatable: true },
    { flags: '--valid-as-of <day>', text: 'only what is dated up to this day' },
    { flags: '--known-as-of <position|instant>', text: 'what was known then' },
    { flags: '--limit <rows>', text: `rows of the table, ${shownRows} unless said` },
    { flags: '--csv', text: 'all rows as CSV' },
  ],
  callsService: true,
  as: 'finance',
  examples: [
    'report trial-balance --bu ACME --period 202611',
    'report revenue --bu ACME --where customer=C-1001 --csv > revenue.csv',
  ],
  run: async ([name = ''], options): Promise<Shown> => {
    const service = await callService(options);
    const query = queryOf(options);
    if (options.csv === true) {
      await writeCsv(service, name, query, toStdout);
      return { value: undefined, text: undefined };
    }
    const answer = await pageOf(service, name, query, rowsShown(options));
    return { value: answer, text: reportText(answer) };
  },
};
