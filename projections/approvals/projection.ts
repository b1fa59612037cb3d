import { approvalsNeeded, type Duty } from '../../domain/approval/duties.ts';
import type { ApprovalEvent } from '../../domain/approval/events.ts';
import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import type { PolicyChange } from '../../domain/masterData/policyChange.ts';
import { buOf, defineProjection, type Reflects, reflecting, required, type Sets } from '../projection.ts';

type ApprovalRow = Reflects & {
  readonly approval_id: string;
  readonly duty: Duty;
  readonly subject_kind: string;
  readonly subject_id: string;
  readonly payload_sha256: string;
  readonly summary: string;
  readonly link: string;
  readonly limit_passed: { readonly name: string; readonly allowed: string; readonly asked: string } | null;
  readonly state: 'REQUESTED' | 'GRANTED' | 'DENIED' | 'EXPIRED';
  readonly requested_by: string;
  readonly requested_at: string;
  readonly request_reason: string;
  readonly involved: readonly string[];
  readonly expires_at: string;
  readonly decided_by: string | null;
  readonly decided_at: string | null;
  readonly decision_reason: string | null;
  readonly revision: number;
  readonly granted_by: readonly string[];
  readonly about_bu: string | null;
  readonly change: PolicyChange | null;
};

type ApprovalRows = { readonly approvals: ApprovalRow };

const approvalOf = (event: RecordedDomainEvent): string => (event.data as ApprovalEvent['data']).approvalId;

const requested = (event: RecordedOf<'ApprovalRequested'>, { approvals }: Sets<ApprovalRows>): void => {
  const { data } = event;
  approvals.put({
    approval_id: data.approvalId,
    duty: data.duty,
    subject_kind: data.subject.kind,
    subject_id: data.subject.id,
    payload_sha256: data.payloadSha256,
    summary: data.summary,
    link: data.link,
    limit_passed: data.limit,
    state: 'REQUESTED',
    requested_by: data.requestedBy,
    requested_at: event.recordedAt,
    request_reason: data.reason,
    involved: data.involved,
    expires_at: data.expiresAt,
    decided_by: null,
    decided_at: null,
    decision_reason: null,
    revision: event.revision,
    granted_by: [],
    about_bu: data.aboutBu ?? null,
    change: data.change ?? null,
    bu: buOf(event),
    ...reflecting(event),
  });
};

const changed = (
  event: RecordedOf<'ApprovalGranted' | 'ApprovalDenied' | 'ApprovalExpired'>,
  { approvals }: Sets<ApprovalRows>,
  change: Partial<ApprovalRow>,
): void => {
  const row = required(approvals.get(approvalOf(event)), `approval ${approvalOf(event)}`);
  approvals.put({ ...row, ...change, revision: event.revision, ...reflecting(event) });
};

const decided = (by: string, event: RecordedOf<'ApprovalGranted' | 'ApprovalDenied'>): Partial<ApprovalRow> => ({
  decided_by: by,
  decided_at: event.recordedAt,
  decision_reason: event.data.reason,
});

/** Some duties need several people: until then it is still asked for, by those who have not agreed. */
const granted = (event: RecordedOf<'ApprovalGranted'>, rows: Sets<ApprovalRows>): void => {
  const { duty, granted_by: before } = required(rows.approvals.get(approvalOf(event)), `approval ${approvalOf(event)}`);
  const granted_by = [...before, event.data.grantedBy];
  const isEnough = granted_by.length >= approvalsNeeded(duty);
  changed(event, rows, { granted_by, ...(isEnough && { state: 'GRANTED', ...decided(event.data.grantedBy, event) }) });
};

/** One row per subject and payload: its present round. Earlier rounds are in the log. */
export const approvals = defineProjection<ApprovalRows>({
  name: 'approvals',
  version: 1,
  tables: {
    approvals: {
      name: 'approval',
      columns: [
        'approval_id',
        'duty',
        'subject_kind',
        'subject_id',
        'payload_sha256',
        'summary',
        'link',
        'limit_passed',
        'state',
        'requested_by',
        'requested_at',
        'request_reason',
        'involved',
        'expires_at',
        'decided_by',
        'decided_at',
        'decision_reason',
        'revision',
        'bu',
        'position',
        'updated_at',
        'granted_by',
        'about_bu',
        'change',
      ],
      key: ['approval_id'],
      group: 'approval_id',
    },
  },
  needs: { approvals: (event) => [approvalOf(event)] },
  laneOf: (event) => `approval:${approvalOf(event)}`,
  on: {
    ApprovalRequested: requested,
    ApprovalGranted: granted,
    ApprovalDenied: (event, rows) => changed(event, rows, { state: 'DENIED', ...decided(event.data.deniedBy, event) }),
    ApprovalExpired: (event, rows) => changed(event, rows, { state: 'EXPIRED' }),
  },
});
