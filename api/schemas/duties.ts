import { z } from 'zod';
import { trailKinds } from '../../commands/ports/requestTrail.ts';
import { conflictNames } from '../../domain/approval/conflicts.ts';
import { listOf } from './answers.ts';
import { code, day, paging, patterned } from './fields.ts';

/** As credentials name who calls: a key, or the subject of a token, which may hold "/" and "|". */
const actorId = patterned(/^[A-Za-z0-9_.:@|/-]{1,204}$/, 'An actor is named as events name it.').meta({
  examples: ['jwt:kim', 'key:finance'],
});

const from = day.meta({ description: 'Only what was recorded from this day on, in UTC.' }).exactOptional();

export const actionParams = z.strictObject({ actorId });

export const actionQuery = z.strictObject({
  bu: code.exactOptional(),
  type: z
    .string()
    .regex(/^[A-Za-z]{1,60}$/)
    .exactOptional(),
  from,
  ...paging,
});

const nullable = z.string().nullable();

export const actionList = listOf(
  z
    .object({
      position: z.string(),
      eventId: z.string(),
      recordedAt: z.string(),
      occurredAt: z.string(),
      action: z.string().meta({ description: 'The type of the event.' }),
      object: z.object({ kind: z.string(), id: z.string() }).meta({
        description: 'What it was done to: the category of the stream, and its id within the business unit.',
      }),
      stream: z.string(),
      revision: z.int(),
      bu: z.string(),
      actorKind: z.string(),
      orderId: nullable,
      customer: nullable,
      node: nullable,
      item: nullable,
      reason: nullable.meta({ description: 'What was given as the reason; `[personal]` in what is hashed.' }),
      approvalId: nullable.meta({ description: 'What a second person agreed to so that it could be done.' }),
      commandId: z.string(),
      correlationId: z.string(),
    })
    .meta({ id: 'ActorAction' }),
);

export const trailQuery = z.strictObject({
  actor: actorId.exactOptional(),
  kind: z.enum(trailKinds).exactOptional(),
  operation: z
    .string()
    .regex(/^[A-Za-z]{1,60}$/)
    .exactOptional(),
  code: z
    .string()
    .regex(/^[A-Z_]{1,60}$/)
    .exactOptional(),
  ...paging,
});

export const trailList = listOf(
  z
    .object({
      entryId: z.string(),
      at: z.string(),
      kind: z.enum(trailKinds).meta({
        description: 'REFUSED: a command that was not carried out. READ: a person looked at the books.',
      }),
      operation: z.string().meta({ description: 'The `operationId` of the route.' }),
      actor: z.object({ kind: z.string(), id: z.string() }),
      roles: z.array(z.string()),
      resource: z.string().meta({ description: 'The path, without the query.' }),
      status: z.int(),
      code: nullable.meta({ description: 'Of the problem document: why it was refused.' }),
      commandId: nullable,
      correlationId: z.string(),
      reason: nullable.meta({ description: 'Of a look: its `X-Access-Reason`.' }),
      times: z.int().meta({ description: 'So often within a moment.' }),
    })
    .meta({ id: 'TrailEntry' }),
);

export const conflictQuery = z.strictObject({
  bu: code.exactOptional(),
  actor: actorId.exactOptional(),
  conflict: z.enum(conflictNames).exactOptional(),
  from,
  ...paging,
});

const place = z.object({ eventId: z.string(), action: z.string(), position: z.string(), recordedAt: z.string() });

export const conflictList = listOf(
  z
    .object({
      conflict: z.enum(conflictNames),
      bu: z.string(),
      actor: z.object({ kind: z.string(), id: z.string() }),
      object: z.object({ kind: z.string(), id: z.string() }).meta({
        description:
          'What both acts are about: a customer, an order, a node, a business unit, a period or an approval.',
      }),
      acts: z
        .array(z.object({ duty: z.string(), first: place, last: place }))
        .length(2)
        .meta({ description: 'Both duties, with the first and the last time of each.' }),
    })
    .meta({ id: 'DutyConflict' }),
);
