import { sql } from 'kysely';
import { approvalsNeeded, dutyNames } from '../../domain/approval/duties.ts';
import type { PolicyChange } from '../../domain/masterData/policyChange.ts';
import { defineQuery, type Question } from '../question.ts';
import {
  allOf,
  boundedLimit,
  decodeCursor,
  equals,
  type Page,
  type PageRequest,
  pageOfRows,
  type Scope,
} from '../readModel.ts';

export type ApprovalView = {
  readonly approvalId: string;
  readonly duty: string;
  /** The business unit that it is about; null: nobody is kept from seeing it. */
  readonly aboutBu: string | null;
  readonly subject: { readonly kind: string; readonly id: string };
  readonly payloadSha256: string;
  readonly summary: string;
  readonly link: string;
  readonly limit: { readonly name: string; readonly allowed: string; readonly asked: string } | null;
  /** Past `expiresAt` it is EXPIRED, whether anybody has met it since or not. */
  readonly state: 'REQUESTED' | 'GRANTED' | 'DENIED' | 'EXPIRED';
  readonly requestedBy: string;
  readonly requestedAt: string;
  readonly reason: string;
  readonly involved: readonly string[];
  readonly expiresAt: string;
  readonly approvalsNeeded: number;
  readonly grantedBy: readonly string[];
  readonly decidedBy: string | null;
  readonly decidedAt: string | null;
  readonly decisionReason: string | null;
  readonly revision: number;
  readonly position: string;
  readonly updatedAt: string;
};

/** With all that would be different, which is as long as a rule set. */
export type ApprovalDetail = ApprovalView & { readonly change: PolicyChange | null };

export type ApprovalFilter = PageRequest & {
  readonly state?: string;
  readonly duty?: string;
  readonly subjectId?: string;
};

const state = sql`case when a.state = 'REQUESTED' and a.expires_at <= now() then 'EXPIRED' else a.state end`;

/** What the duties of today say. */
const needed = sql`coalesce((${JSON.stringify(
  Object.fromEntries(dutyNames.map((duty) => [duty, approvalsNeeded(duty)])),
)}::jsonb ->> a.duty)::int, 1)`;

const approval = sql`a.approval_id as "approvalId", a.duty, a.about_bu as "aboutBu", json_build_object('kind', a.subject_kind, 'id', a.subject_id) as subject,
  a.payload_sha256 as "payloadSha256", a.summary, a.link, a.limit_passed as "limit", ${state} as state, a.requested_by as "requestedBy",
  a.requested_at as "requestedAt", a.request_reason as reason, a.involved, a.expires_at as "expiresAt",
  ${needed} as "approvalsNeeded", a.granted_by as "grantedBy", a.decided_by as "decidedBy",
  a.decided_at as "decidedAt", a.decision_reason as "decisionReason", a.revision, a.position, a.updated_at as "updatedAt"`;

/** What is about no business unit is for everybody who decides. */
const visible = (scope: Scope | undefined) =>
  scope === undefined ? undefined : sql`(a.about_bu is null or a.about_bu = any(${scope.bus}::text[]))`;

export const approvalById = defineQuery(
  (approvalId: string, scope?: Scope): Question<ApprovalDetail, ApprovalDetail | undefined> => ({
    statement: sql`select ${approval}, a.change from rm.approval a where ${allOf([
      sql`a.approval_id = ${approvalId}`,
      visible(scope),
    ])}`,
    form: 'single',
    answer: ([found]) => found,
  }),
);

/** Newest change first. Throws `CursorInvalid`. */
export const listApprovals = defineQuery(
  (filter: ApprovalFilter = {}, scope?: Scope): Question<ApprovalView, Page<ApprovalView>> => {
    const limit = boundedLimit(filter.limit);
    const [position, id] = filter.cursor == null ? [] : decodeCursor(filter.cursor, 2);
    const statement = sql<ApprovalView>`select ${approval} from rm.approval a where ${allOf([
      equals(state, filter.state),
      equals(sql`a.duty`, filter.duty),
      equals(sql`a.subject_id`, filter.subjectId),
      visible(scope),
      position === undefined ? undefined : sql`(a.position, a.approval_id collate "C") < (${position}, ${id ?? ''})`,
    ])} order by a.position desc, a.approval_id collate "C" desc limit ${limit + 1}`;
    return {
      statement,
      answer: (rows) => pageOfRows(rows, limit, (row) => [row.position, row.approvalId]),
    };
  },
);
