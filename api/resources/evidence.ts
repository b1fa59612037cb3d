import { z } from 'zod';
import { CursorInvalid, decodeCursor, toPage } from '../../projections/readModel.ts';
import type { ApiDeps } from '../deps.ts';
import { damagedAmong, lostAfter, requireNoneLost, requireNotLost } from '../evidence/damage.ts';
import { eventBundle, lineBundle } from '../evidence/lineBundle.ts';
import { consistencyPath } from '../evidence/prove.ts';
import { HttpProblem, type ProblemError } from '../problem.ts';
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
import { invalid } from '../violations.ts';

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
    const stored = await deps.evidence.tree.storedCheckpoints(Number(after), limit + 1);
    const { items: shown, nextCursor } = toPage(
      stored,
      limit,
      ({ revision }) => [String(revision)],
      (one) => one,
    );
    const behind = nextCursor === null ? await lostAfter(deps, shown.at(-1)?.revision ?? Number(after)) : [];
    return {
      items: shown.flatMap(({ checkpoint, revision, leafIndex, eventId }) =>
        checkpoint === undefined ? [] : [{ ...checkpoint, revision, leafIndex, eventId }],
      ),
      nextCursor,
      damaged: [...damagedAmong(shown, Number(after)), ...behind],
    };
  },
});

/** The checkpoint of exactly this size. Throws `HttpProblem` when it was lost. */
const checkpointOf = async (deps: ApiDeps, size: number) => {
  const entry = await deps.evidence.tree.checkpointOfSize(size);
  if (entry === undefined) await requireNotLost(deps, size);
  return entry?.checkpoint;
};

const noneOf = (field: 'from' | 'to', size: number): ProblemError => ({
  pointer: `/query/${field}`,
  code: 'VALUE_INVALID',
  detail: `No checkpoint covers exactly ${size} events.`,
});

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
    if (latest === undefined) {
      await requireNoneLost(deps);
      throw new HttpProblem('EVENT_NOT_SEALED', 'There is no checkpoint yet.');
    }
    const from = await checkpointOf(deps, query.from);
    const to = query.to === undefined ? latest.checkpoint : await checkpointOf(deps, query.to);
    if (from === undefined || to === undefined)
      throw invalid([
        ...(from === undefined ? [noneOf('from', query.from)] : []),
        ...(to === undefined ? [noneOf('to', query.to ?? 0)] : []),
      ]);
    if (from.treeSize > to.treeSize) {
      const detail = 'The checkpoint of from comes after that of to.';
      throw invalid([{ pointer: '/query/from', code: 'VALUE_INVALID', detail }]);
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
