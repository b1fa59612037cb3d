import type { z } from 'zod';
import { reportRunStream } from '../../commands/calls/reportRuns.ts';
import { contentSha256 } from '../../commands/canonicalJson.ts';
import { toDomain } from '../../commands/codec.ts';
import { reportNamed } from '../../projections/reports/catalogue.ts';
import type { Report, ReportFilter } from '../../projections/reports/report.ts';
import { modelsOf, pageOf, reportObjections, requireReader } from '../askedReport.ts';
import { knownPosition } from '../asOf/moment.ts';
import { boundCursor } from '../boundCursor.ts';
import type { ApiDeps } from '../deps.ts';
import { readTold } from '../evidence/damage.ts';
import { masked } from '../personal/masked.ts';
import type { ProblemError } from '../problem.ts';
import { type Call, command, type Route, read } from '../route.ts';
import { reportRun, reportRunBody, reportRunParams, reportRunRecorded } from '../schemas/reports.ts';
import { invalid } from '../violations.ts';
import { catchUp } from '../waitForPosition.ts';

const tag = 'Reports';

/** Without a moment it is drawn of all that the read models know when it is asked for. */
const positionOf = async (one: Report, knownAsOf: string | undefined, deps: ApiDeps): Promise<string> => {
  const models = modelsOf(one);
  const known = await knownPosition(knownAsOf, models, deps);
  if (known !== undefined) return known;
  const { asOfPosition } = await deps.reads.freshness(models);
  if (asOfPosition !== '0') return asOfPosition;
  // They have read nothing yet, and nothing can be asked at that position.
  await catchUp(deps, models);
  return (await deps.reads.freshness(models)).asOfPosition;
};

/** What `GET` answers at this position, by its hash. */
const draw = async (one: Report, filter: ReportFilter, position: string, call: Call, deps: ApiDeps) => {
  const { validAsOf, ...query } = filter;
  const list = boundCursor({ operation: 'readReport', params: { name: one.name }, query, validAsOf });
  const page = masked(list.sealed(await pageOf(one, filter, call, deps.reads, position)));
  const asked = new URLSearchParams(
    Object.entries(filter).map(([name, value]): [string, string] => [name, String(value)]),
  );
  asked.set('knownAsOf', position);
  return {
    report: one.name,
    href: `/v1/reports/${one.name}?${asked}`,
    bus: call.scope?.bus ?? null,
    position,
    rows: (page.totals ?? []).reduce((all, { rows }) => all + rows, 0),
    sha256: contentSha256(page),
  };
};

/** Which report is meant, and what is wrong with what is asked of it. Throws `HttpProblem` 403. */
const asked = async (body: z.output<typeof reportRunBody>, call: Call, deps: ApiDeps) => {
  const one = reportNamed(body.report);
  const atReport = (detail: string): ProblemError => ({ pointer: '/report', code: 'VALUE_INVALID', detail });
  if (one === undefined) return { one, errors: [atReport(`There is no report ${body.report}.`)] };
  requireReader(one, call);
  const present = `The report ${one.name} tells what is known now and nothing earlier, so it has no answer twice.`;
  const found = await reportObjections(one, body.filters ?? {}, '/filters', call, deps);
  return { one, errors: [...(one.knowsThePast ? [] : [atReport(present)]), ...found] };
};

const runReport = command({
  operation: 'runReport',
  path: '/v1/report-runs',
  tag,
  summary: 'Draw a report and keep its position and hash in the log, so that it can be asked again and compared',
  body: reportRunBody,
  status: 201,
  answer: reportRunRecorded,
  refusals: [],
  creates: true,
  objections: async ({ body }, call, deps) => (await asked(body, call, deps)).errors,
  ask: async ({ body }, call, deps) => {
    const { one, errors } = await asked(body, call, deps);
    if (one === undefined || errors.length > 0) throw invalid(errors);
    const { filters = {}, knownAsOf, validAsOf } = body;
    const filter = { ...filters, ...(validAsOf !== undefined && { validAsOf }) };
    const position = await positionOf(one, knownAsOf, deps);
    return deps.operations.recordReportRun(await draw(one, filter, position, call, deps), call.context);
  },
  tell: ({ runId, report, href, position, rows, sha256, runBy }, receipt) => ({
    body: { runId, report, href, position, rows, sha256, runBy, receipt },
    location: `/v1/report-runs/${runId}`,
  }),
});

/** Who may not see all that a run shows must not see it. */
const isVisible = (bus: readonly string[] | null, { scope }: Call): boolean =>
  scope === undefined || (bus?.every((bu) => scope.bus.includes(bu)) ?? false);

const readReportRun = read({
  operation: 'readReportRun',
  path: '/v1/report-runs/{runId}',
  tag,
  summary: 'What was drawn, and the address that has the same answer',
  params: reportRunParams,
  answer: reportRun,
  models: ['event_index'],
  handle: async ({ params }, call, deps) => {
    for await (const recorded of readTold(deps.log.store, reportRunStream(params.runId))) {
      const event = toDomain(recorded);
      if (event.type !== 'ReportRunRecorded' || !isVisible(event.data.bus, call)) return undefined;
      const { runId, report, href, position, rows, sha256, runBy } = event.data;
      const one = reportNamed(report);
      if (one !== undefined) requireReader(one, call);
      return { runId, report, href, position, rows, sha256, runBy, recordedAt: recorded.recordedAt };
    }
    return undefined;
  },
});

export const reportRunRoutes: readonly Route[] = [runReport, readReportRun];
