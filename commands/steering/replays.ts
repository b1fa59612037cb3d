import { refuse } from '../../domain/decider.ts';
import { streamName } from '../../domain/eventLog.ts';
import { operationsUnit } from '../../domain/operations.ts';
import type { LaneRef } from '../../domain/replay/events.ts';
import { replayDecider } from '../../domain/replay/replay.ts';
import type { Application, Outcome } from '../application.ts';
import { contentSha256 } from '../canonicalJson.ts';
import { derivedUlid } from '../eventIds.ts';
import type { Executor } from '../handle.ts';
import { outcomeOf, refused, refusedAs } from '../outcome.ts';
import type { LanePreview, RepairOf, ReplayBoard } from '../ports/replay.ts';
import type { CommandContext } from '../ports.ts';

/** A blocked lane as it stands: `headId` is what it is blocked by, `waiting` that and everything behind it. */
export type BlockedLane = LaneRef & { readonly headId: string; readonly waiting: number };

export type ReplayInput = {
  readonly lanes: readonly BlockedLane[];
  readonly dryRun: boolean;
  readonly reason: string;
};

export type ReplayPorts = {
  readonly executor: Pick<Executor, 'execute'>;
  readonly requireApproval: Application['requireApproval'];
  readonly repairOf: RepairOf;
  readonly board: ReplayBoard;
  /** More messages than this need a second person. */
  readonly messagesMax: number;
};

export type ReplayCalls = {
  /** `lanes` as they were just read. A real run is only asked for here; a worker does it. Throws `LogUnavailable`. */
  readonly requestReplay: (
    input: ReplayInput,
    context: CommandContext,
  ) => Promise<
    Outcome<{
      readonly replayId: string;
      readonly previews: readonly LanePreview[] | null;
      readonly approvalId: string | null;
    }>
  >;
};

const refsOf = (lanes: readonly BlockedLane[]): readonly LaneRef[] =>
  lanes.map(({ consumer, laneKey }) => ({ consumer, laneKey }));

const recordOf = (replayId: string, { lanes, dryRun, reason }: ReplayInput, context: CommandContext) => ({
  replayId,
  dryRun,
  reason,
  requestedBy: context.actor.id,
  requestedAt: context.occurredAt,
  messages: lanes.reduce((sum, { waiting }) => sum + waiting, 0),
  lanes: refsOf(lanes),
});

type Recorded = ReturnType<typeof recordOf>;

const streamOf = (replayId: string) => streamName(replayDecider.category, operationsUnit, replayId);

const preview = async (ports: ReplayPorts, record: Recorded, context: CommandContext) => {
  const { replayId, lanes, messages, reason } = record;
  const previews: LanePreview[] = [];
  for (const { consumer, laneKey } of lanes) {
    const repair = ports.repairOf(consumer);
    if (repair === undefined) return refused(refuse('NOT_FOUND', `There is no consumer ${consumer} to replay.`));
    previews.push(await repair.preview(laneKey));
  }
  const previewSha256 = contentSha256(previews);
  const data = { replayId, bu: operationsUnit, reason, lanes, messages: String(messages), previewSha256 };
  const command = { type: 'PreviewReplay', ...data } as const;
  const executed = await ports.executor.execute(replayDecider, streamOf(replayId), command, context);
  await ports.board.open({ ...record, approvalId: null });
  await ports.board.previewed(replayId, previews, context.occurredAt);
  return outcomeOf(executed, () => ({ replayId, previews, approvalId: null }));
};

/** The second person agrees to these lanes being gone on with, from these very heads; how many wait behind them may grow meanwhile. */
const approved = async (ports: ReplayPorts, { lanes }: ReplayInput, record: Recorded, context: CommandContext) => {
  if (record.messages <= ports.messagesMax) return { kind: 'done', value: { approvalId: null } } as const;
  const payload = lanes.map(({ consumer, laneKey, headId }) => ({ consumer, laneKey, headId }));
  const names = lanes.map(({ consumer, laneKey }) => `${consumer} ${laneKey}`).join(', ');
  return ports.requireApproval(
    {
      duty: 'REPLAY',
      subject: { kind: 'replay', id: contentSha256(payload) },
      payload,
      summary: `Replay ${record.messages} messages of ${lanes.length} lane(s): ${names}`.slice(0, 500),
      link: '/v1/ops/dead-letters',
      limit: { name: 'messages', allowed: String(ports.messagesMax), asked: String(record.messages) },
      involved: [],
      reason: record.reason,
    },
    context,
  );
};

const request = async (ports: ReplayPorts, input: ReplayInput, record: Recorded, context: CommandContext) => {
  const unknown = record.lanes.find(({ consumer }) => ports.repairOf(consumer) === undefined);
  if (unknown !== undefined) return refusedAs('NOT_FOUND', `There is no consumer ${unknown.consumer} to replay.`);
  const approval = await approved(ports, input, record, context);
  if (approval.kind !== 'done') return approval;
  const { replayId, lanes, messages, reason } = record;
  const { approvalId } = approval.value;
  const data = { replayId, bu: operationsUnit, reason, lanes, messages: String(messages), approvalId };
  const command = { type: 'RequestReplay', ...data } as const;
  const executed = await ports.executor.execute(replayDecider, streamOf(replayId), command, context);
  await ports.board.open({ ...record, approvalId });
  return outcomeOf(executed, () => ({ replayId, previews: null, approvalId }));
};

export const replayCalls = (ports: ReplayPorts): ReplayCalls => ({
  requestReplay: (input, context) => {
    const record = recordOf(derivedUlid(`replay:${context.commandId}`), input, context);
    return input.dryRun ? preview(ports, record, context) : request(ports, input, record, context);
  },
});
