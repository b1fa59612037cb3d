import type { Report, ReportFilter, ReportFilterName } from '../projections/reports/report.ts';
import { isTotalled, reportFilters } from '../projections/reports/report.ts';
import { unknownBooks } from './books.ts';
import type { ApiDeps } from './deps.ts';
import { HttpProblem, type ProblemError } from './problem.ts';
import type { ReadModel } from './reads.ts';
import type { Call } from './route.ts';
import { backwards } from './schemas/fields.ts';

/** What somebody asks of a report. */
export type Asked = Readonly<Partial<Record<ReportFilterName | 'knownAsOf' | 'cursor', string>>>;

/** What the wiring calls a read model; `reports.test.ts` holds that each is one. */
export const modelsOf = (one: Report | undefined): readonly ReadModel[] => (one?.models ?? []) as readonly ReadModel[];

export const columnsOf = ({ columns }: Report) =>
  Object.entries(columns).map(([name, column]) => ({
    ...{ name, type: column.type, meaning: column.meaning },
    total: isTotalled(column),
  }));

const wrong = (name: string, code: ProblemError['code'], detail: string): ProblemError => ({
  pointer: `/${name}`,
  code,
  detail,
});

/** What a report cannot be asked. */
const misfits = (one: Report, query: Asked): readonly ProblemError[] => {
  const has = one.filters.length === 0 ? 'It has none.' : `It has: ${one.filters.join(', ')}.`;
  const { period, from, to, knownAsOf } = query;
  const late = backwards(from, to);
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
    ...(late === undefined ? [] : [wrong('to', 'VALUE_INVALID', late)]),
    ...(knownAsOf !== undefined && !one.knowsThePast
      ? [wrong('knownAsOf', 'VALUE_INVALID', `The report ${one.name} tells what is known now and nothing earlier.`)]
      : []),
  ];
};

/** Master data that does not exist, under the names that a report has for it. */
const unknownIn = async (query: Asked, call: Call, deps: ApiDeps): Promise<readonly ProblemError[]> => {
  const { bu, ledger, node, item, customer: soldTo } = query;
  const found = await unknownBooks({ query: { bu, ledger, node, item, soldTo } }, call, deps);
  return found.map((each) => ({ ...each, pointer: each.pointer.replace('/query', '').replace('soldTo', 'customer') }));
};

/** What is wrong with what is asked of a report, as pointers below `place`. */
export const reportObjections = async (
  one: Report,
  query: Asked,
  place: string,
  call: Call,
  deps: ApiDeps,
): Promise<readonly ProblemError[]> => {
  const found = [...misfits(one, query), ...(await unknownIn(query, call, deps))];
  return found.map((each) => ({ ...each, pointer: `${place}${each.pointer}` }));
};

/** Throws `HttpProblem` 403 to whoever the report is not for. */
export const requireReader = (one: Report, call: Call): void => {
  if (one.readers.some((role) => call.principal.roles.includes(role))) return;
  throw new HttpProblem('FORBIDDEN', `The report ${one.name} is read by: ${one.readers.join(', ')}.`, {
    retain: false,
  });
};

/** A page of a report at a position; undefined: of all that is known. */
export const pageOf = async (
  one: Report,
  filter: ReportFilter,
  call: Call,
  reads: Pick<ApiDeps['reads'], 'reportPage'>,
  at: string | undefined,
) => {
  const { items, totals, nextCursor } = await reads.reportPage(one, { filter, scope: call.scope, at });
  const { id, name, title, knowsThePast } = one;
  return { id, name, title, knowsThePast, columns: columnsOf(one), items, totals, nextCursor };
};
