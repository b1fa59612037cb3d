import { z } from 'zod';
import { CursorInvalid, decodeCursor, toPage } from '../../projections/readModel.ts';
import type { ApiDeps } from '../deps.ts';
import { eventBundle, lineBundle } from '../evidence/lineBundle.ts';
import { consistencyPath } from '../evidence/prove.ts';
import { HttpProblem } from '../problem.ts';
import { type Route, read } from '../route.ts';
import {
  checkpointList,
  checkpointQuery,
  consistency,
  consistencyQuery,
  eventProof,
  lineProof,
} from '../schemas/evidence.ts';
import { anyId } from '../schemas/fields.ts';

const tag = 'Audit';
const refusals = [404, 409];
const limitDefault = 50;

const listCheckpoints = read({
  operation: 'listCheckpoints',
  path: '/v1/audit/checkpoints',
  tag,
  summary: 'Signed roots of the Merkle tree over the log, oldest first',
  query: checkpointQuery,
  answer: checkpointList,
  models: ['event_index'],
  handle: async ({ query }, _call, deps) => {
    const limit = query.limit ?? limitDefault;
    const [after = '-1'] = query.cursor === undefined ? [] : decodeCursor(query.cursor, 1);
    if (!/^(-1|\d{1,9})$/.test(after)) throw new CursorInvalid('the cursor is not one of ours');
    const entries = await deps.evidence.tree.checkpointsAfter(Number(after), limit + 1);
    return toPage(
      entries,
      limit,
      ({ revision }) => [String(revision)],
      ({ checkpoint, revision, leafIndex, eventId }) => ({ ...checkpoint, revision, leafIndex, eventId }),
    );
  },
});

const checkpointOf = async ({ evidence }: ApiDeps, size: number, field: 'from' | 'to') => {
  const entry = await evidence.tree.checkpointOfSize(size);
  if (entry !== undefined) return entry.checkpoint;
  const detail = `No checkpoint covers exactly ${size} events.`;
  throw new HttpProblem('VALIDATION_FAILED', detail, {
    errors: [{ pointer: `/${field}`, code: 'VALUE_INVALID', detail }],
  });
};

const proveConsistency = read({
  operation: 'proveConsistency',
  path: '/v1/audit/consistency',
  tag,
  summary: 'That a later log begins with exactly what an earlier checkpoint signed',
  query: consistencyQuery,
  answer: consistency,
  models: ['event_index'],
  refusals,
  handle: async ({ query }, _call, deps) => {
    const latest = await deps.evidence.tree.latestCheckpoint();
    if (latest === undefined) throw new HttpProblem('EVENT_NOT_SEALED', 'There is no checkpoint yet.');
    const from = await checkpointOf(deps, query.from, 'from');
    const to = query.to === undefined ? latest.checkpoint : await checkpointOf(deps, query.to, 'to');
    if (from.treeSize > to.treeSize) {
      const detail = 'The checkpoint of from comes after that of to.';
      throw new HttpProblem('VALIDATION_FAILED', detail, {
        errors: [{ pointer: '/from', code: 'VALUE_INVALID', detail }],
      });
    }
    return { from, to, path: await consistencyPath(deps.evidence.tree, from.treeSize, to.treeSize) };
  },
});

const proveEvent = read({
  operation: 'proveEvent',
  path: '/v1/audit/proofs/events/{eventId}',
  tag,
  summary: 'One event with the proof that it is in the sealed log; the offline verifier checks it',
  params: z.strictObject({ eventId: anyId }),
  answer: eventProof,
  models: ['event_index'],
  refusals,
  handle: ({ params }, call, deps) =>
    eventBundle(deps, params.eventId, call.scope) as Promise<z.input<typeof eventProof> | undefined>,
});

const proveGlLine = read({
  operation: 'proveGlLine',
  path: '/v1/audit/proofs/gl-lines/{lineId}',
  tag,
  summary:
    'The lineage proof bundle of a GL line: journal, events, rules, proofs; the offline verifier checks it and posts again',
  params: z.strictObject({ lineId: anyId }),
  answer: lineProof,
  models: ['gl_staging', 'lineage', 'event_index', 'orders'],
  refusals,
  handle: ({ params }, call, deps) =>
    lineBundle(deps, params.lineId, call.scope) as Promise<z.input<typeof lineProof> | undefined>,
});

export const evidenceRoutes: readonly Route[] = [listCheckpoints, proveConsistency, proveEvent, proveGlLine];
