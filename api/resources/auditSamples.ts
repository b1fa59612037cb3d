import type { z } from 'zod';
import { auditSampleIdOf } from '../../commands/calls/auditSamples.ts';
import { sha256 } from '../../commands/evidence/sha256.ts';
import { startNumber } from '../../domain/auditSample/draw.ts';
import type { DrawnLine } from '../../domain/auditSample/events.ts';
import { totalsOf } from '../../domain/auditSample/population.ts';
import { hex } from '../../domain/evidence/merkle.ts';
import type { SampleRequest } from '../../projections/auditSamples/draw.ts';
import type { SampleSummary, SamplesBy } from '../../projections/auditSamples/queries.ts';
import { knownPosition, type Moment } from '../asOf/moment.ts';
import { report } from '../asOf/report.ts';
import { requireScope } from '../authorise.ts';
import { unknownBooks } from '../books.ts';
import type { ApiDeps } from '../deps.ts';
import { HttpProblem } from '../problem.ts';
import { command, type Route } from '../route.ts';
import { sampleBody, sampleDrawn, sampleList, sampleParams, sampleQuery, sampleView } from '../schemas/auditSamples.ts';
import { invalid } from '../violations.ts';
import { catchUp } from '../waitForPosition.ts';

const tag = 'Audit';

type Body = z.output<typeof sampleBody>;

/** All that the log holds by now, unless an earlier moment is asked for. */
const positionOf = async (knownAsOf: string | undefined, deps: ApiDeps): Promise<string> => {
  const known = await knownPosition(knownAsOf, ['gl_staging'], deps);
  if (known !== undefined) return known;
  await catchUp(deps, ['gl_staging']);
  return (await deps.reads.freshness(['gl_staging'])).asOfPosition;
};

const textHash = (text: string): string => hex(sha256(Buffer.from(text, 'utf8')));

const strataOf = (method: Body['method']): SampleRequest['strata'] =>
  method.kind === 'STRATIFIED' ? method.strata : [{ amountFrom: '0', size: method.size }];

const tooLarge = (populationMax: number): HttpProblem =>
  invalid([
    {
      pointer: '/population',
      code: 'SIZE_INVALID',
      detail: `More than ${populationMax.toLocaleString('en-US')} lines could be drawn, which takes longer than a command may. Name fewer days, or accounts, a side or a least amount; or draw a sample of each part.`,
    },
  ]);

/**
 * Throws `HttpProblem`: 404 where nothing can be drawn, 409 while lines are missing that will be there later, 422 where there are
 * too many to draw from.
 */
const draw = async ({ bu, population, method, knownAsOf }: Body, seed: string, deps: ApiDeps) => {
  const position = await positionOf(knownAsOf, deps);
  const asked = { bu, position, population, method: method.kind, seed, strata: strataOf(method) };
  const populationMax = deps.config.samplePopulationMax;
  const { isBlocked, isTooLarge, currency, strata, lines } = await deps.reads.drawSample({
    ...asked,
    start: startNumber(seed, textHash),
    populationMax,
  });
  if (isTooLarge) throw tooLarge(populationMax);
  if (isBlocked)
    throw new HttpProblem(
      'LANE_BLOCKED',
      'An event before this position cannot be posted, so lines are missing that will be there later. See /v1/ops/dead-letters.',
      { data: { projection: 'gl_staging' }, retain: false },
    );
  if (currency === null || lines.length === 0)
    throw new HttpProblem('NOT_FOUND', 'There is no line that could be drawn.', { retain: false });
  return { ...asked, currency, strata, lines };
};

type Populated = Pick<SampleSummary, 'bu' | 'population' | 'knownAsOf'>;

/** R10 at the same position; what it has no filter for, the reader leaves out. */
const populationHref = ({ bu, population, knownAsOf }: Populated): string => {
  const { ledger, period, from, to } = population;
  const filters = { bu, ledger, period, from, to, knownAsOf };
  const named = Object.entries(filters).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return `/v1/reports/journal-detail?${new URLSearchParams(named)}`;
};

const withTotals = <Sample extends Populated & Pick<SampleSummary, 'strata'>>(sample: Sample) => {
  const { count, debit, credit } = totalsOf(sample.strata);
  return { ...sample, count, debit, credit, populationHref: populationHref(sample) };
};

const withProofs = (lines: readonly DrawnLine[]) =>
  lines.map((line) => ({ ...line, proof: `/v1/audit/proofs/gl-lines/${line.journalId}:${line.lineNo}` }));

const drawSample = command({
  operation: 'drawAuditSample',
  path: '/v1/audit/samples',
  tag,
  summary: 'Draw a reproducible sample of lines of the staging ledger, and keep it in the log',
  description:
    'The same seed, method and position give the same lines for ever. `POST /v1/audit/exports` with the kind `audit-sample` hands them over with their proofs, and the offline verifier draws them again.',
  body: sampleBody,
  status: 201,
  answer: sampleDrawn,
  refusals: [404, 409],
  creates: true,
  objections: async ({ body }, call, deps) => {
    const found = await unknownBooks({ query: { bu: body.bu, ledger: body.population.ledger } }, call, deps);
    return found.map(({ pointer, ...rest }) => ({
      ...rest,
      pointer: pointer === '/query/ledger' ? '/population/ledger' : pointer.replace('/query', ''),
    }));
  },
  ask: async ({ body }, call, deps) => {
    requireScope(call.principal, { bu: body.bu });
    const drawn = await draw(body, body.seed ?? auditSampleIdOf(call.context), deps);
    return deps.operations.recordAuditSample({ ...drawn, reason: body.reason }, call.context);
  },
  tell: ({ position, lines, ...sample }, receipt) => ({
    body: {
      ...withTotals({ ...sample, knownAsOf: position, lineCount: lines.length }),
      lines: withProofs(lines),
      receipt,
    },
    location: `/v1/audit/samples/${sample.sampleId}`,
  }),
});

const datedBy = 'the day, in UTC, on which it was drawn';

const byThen = ({ knownAsOf, validAsOf }: Moment): SamplesBy => ({ position: knownAsOf, day: validAsOf });

const listSamples = report({
  operation: 'listAuditSamples',
  path: '/v1/audit/samples',
  tag,
  summary: 'Samples that were drawn, newest first',
  query: sampleQuery,
  objections: unknownBooks,
  answer: sampleList,
  models: ['audit_samples'],
  datedBy,
  rowCount: ({ items }) => items.length,
  bus: ({ items }) => items.map(({ bu }) => bu),
  handle: async ({ query }, call, deps, moment) => {
    const { items, nextCursor } = await deps.reads.listAuditSamples(query, call.scope, byThen(moment));
    return { items: items.map(withTotals), nextCursor };
  },
});

const readSample = report({
  operation: 'readAuditSample',
  path: '/v1/audit/samples/{sampleId}',
  tag,
  summary: 'A sample with its lines, and what they were drawn from',
  params: sampleParams,
  answer: sampleView,
  models: ['audit_samples'],
  datedBy,
  rowCount: ({ lines }) => lines.length,
  bus: ({ bu }) => [bu],
  handle: async ({ params }, call, deps, moment) => {
    const sample = await deps.reads.auditSampleById(params.sampleId, call.scope, byThen(moment));
    return sample && { ...withTotals(sample), lines: withProofs(sample.lines) };
  },
});

export const auditSampleRoutes: readonly Route[] = [drawSample, listSamples, readSample];
