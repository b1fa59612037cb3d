import { reportNamed, reports } from '../../projections/reports/catalogue.ts';
import { isTotalled, type Report, type ReportFilterName, reportFilters } from '../../projections/reports/report.ts';
import { report } from '../asOf/report.ts';
import { unknownBooks } from '../books.ts';
import { csvHead, csvRows } from '../csv.ts';
import type { ApiDeps } from '../deps.ts';
import { HttpProblem, type ProblemError } from '../problem.ts';
import type { ReadModel } from '../reads.ts';
import { notFound } from '../respond.ts';
import { type Call, type Route, read } from '../route.ts';
import { catalogue, reportAnswer, reportParams, reportQuery } from '../schemas/reports.ts';

const tag = 'Reports';

type Asked = Readonly<Partial<Record<ReportFilterName | 'knownAsOf' | 'cursor', string>>>;
type Input = { readonly params: { readonly name: string }; readonly query: Asked };

/** What the wiring calls a read model; `reports.test.ts` holds that each is one. */
const modelsOf = (one: Report | undefined): readonly ReadModel[] => (one?.models ?? []) as readonly ReadModel[];

const allModels = [...new Set(reports.flatMap(modelsOf))];

const columnsOf = ({ columns }: Report) =>
  Object.entries(columns).map(([name, column]) => ({
    ...{ name, type: column.type, meaning: column.meaning },
    total: isTotalled(column) || column.of !== undefined,
  }));

const listReports = read({
  operation: 'listReports',
  path: '/v1/reports',
  tag,
  summary: 'The catalogue of reports: columns, filters, and who may read them',
  answer: catalogue,
  models: allModels,
  handle: async () => ({
    items: reports.map((one) => ({
      ...{ id: one.id, name: one.name, title: one.title, meaning: one.meaning },
      columns: columnsOf(one),
      filters: one.filters,
      needs: one.needs ?? [],
      readers: one.readers,
      datedBy: one.datedBy,
      knowsThePast: one.knowsThePast,
      href: `/v1/reports/${one.name}`,
    })),
    nextCursor: null,
  }),
});

const wrong = (name: string, code: ProblemError['code'], detail: string): ProblemError => ({
  pointer: `/query/${name}`,
  code,
  detail,
});

/** What a report cannot be asked. */
const misfits = (one: Report, query: Asked): readonly ProblemError[] => {
  const has = one.filters.length === 0 ? 'It has none.' : `It has: ${one.filters.join(', ')}.`;
  const { period, from, to, knownAsOf } = query;
  return [
    ...reportFilters
      .filter((name) => query[name] !== undefined && !one.filters.includes(name))
      .map((name) => wrong(name, 'UNKNOWN_PROPERTY', `The report ${one.name} has no filter of this name. ${has}`)),
    ...(one.needs ?? [])
      .filter((name) => query[name] === undefined)
      .map((name) => wrong(name, 'REQUIRED', `The report ${one.name} is not answered without it.`)),
    ...(period !== undefined && (from ?? to) !== undefined
      ? [wrong('period', 'VALUE_INVALID', 'Ask for a period, or for the days from `from` to `to`.')]
      : []),
    ...(from !== undefined && to !== undefined && from > to
      ? [wrong('to', 'VALUE_INVALID', 'The last day is before the first.')]
      : []),
    ...(knownAsOf !== undefined && !one.knowsThePast
      ? [wrong('knownAsOf', 'VALUE_INVALID', `The report ${one.name} tells what is known now and nothing earlier.`)]
      : []),
  ];
};

/** Master data that does not exist, under the names that a report has for it. */
const unknownIn = async ({ query }: Input, call: Call, deps: ApiDeps): Promise<readonly ProblemError[]> => {
  const { bu, ledger, node, item, customer: soldTo } = query;
  const found = await unknownBooks({ query: { bu, ledger, node, item, soldTo } }, call, deps);
  return found.map((each) => ({ ...each, pointer: each.pointer.replace('soldTo', 'customer') }));
};

const requireReader = (one: Report, call: Call): void => {
  if (one.readers.some((role) => call.principal.roles.includes(role))) return;
  throw new HttpProblem('FORBIDDEN', `The report ${one.name} is read by: ${one.readers.join(', ')}.`, {
    retain: false,
  });
};

const readReport = report({
  operation: 'readReport',
  path: '/v1/reports/{name}',
  tag,
  summary: 'A page of a report, as JSON or as CSV, with the totals of all its rows',
  description:
    'With `Accept: text/csv` the same rows come as RFC 4180 has them; `Link` names the next page, `X-Report-Sha256` the hash. `GET /v1/reports` says which report has which columns and filters.',
  params: reportParams,
  query: reportQuery,
  objections: async (input, call, deps) => {
    const one = reportNamed(input.params.name);
    if (one === undefined) throw notFound();
    requireReader(one, call);
    // The parts of the query that the frame of all reports adds are parsed with it.
    const asked: Input = { params: input.params, query: input.query as Asked };
    return [...misfits(one, asked.query), ...(await unknownIn(asked, call, deps))];
  },
  answer: reportAnswer,
  models: allModels,
  modelsOf: ({ name }) => modelsOf(reportNamed(name)),
  datedBy: 'the date that the catalogue names for the report',
  rowCount: ({ items }) => items.length,
  bus: ({ items }, { bu }) =>
    bu === undefined ? items.flatMap((row) => (typeof row.bu === 'string' ? [row.bu] : [])) : [bu],
  asCsv: ({ columns, items }) => csvHead(columns) + csvRows(columns, items),
  handle: async ({ params, query }, call, deps, { knownAsOf: at, validAsOf }) => {
    const one = reportNamed(params.name);
    if (one === undefined) return undefined;
    const filter = { ...query, ...(validAsOf !== undefined && { validAsOf }) };
    const { items, totals, nextCursor } = await deps.reads.reportPage(one, { filter, scope: call.scope, at });
    const { id, name, title, knowsThePast } = one;
    return { id, name, title, knowsThePast, columns: columnsOf(one), items, totals, nextCursor };
  },
});

export const reportRoutes: readonly Route[] = [listReports, readReport];
