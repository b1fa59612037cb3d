import type { Rebuild } from '../../domain/rebuild/rebuild.ts';
import type { RebuildView } from '../../projections/rebuild/queries.ts';
import type { DifferenceReport, ExpectedChange } from '../../projections/rebuild/report.ts';
import type { ApiDeps } from '../deps.ts';
import type { Operation } from '../permissions.ts';
import type { Principal } from '../principal.ts';
import { HttpProblem, type ProblemError } from '../problem.ts';
import { readModels } from '../reads.ts';
import { command, type Route, read } from '../route.ts';
import {
  projectionParams,
  rebuild,
  rebuildBody,
  rebuildDecided,
  rebuildDecisionBody,
  rebuildDifference,
  rebuildParams,
  rebuildRequested,
} from '../schemas/rebuilds.ts';
import { invalid } from '../violations.ts';
import { maySeeRow } from './previewScope.ts';

const tag = 'Operations';

const liveVersionOf = async (projection: string, deps: ApiDeps): Promise<number> => {
  const live = (await deps.reads.listProjections()).filter((each) => each.live);
  const meant = live.find(({ name }) => name === projection);
  if (meant !== undefined) return meant.version;
  const known = live.map(({ name }) => name).join(', ');
  throw new HttpProblem('NOT_FOUND', `There is no projection ${projection}. There are: ${known}.`, { retain: false });
};

/** What is declared must be there: a name that is written wrong would cover nothing, and be known only after the whole replay. */
const checkDeclared = async (projection: string, declared: readonly ExpectedChange[], deps: ApiDeps): Promise<void> => {
  if (declared.length === 0) return;
  const tables = await deps.reads.tablesOfModel(projection);
  const unknown = (pointer: string, what: string, known: readonly string[]): ProblemError => ({
    pointer: `/expectedChanges/${pointer}`,
    code: 'VALUE_INVALID',
    detail: `${what} There are: ${known.join(', ')}.`,
  });
  const errors = declared.flatMap((change, index): readonly ProblemError[] => {
    const found = tables.find(({ table }) => table === change.table);
    if (found === undefined) {
      const known = tables.map(({ table }) => table);
      return [unknown(`${index}/table`, `${projection} has no table ${change.table}.`, known)];
    }
    return (change.columns ?? []).flatMap((column, at) =>
      found.columns.includes(column)
        ? []
        : [unknown(`${index}/columns/${at}`, `${change.table} has no column ${column}.`, found.columns)],
    );
  });
  if (errors.length > 0) throw invalid(errors);
};

/** Before a worker has taken it up. */
const justRequested = ({ rebuildId, projection, fromVersion, toVersion, reason }: Rebuild): RebuildView => ({
  ...{ rebuildId, projection, fromVersion, toVersion, reason },
  state: 'REPLAYING',
  processed: 0,
  total: 0,
  eventsPerSecond: 0,
  etaSeconds: null,
  difference: null,
  problem: null,
});

/** That rows differ is told to whoever operates; what they say only to those who may read them elsewhere. */
const visibleDifference = (report: DifferenceReport, projection: string, principal: Principal) => ({
  ...report,
  tables: report.tables.map((table) => ({
    ...table,
    samples: table.samples.map(({ bu, ...sample }) =>
      maySeeRow(principal, projection, bu)
        ? { ...sample, hidden: false }
        : { ...sample, columns: sample.columns.map(({ column }) => ({ column, live: null, new: null })), hidden: true },
    ),
  })),
});

const shown = (view: RebuildView, principal: Principal) => ({
  ...view,
  difference: view.difference === null ? null : visibleDifference(view.difference, view.projection, principal),
});

const found = async (rebuildId: string, deps: ApiDeps): Promise<RebuildView | undefined> => {
  const known = await deps.reads.rebuildById(rebuildId);
  if (known !== undefined) return known;
  const asked = await deps.application.latestRebuild(rebuildId);
  return asked === undefined ? undefined : justRequested(asked);
};

const requestRebuild = command({
  operation: 'requestRebuild',
  path: '/v1/ops/projections/{projection}/rebuilds',
  tag,
  summary: 'Build a read model anew beside the live one',
  description:
    'It is filled from the whole log, compared with the live build at one position, and shown to readers by itself when nothing differs.',
  params: projectionParams,
  body: rebuildBody,
  status: 202,
  answer: rebuildRequested,
  refusals: [404, 409],
  creates: true,
  ask: async ({ params: { projection }, body }, call, deps) => {
    const liveVersion = await liveVersionOf(projection, deps);
    await checkDeclared(projection, body.expectedChanges, deps);
    return deps.application.requestRebuild({ projection, liveVersion, ...body }, call.context);
  },
  tell: (value, receipt, _input, call) => ({
    body: { ...shown(justRequested(value), call.principal), receipt },
    location: `/v1/ops/rebuilds/${value.rebuildId}`,
  }),
});

const readRebuild = read({
  operation: 'readRebuild',
  path: '/v1/ops/rebuilds/{rebuildId}',
  tag,
  summary: 'How far a rebuild is, and what differs',
  params: rebuildParams,
  answer: rebuild,
  models: readModels,
  handle: async ({ params }, call, deps) => {
    const view = await found(params.rebuildId, deps);
    return view === undefined ? undefined : shown(view, call.principal);
  },
});

const readDifference = read({
  operation: 'readRebuildDifference',
  path: '/v1/ops/rebuilds/{rebuildId}/difference',
  tag,
  summary: 'What differs between the new build and the live one, and which events caused it',
  params: rebuildParams,
  answer: rebuildDifference,
  models: readModels,
  handle: async ({ params }, call, deps) => {
    const view = await deps.reads.rebuildById(params.rebuildId);
    if (view?.difference == null) return undefined;
    return { rebuildId: view.rebuildId, ...visibleDifference(view.difference, view.projection, call.principal) };
  },
});

type Decide = 'swapRebuild' | 'abortRebuild' | 'rollBackRebuild';

const decision = (operation: Operation & Decide, noun: string, summary: string, description: string): Route =>
  command({
    operation,
    path: `/v1/ops/rebuilds/{rebuildId}/${noun}`,
    tag,
    summary,
    description,
    params: rebuildParams,
    body: rebuildDecisionBody,
    status: 202,
    answer: rebuildDecided,
    refusals: [404, 409],
    ask: ({ params, body }, call, deps) =>
      deps.application[operation]({ ...params, ...body, ...call.condition }, call.context),
    tell: (value, receipt) => ({
      body: { ...value, receipt },
      location: `/v1/ops/rebuilds/${value.rebuildId}`,
    }),
  });

export const rebuildRoutes: readonly Route[] = [
  requestRebuild,
  readRebuild,
  readDifference,
  decision(
    'swapRebuild',
    'swaps',
    'Show readers the new build',
    'Unexpected differences need a second person (APPROVAL_REQUIRED), who is neither the caller nor who asked for the rebuild.',
  ),
  decision('abortRebuild', 'aborts', 'Give a rebuild up', 'The new build is thrown away; readers never saw it.'),
  decision(
    'rollBackRebuild',
    'rollbacks',
    'Show readers the build from before the swap again',
    'It is brought up to the head of the log first, so that what readers see never goes back in time.',
  ),
];
