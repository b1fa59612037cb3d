import { type StreamName, streamName } from '../../domain/eventLog.ts';
import { operationsUnit } from '../../domain/operations.ts';
import type { ExpectedChange } from '../../domain/rebuild/events.ts';
import { type Rebuild, type RebuildCommand, type RebuildState, rebuildDecider } from '../../domain/rebuild/rebuild.ts';
import type { Outcome } from '../application.ts';
import { carryOut, keyTaken } from '../carryOut.ts';
import { noSuch } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import type { ApprovalCalls } from './approvals.ts';
import type { AppPorts } from './callPorts.ts';

type RebuildPorts = Pick<AppPorts, 'executor'>;
type Decision = { readonly rebuildId: string; readonly reason: string; readonly ifMatch?: number };
type Decided = Outcome<{ readonly rebuildId: string }>;

export type RebuildCalls = {
  /** `liveVersion` as readers see it now. A worker does the rest. */
  readonly requestRebuild: (
    input: {
      readonly projection: string;
      readonly liveVersion: number;
      readonly reason: string;
      readonly expectedChanges: readonly ExpectedChange[];
    },
    context: CommandContext,
  ) => Promise<Outcome<Rebuild>>;
  /** When the differences are unexpected, a second person must have agreed: APPROVAL_REQUIRED names the approval. */
  readonly swapRebuild: (input: Decision, context: CommandContext) => Promise<Decided>;
  readonly abortRebuild: (input: Decision, context: CommandContext) => Promise<Decided>;
  readonly rollBackRebuild: (input: Decision, context: CommandContext) => Promise<Decided>;
  /** As the log has it, when it is the latest of its read model. */
  readonly latestRebuild: (rebuildId: string) => Promise<Rebuild | undefined>;
};

export const rebuildStream = (projection: string): StreamName =>
  streamName(rebuildDecider.category, operationsUnit, projection);

const idPattern = /^([a-z_]{1,60})-v[1-9]\d{0,8}$/;

/** The read model that a rebuild's id names. */
const projectionOf = (rebuildId: string): string | undefined => idPattern.exec(rebuildId)?.[1];

const latestOf = ({ state: { latest } }: { readonly state: RebuildState }): Rebuild => {
  if (latest !== null) return latest;
  throw new Error('a rebuild that was asked for is not there');
};

const decide = async (
  { executor }: RebuildPorts,
  rebuildId: string,
  command: RebuildCommand,
  context: CommandContext,
  ifMatch: number | undefined,
): Promise<Decided> => {
  const projection = projectionOf(rebuildId);
  if (projection === undefined) return noSuch('rebuild', rebuildId);
  const work = { decider: rebuildDecider, stream: rebuildStream(projection), command, ifMatch };
  return carryOut(executor, work, context, () => ({ rebuildId }));
};

const approvalNeed = ({ rebuildId, projection, requestedBy, compared }: Rebuild, reason: string) => ({
  duty: 'REBUILD_SWAP' as const,
  subject: { kind: 'rebuild', id: rebuildId },
  payload: { rebuildId, reportSha256: compared?.reportSha256 },
  summary: `Show readers ${rebuildId} of ${projection}: ${compared?.rowsDiffering} rows differ, ${compared?.rowsSealed} of them in sealed books.`,
  link: `/v1/ops/rebuilds/${rebuildId}/difference`,
  limit: null,
  involved: [requestedBy],
  reason,
});

const swapRebuild =
  (ports: RebuildPorts, { requireApproval }: Pick<ApprovalCalls, 'requireApproval'>): RebuildCalls['swapRebuild'] =>
  async ({ rebuildId, reason, ifMatch }, context) => {
    const projection = projectionOf(rebuildId);
    if (projection === undefined) return noSuch('rebuild', rebuildId);
    const { latest } = (await ports.executor.load(rebuildDecider, rebuildStream(projection))).state;
    const refused = latest?.rebuildId === rebuildId && latest.phase === 'REFUSED' ? latest : undefined;
    // The approval is an append of its own: the key is claimed before both.
    if (refused !== undefined && context.claims !== undefined) return keyTaken();
    const approval = refused && (await requireApproval(approvalNeed(refused, reason), context));
    if (approval !== undefined && approval.kind !== 'done') return approval;
    const approvalId = approval?.value.approvalId ?? null;
    return decide(ports, rebuildId, { type: 'OrderSwap', rebuildId, reason, approvalId }, context, ifMatch);
  };

export const rebuildCalls = (ports: RebuildPorts, approvals: Pick<ApprovalCalls, 'requireApproval'>): RebuildCalls => ({
  requestRebuild: async ({ projection, ...input }, context) => {
    const command = {
      type: 'RequestRebuild',
      bu: operationsUnit,
      projection,
      requestedBy: context.actor.id,
      ...input,
    } as const;
    const work = { decider: rebuildDecider, stream: rebuildStream(projection), command };
    return carryOut(ports.executor, work, context, latestOf);
  },
  swapRebuild: swapRebuild(ports, approvals),
  abortRebuild: ({ rebuildId, reason, ifMatch }, context) =>
    decide(ports, rebuildId, { type: 'AbortRebuild', rebuildId, reason }, context, ifMatch),
  rollBackRebuild: ({ rebuildId, reason, ifMatch }, context) =>
    decide(ports, rebuildId, { type: 'OrderRollback', rebuildId, reason }, context, ifMatch),
  latestRebuild: async (rebuildId) => {
    const projection = projectionOf(rebuildId);
    if (projection === undefined) return undefined;
    const { latest } = (await ports.executor.load(rebuildDecider, rebuildStream(projection))).state;
    return latest?.rebuildId === rebuildId ? latest : undefined;
  },
});
