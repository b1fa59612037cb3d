import type { LanePreview } from '../../commands/ports/replay.ts';
import type { CommandContext } from '../../commands/ports.ts';
import type { BlockedLane } from '../../commands/steering/replays.ts';
import type { ReplayView } from '../../projections/replays.ts';
import type { DeadLetterView } from '../../projections/stuck.ts';
import type { ApiDeps } from '../deps.ts';
import { settled } from '../outcome.ts';
import type { Principal } from '../principal.ts';
import { HttpProblem } from '../problem.ts';
import { readModels } from '../reads.ts';
import { longCommand, type Route, read } from '../route.ts';
import { replay, replayBody, replayParams, replayRequested } from '../schemas/replays.ts';
import { visiblePreview } from './previewScope.ts';

const tag = 'Operations';
const itemsMax = 500;

type Selection = {
  readonly deadLetterIds?: readonly string[];
  readonly laneKey?: string;
  readonly consumer?: string;
};

const nothingBlocked = (detail: string): HttpProblem => new HttpProblem('NOT_FOUND', detail, { retain: false });

/** The dead letters that are meant. Throws `HttpProblem` 404 when one of them is not there any more. */
const selected = async (deps: ApiDeps, selection: Selection): Promise<readonly DeadLetterView[]> => {
  const { deadLetterIds, laneKey, consumer } = selection;
  if (deadLetterIds === undefined) {
    const lane = { ...(laneKey !== undefined && { laneKey }), ...(consumer !== undefined && { consumer }) };
    const { items } = await deps.reads.deadLetters({ ...lane, limit: itemsMax });
    if (items.length === 0) throw nothingBlocked(`Nothing is blocked in lane ${laneKey}.`);
    return items;
  }
  const { items } = await deps.reads.deadLetters({ ids: deadLetterIds, limit: itemsMax });
  const missing = deadLetterIds.filter((id) => !items.some((item) => item.id === id));
  if (missing.length > 0) throw nothingBlocked(`There is no dead letter ${missing.join(', ')}.`);
  return items;
};

/** Items of one lane are one lane; the oldest is its head. */
const lanesOf = (items: readonly DeadLetterView[]): readonly BlockedLane[] => {
  const lanes = new Map<string, BlockedLane>();
  for (const { consumer, laneKey, id, blockedCount } of items) {
    const key = JSON.stringify([consumer, laneKey]);
    const known = lanes.get(key) ?? { consumer, laneKey, headId: id, waiting: 0 };
    lanes.set(key, { ...known, waiting: known.waiting + 1 + blockedCount });
  }
  return [...lanes.values()];
};

const shownTo = (principal: Principal, previews: readonly LanePreview[] | null) =>
  previews?.map((preview) => visiblePreview(principal, preview)) ?? null;

/** A dry run is over when it is answered; a real one has only begun. */
const begun = (lanes: readonly BlockedLane[], dryRun: boolean, { actor, occurredAt }: CommandContext) => ({
  state: dryRun ? ('PREVIEWED' as const) : ('RUNNING' as const),
  requestedBy: actor.id,
  requestedAt: occurredAt,
  finishedAt: dryRun ? occurredAt : null,
  messages: lanes.reduce((sum, { waiting }) => sum + waiting, 0),
  lanes: lanes.map(({ consumer, laneKey }) => ({ consumer, laneKey, replayed: 0, stillBlocked: null, error: null })),
});

const requestReplay = longCommand({
  operation: 'requestReplay',
  path: '/v1/ops/replays',
  tag,
  summary: 'Go on with blocked lanes, or see what that would do',
  description:
    'With `dryRun` nothing is changed: the answer holds the rows and messages that would result. Above the limit of messages a second person has to agree first (APPROVAL_REQUIRED).',
  body: replayBody,
  status: 202,
  answer: replayRequested,
  refusals: [404, 409],
  creates: true,
  handle: async ({ body }, call, deps) => {
    const { dryRun, reason } = body;
    const lanes = lanesOf(await selected(deps, body));
    const outcome = settled(await deps.operations.requestReplay({ lanes, dryRun, reason }, call.context));
    const { value, receipt } = outcome;
    const { replayId, approvalId } = value;
    const asked = { replayId, dryRun, reason, approvalId, ...begun(lanes, dryRun, call.context) };
    return {
      body: { ...asked, previews: shownTo(call.principal, value.previews), receipt },
      location: `/v1/ops/replays/${replayId}`,
      position: receipt.position,
    };
  },
});

const viewOf = ({ preview, ...view }: ReplayView, principal: Principal) => ({
  ...view,
  previews: shownTo(principal, preview === null ? null : (JSON.parse(preview) as LanePreview[])),
});

const readReplay = read({
  operation: 'readReplay',
  path: '/v1/ops/replays/{replayId}',
  tag,
  summary: 'How far a replay is, or what a dry run found',
  params: replayParams,
  answer: replay,
  models: readModels,
  handle: async ({ params }, call, deps) => {
    const found = await deps.reads.replayById(params.replayId);
    return found === undefined ? undefined : viewOf(found, call.principal);
  },
});

export const replayRoutes: readonly Route[] = [requestReplay, readReplay];
