import { type Decider, type Refusal, refuse } from '../decider.ts';
import { approvalsNeeded, mayApprove } from './duties.ts';
import type { ApprovalEvent, ApprovalRequested } from './events.ts';

export type ApprovalCommand =
  | ({ readonly type: 'RequestApproval'; readonly at: string } & ApprovalRequested['data'])
  | {
      readonly type: 'DecideApproval';
      readonly decision: 'GRANT' | 'DENY';
      readonly by: string;
      readonly roles: readonly string[];
      readonly reason: string;
      /** Of what the person saw. */
      readonly payloadSha256: string;
      readonly at: string;
    };

export type ApprovalStatus = 'NONE' | 'REQUESTED' | 'GRANTED' | 'DENIED' | 'EXPIRED';

export type ApprovalState = {
  readonly status: ApprovalStatus;
  /** The request of the present round; a denied or expired approval can be asked for again. */
  readonly request: ApprovalRequested['data'] | null;
  readonly decidedBy: string | null;
  /** Who agreed in the present round; a duty may need several people. */
  readonly grantedBy: readonly string[];
};

type Outcome = readonly ApprovalEvent[] | Refusal;
type Of<T extends ApprovalCommand['type']> = Extract<ApprovalCommand, { type: T }>;

const aboutOf = ({ approvalId, bu, subject, payloadSha256 }: ApprovalRequested['data']) => ({
  approvalId,
  bu,
  subject,
  payloadSha256,
});

/** Whether what was granted may be used, or a request decided, at `at`. */
export const isInTime = ({ request }: ApprovalState, at: string): boolean =>
  request !== null && Date.parse(at) < Date.parse(request.expiresAt);

/** Everybody who is needed agreed, and not too long ago. */
export const isApproved = (state: ApprovalState, at: string): boolean =>
  state.status === 'GRANTED' && isInTime(state, at);

/** Nothing while a request or its answer stands; a "no" stands until the request would have expired. */
const request = (command: Of<'RequestApproval'>, state: ApprovalState): Outcome => {
  const { type: _, at, ...data } = command;
  const asked: ApprovalEvent = { type: 'ApprovalRequested', data };
  if (state.request === null) return [asked];
  if (isInTime(state, at)) return [];
  if (state.status === 'DENIED' || state.status === 'EXPIRED') return [asked];
  return [{ type: 'ApprovalExpired', data: aboutOf(state.request) }, asked];
};

const separated = (command: Of<'DecideApproval'>, { requestedBy, involved, duty }: ApprovalRequested['data']) => {
  const { by, roles } = command;
  if (!mayApprove(duty, roles)) {
    return refuse(
      'SOD_VIOLATION',
      `To approve ${duty} is not among the duties of ${roles.join(', ') || 'this caller'}.`,
    );
  }
  if (command.decision === 'DENY') return undefined;
  if (by === requestedBy) return refuse('SOD_VIOLATION', 'Who asks for an approval cannot give it.');
  if (involved.includes(by)) return refuse('SOD_VIOLATION', 'Who had a hand in it cannot approve it.');
  return undefined;
};

/** A decision that comes too late leaves `ApprovalExpired` behind, which is what the caller is then told. */
const decideRequest = (command: Of<'DecideApproval'>, state: ApprovalState): Outcome => {
  const { request: asked, status } = state;
  const { by, reason } = command;
  if (asked === null) return refuse('NOT_FOUND', 'There is no such approval.');
  if (command.payloadSha256 !== asked.payloadSha256) {
    return refuse('PAYLOAD_CHANGED', 'What was approved is not what is asked for.', {
      payloadSha256: asked.payloadSha256,
    });
  }
  const violation = separated(command, asked);
  if (violation !== undefined) return violation;
  if (status === 'EXPIRED') return [];
  const decided = command.decision === 'GRANT' ? state.grantedBy.includes(by) : state.decidedBy === by;
  if (decided && (status === 'DENIED') === (command.decision === 'DENY')) return [];
  if (status !== 'REQUESTED') {
    return refuse('APPROVAL_DECIDED', `It is ${status} already.`, { state: status, decidedBy: state.decidedBy });
  }
  const about = aboutOf(asked);
  if (!isInTime(state, command.at)) return [{ type: 'ApprovalExpired', data: about }];
  return command.decision === 'GRANT'
    ? [{ type: 'ApprovalGranted', data: { ...about, grantedBy: by, reason } }]
    : [{ type: 'ApprovalDenied', data: { ...about, deniedBy: by, reason } }];
};

const granted = (state: ApprovalState, by: string): ApprovalState => {
  const grantedBy = [...state.grantedBy, by];
  const isEnough = state.request === null || grantedBy.length >= approvalsNeeded(state.request.duty);
  return { ...state, status: isEnough ? 'GRANTED' : 'REQUESTED', decidedBy: by, grantedBy };
};

const evolve = (state: ApprovalState, event: ApprovalEvent): ApprovalState => {
  switch (event.type) {
    case 'ApprovalRequested':
      return { status: 'REQUESTED', request: event.data, decidedBy: null, grantedBy: [] };
    case 'ApprovalGranted':
      return granted(state, event.data.grantedBy);
    case 'ApprovalDenied':
      return { ...state, status: 'DENIED', decidedBy: event.data.deniedBy };
    case 'ApprovalExpired':
      return { ...state, status: 'EXPIRED' };
  }
};

/** Stream `approval-operations.<approvalId>`; the id is a function of subject and payload. */
export const approvalDecider: Decider<ApprovalState, ApprovalCommand, ApprovalEvent> = {
  category: 'approval',
  initial: { status: 'NONE', request: null, decidedBy: null, grantedBy: [] },
  decide: (command, state) =>
    command.type === 'RequestApproval' ? request(command, state) : decideRequest(command, state),
  evolve,
};
