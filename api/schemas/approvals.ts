import { z } from 'zod';
import { duties } from '../../domain/approval/duties.ts';
import { listOf, receipt } from './answers.ts';
import { limit, shortText, ulid } from './fields.ts';

const states = ['REQUESTED', 'GRANTED', 'DENIED', 'EXPIRED'] as const;
const dutyNames = Object.keys(duties) as [keyof typeof duties, ...(keyof typeof duties)[]];

export const approvalParams = z.strictObject({ approvalId: ulid });

export const approvalQuery = z.strictObject({
  state: z.enum(states).exactOptional(),
  duty: z.enum(dutyNames).exactOptional(),
  subjectId: z.string().min(1).max(200).exactOptional(),
  limit: limit.exactOptional(),
  cursor: z.string().min(1).max(500).exactOptional(),
});

export const approval = z
  .object({
    approvalId: z.string(),
    duty: z.string(),
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
    decidedBy: z.string().nullable(),
    decidedAt: z.string().nullable(),
    decisionReason: z.string().nullable(),
    revision: z.int(),
    position: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'Approval', description: 'Something that a second person has to agree to.' });

export const approvalList = listOf(approval);

export const approvalDecisionBody = z
  .strictObject({
    decision: z.enum(['GRANT', 'DENY']),
    payloadSha256: z.string().regex(/^[0-9a-f]{64}$/),
    reason: shortText,
  })
  .meta({ id: 'DecideApproval' });

export const approvalDecided = z
  .object({ approvalId: z.string(), state: z.enum(['GRANTED', 'DENIED']), receipt })
  .meta({ id: 'ApprovalDecided' });
