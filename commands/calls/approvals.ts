import { type ApprovalStatus, approvalDecider, isApproved, isInTime } from '../../domain/approval/approval.ts';
import { approvalsNeeded, type Duty } from '../../domain/approval/duties.ts';
import type { ApprovalRequested, ApprovalSubject } from '../../domain/approval/events.ts';
import { refuse } from '../../domain/decider.ts';
import { type StreamName, streamName } from '../../domain/eventLog.ts';
import { ulidPattern } from '../../domain/ids.ts';
import type { PolicyChange } from '../../domain/masterData/policyChange.ts';
import { operationsUnit } from '../../domain/operations.ts';
import type { Outcome } from '../application.ts';
import { contentSha256 } from '../canonicalJson.ts';
import { carryOut } from '../carryOut.ts';
import { derivedUlid } from '../eventIds.ts';
import type { Executor } from '../handle.ts';
import { alsoAs, done, noSuch, refused, refusedAs } from '../outcome.ts';
import type { CommandContext } from '../ports.ts';
import type { AppPorts } from './callPorts.ts';

/** Something that more than one person must want. */
export type NeedsApproval = {
  readonly duty: Duty;
  readonly subject: ApprovalSubject;
  /** All that is agreed to, as JSON: when any of it changes, an approval that was given no longer covers it. */
  readonly payload: unknown;
  readonly summary: string;
  /** The path where the person who decides can look at it. */
  readonly link: string;
  readonly limit: ApprovalRequested['data']['limit'];
  /** Actors, other than who asks now, who had a hand in it. */
  readonly involved: readonly string[];
  readonly reason: string;
  /** The business unit that it is about, where nobody who is not let into that one sees or decides it. */
  readonly aboutBu?: string;
  /** Of a rule set or a business unit, for the person who decides. */
  readonly change?: PolicyChange;
};

export type Approved = { readonly approvalId: string; readonly requestedBy: string; readonly approvedBy: string };

export type ApprovalCalls = {
  /**
   * Whether everybody whom the duty needs agreed to this subject with this payload. If nobody was asked yet this asks, and the answer is
   * the refusal APPROVAL_REQUIRED with the approval's id; APPROVAL_DENIED after a "no". Throws `LogUnavailable`.
   */
  readonly requireApproval: (need: NeedsApproval, context: CommandContext) => Promise<Outcome<Approved>>;
  readonly decideApproval: (
    input: {
      readonly approvalId: string;
      readonly decision: 'GRANT' | 'DENY';
      readonly reason: string;
      readonly payloadSha256: string;
      /** The business units that the caller is let into; absent: all. */
      readonly bus?: readonly string[];
      readonly ifMatch?: number;
    },
    context: CommandContext,
  ) => Promise<Outcome<{ readonly approvalId: string; readonly state: 'REQUESTED' | 'GRANTED' | 'DENIED' }>>;
};

const validForMs = 24 * 60 * 60 * 1_000;

const streamOf = (approvalId: string): StreamName => streamName(approvalDecider.category, operationsUnit, approvalId);

const idOf = ({ subject, payload }: NeedsApproval): string =>
  derivedUlid(`approval:${subject.kind}:${subject.id}:${contentSha256(payload)}`);

/** How far it came with exactly this; asks nobody. */
export const approvalStatus = async (
  { executor }: Pick<AppPorts, 'executor'>,
  need: NeedsApproval,
): Promise<ApprovalStatus> => (await executor.load(approvalDecider, streamOf(idOf(need)))).state.status;

const requestOf = (need: NeedsApproval, context: CommandContext): ApprovalRequested['data'] => {
  const { payload, ...rest } = need;
  const payloadSha256 = contentSha256(payload);
  return {
    ...rest,
    approvalId: idOf(need),
    bu: operationsUnit,
    payloadSha256,
    requestedBy: context.actor.id,
    expiresAt: new Date(Date.parse(context.occurredAt) + validForMs).toISOString(),
  };
};

const requireApproval =
  ({ executor }: Pick<AppPorts, 'executor'>): ApprovalCalls['requireApproval'] =>
  async (need, context) => {
    const request = requestOf(need, context);
    const { approvalId, payloadSha256 } = request;
    const stream = streamOf(approvalId);
    const at = context.occurredAt;
    // An id of its own, because the command that needs the approval is told in another stream under the request's id.
    const asked = alsoAs(context, `${context.commandId}:approval:${approvalId}`);
    const executed = await executor.execute(
      approvalDecider,
      stream,
      { type: 'RequestApproval', at, ...request },
      asked,
    );
    if (executed.kind === 'refused') return refused(executed.refusal);
    const { state } = await executor.load(approvalDecider, stream);
    const { requestedBy = context.actor.id } = state.request ?? {};
    const needed = approvalsNeeded(need.duty);
    const data = { approvalId, payloadSha256, requestedBy };
    if (executed.kind === 'done' && isApproved(state, at) && state.decidedBy !== null) {
      return done({ approvalId, requestedBy, approvedBy: state.decidedBy }, executed.receipt);
    }
    if (state.status === 'DENIED') {
      return refusedAs('APPROVAL_DENIED', `${state.decidedBy} did not agree.`, { ...data, deniedBy: state.decidedBy });
    }
    if (needed === 1) return refusedAs('APPROVAL_REQUIRED', 'A second person has to agree; then ask again.', data);
    const { grantedBy } = state;
    const detail = `${needed} others have to agree, and ${grantedBy.length} did; then ask again.`;
    return refusedAs('APPROVAL_REQUIRED', detail, { ...data, approvalsNeeded: needed, grantedBy });
  };

/** What a decision came to; a later one may have come to more. */
const stateAfter = (decision: 'GRANT' | 'DENY', status: ApprovalStatus) => {
  if (decision === 'DENY') return 'DENIED';
  return status === 'REQUESTED' ? 'REQUESTED' : 'GRANTED';
};

/**
 * Who is not let into the business unit that it is about is told what is told of nothing, whatever else is asked of it. What an
 * approval is about never changes.
 */
const isHidden = async (
  { load }: Pick<Executor, 'load'>,
  stream: StreamName,
  bus: readonly string[] | undefined,
): Promise<boolean> => {
  if (bus === undefined) return false;
  const { request } = (await load(approvalDecider, stream)).state;
  return request === null || (request.aboutBu !== undefined && !bus.includes(request.aboutBu));
};

const decideApproval =
  ({ executor }: Pick<AppPorts, 'executor'>): ApprovalCalls['decideApproval'] =>
  async ({ approvalId, decision, reason, payloadSha256, bus, ifMatch }, context) => {
    const notFound = noSuch('approval', approvalId);
    if (!ulidPattern.test(approvalId)) return notFound;
    const stream = streamOf(approvalId);
    if (await isHidden(executor, stream, bus)) return notFound;
    const { id: by, roles } = context.actor;
    const at = context.occurredAt;
    const command = { type: 'DecideApproval', decision, by, roles, reason, payloadSha256, at } as const;
    const work = { decider: approvalDecider, stream, command, ifMatch };
    const tooLate = 'It was not decided in time; it has to be asked for again.';
    return carryOut(executor, work, context, ({ state }) =>
      state.status === 'EXPIRED' || !isInTime(state, at)
        ? refuse('APPROVAL_EXPIRED', tooLate, { expiresAt: state.request?.expiresAt })
        : { approvalId, state: stateAfter(decision, state.status) },
    );
  };

export const approvalCalls = (ports: Pick<AppPorts, 'executor'>): ApprovalCalls => ({
  requireApproval: requireApproval(ports),
  decideApproval: decideApproval(ports),
});
