import { z } from 'zod';
import { dutyNames } from '../../domain/approval/duties.ts';
import { listOf, receipt } from './answers.ts';
import { paging, shortText, ulid } from './fields.ts';
import { policyChange } from './policies.ts';

const states = ['REQUESTED', 'GRANTED', 'DENIED', 'EXPIRED'] as const;

export const approvalParams = z.strictObject({ approvalId: ulid });

export const approvalQuery = z.strictObject({
  state: z.enum(states).exactOptional(),
  duty: z.enum(dutyNames).exactOptional(),
  subjectId: z.string().min(1).max(200).exactOptional(),
  ...paging,
});

const one = z.object({
  approvalId: z.string(),
  duty: z.string(),
  aboutBu: z
    .string()
    .nullable()
    .meta({ description: 'The business unit that it is about; null: nobody is kept from seeing it.' }),
  subject: z.object({ kind: z.string(), id: z.string() }),
  payloadSha256: z.string().meta({ description: 'Of the content that is agreed to; quote it in the decision.' }),
  summary: z.string(),
  link: z.string().meta({ description: 'Where the person who decides can look.' }),
  limit: z.object({ name: z.string(), allowed: z.string(), asked: z.string() }).nullable(),
  state: z.enum(states),
  requestedBy: z.string(),
  requestedAt: z.string(),
  reason: z.string(),
  involved: z.array(z.string()),
  expiresAt: z.string(),
  approvalsNeeded: z
    .int()
    .positive()
    .meta({ description: 'How many different people have to agree besides who asks.' }),
  grantedBy: z.array(z.string()).meta({ description: 'Who has agreed so far.' }),
  decidedBy: z.string().nullable(),
  decidedAt: z.string().nullable(),
  decisionReason: z.string().nullable(),
  revision: z.int(),
  position: z.string(),
  updatedAt: z.string(),
});

export const approval = one
  .extend({
    change: policyChange
      .nullable()
      .meta({ description: 'Of a rule set or a business unit; null: it is about something else.' }),
  })
  .meta({ id: 'Approval', description: 'Something that a second person, or two more, have to agree to.' });

export const approvalList = listOf(one.meta({ id: 'ApprovalHead' }));

export const approvalDecisionBody = z
  .strictObject({
    decision: z.enum(['GRANT', 'DENY']),
    payloadSha256: z.string().regex(/^[0-9a-f]{64}$/),
    reason: shortText,
  })
  .meta({ id: 'DecideApproval' });

export const approvalDecided = z
  .object({ approvalId: z.string(), state: z.enum(['REQUESTED', 'GRANTED', 'DENIED']), receipt })
  .meta({ id: 'ApprovalDecided', description: 'REQUESTED: this person agreed, and the duty needs one more.' });
