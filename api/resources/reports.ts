import { reportNamed, reports } from '../../projections/reports/catalogue.ts';
import { type Asked, columnsOf, modelsOf, pageOf, reportObjections, requireReader } from '../askedReport.ts';
import { report } from '../asOf/report.ts';
import { csvHead, csvRows } from '../csv.ts';
import { notFound } from '../request/respond.ts';
import { type Route, read } from '../route.ts';
import { catalogue, reportAnswer, reportParams, reportQuery } from '../schemas/reports.ts';
import { reportRunRoutes } from './reportRuns.ts';

const tag = 'Reports';

const allModels = [...new Set(reports.flatMap(modelsOf))];

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
    return reportObjections(one, input.query as Asked, '/query', call, deps);
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
    return pageOf(one, filter, call, deps.reads, at);
  },
});

export const reportRoutes: readonly Route[] = [listReports, readReport, ...reportRunRoutes];
