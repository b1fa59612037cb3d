import { z } from 'zod';
import { listOf } from './answers.ts';
import { anyId, paging, positionParameter, ulid } from './fields.ts';

export const stateQuery = z.strictObject({
  stream: z
    .string()
    .max(240)
    .regex(/^[a-z][a-z0-9]*-[A-Za-z0-9_][A-Za-z0-9_.:@-]*$/)
    .meta({ examples: ['order-ACME.01K40000000000000000000001', 'stock-ACME.DC-EAST.BRG-6204'] }),
  position: positionParameter.exactOptional(),
});

export const streamState = z
  .object({
    stream: z.string(),
    bu: z.string(),
    lastEvent: z.object({
      eventId: z.string(),
      type: z.string(),
      revision: z.int(),
      position: z.string(),
      recordedAt: z.string(),
    }),
    state: z.unknown().meta({ description: "What the stream's decider decided from: whole numbers are text." }),
    sha256: z.string().meta({ description: 'Over the canonical JSON of `state`.' }),
  })
  .meta({ id: 'StreamState' });

export const eventQuery = z.strictObject({
  stream: z.string().min(3).max(240).exactOptional(),
  correlationId: z.string().min(1).max(128).exactOptional(),
  orderId: ulid.exactOptional(),
  type: z
    .string()
    .regex(/^[A-Za-z]{1,60}$/)
    .exactOptional(),
  from: positionParameter.exactOptional(),
  ...paging,
});

const nullable = z.string().nullable();

const indexedEvent = z
  .object({
    position: z.string(),
    eventId: z.string(),
    stream: z.string(),
    revision: z.int(),
    type: z.string(),
    bu: z.string(),
    correlationId: z.string(),
    causationId: z.string(),
    commandId: z.string(),
    actor: z.object({ kind: z.string(), id: z.string() }),
    orderId: nullable,
    customer: nullable,
    node: nullable,
    item: nullable,
    occurredAt: z.string(),
    recordedAt: z.string(),
    payloadSha256: nullable,
    dataSha256: z.string(),
  })
  .meta({ id: 'AuditEventSummary' });

export const eventList = listOf(indexedEvent);

export const auditEvent = z
  .object({
    eventId: z.string(),
    type: z.string(),
    stream: z.string(),
    revision: z.int(),
    position: z.string(),
    recordedAt: z.string(),
    metadata: z.record(z.string(), z.unknown()),
    data: z.unknown(),
  })
  .meta({ id: 'AuditEvent', description: 'Envelope and data exactly as stored.' });

const reasonOf = z.object({ class: z.string(), detail: z.string() }).nullable();

export const projectionList = listOf(
  z
    .object({
      name: z.string(),
      version: z.int().meta({ description: 'The number of the build: it counts up with every rebuild.' }),
      codeVersion: z.int().meta({ description: 'Of the code that the build was begun with.' }),
      live: z.boolean().meta({ description: 'Readers see this build.' }),
      state: z
        .enum(['REPLAYING', 'RUNNING', 'STOPPED', 'KEPT'])
        .meta({ description: 'KEPT: for a rollback; it is not followed.' }),
      position: z.string(),
      lagMs: z.number(),
      rows: z.number(),
      deadLetters: z.int(),
      problem: reasonOf,
    })
    .meta({ id: 'Projection' }),
);

const deadLetterKind = z.enum(['POISON', 'STUCK', 'RETRYING']).meta({
  description:
    'POISON: a projection could not apply the event; replay it after the fix. STUCK: tried again all the time, but it takes a person or a fix. RETRYING: somebody else is away; it goes on by itself.',
});

export const deadLetterQuery = z.strictObject({
  kind: deadLetterKind.exactOptional(),
  consumer: z.string().min(1).max(120).exactOptional(),
  projection: z.string().min(1).max(60).exactOptional(),
  laneKey: z.string().min(1).max(240).exactOptional(),
  ...paging,
});

const deadLetterShape = {
  id: z.string(),
  kind: deadLetterKind,
  consumer: z.string().meta({
    description:
      'A projection, `process:<name>`, `outbox`, `webhook-deliveries`, `partner-documents`, `warehouse-inbox:<system>`, `receivables:<system>:<bu>`, `crm-accounts:<system>:<bu>` or `crm-quotes:<system>:<bu>`.',
  }),
  projection: nullable,
  laneKey: z.string(),
  position: nullable,
  eventId: nullable,
  eventType: z.string().meta({ description: 'Type of the event or message, or name of the step.' }),
  payloadRef: z.record(z.string(), z.union([z.string(), z.int()])).meta({
    description: 'Where the payload is: `stream` and `revision`, an `intentId`, a `messageId`, or a `deliveryId`.',
  }),
  errorClass: z.string(),
  detail: z.string(),
  attempts: z.int(),
  firstSeenAt: z.string(),
  lastSeenAt: z.string(),
  blockedCount: z.int(),
};

export const deadLetterParams = z.strictObject({ deadLetterId: anyId });

export const deadLetterList = listOf(z.object(deadLetterShape).meta({ id: 'DeadLetter' }));

export const deadLetter = z
  .object({
    ...deadLetterShape,
    payload: z.unknown().meta({ description: 'What is stuck, in its own words; null when the caller may not see it.' }),
    payloadHidden: z.boolean(),
  })
  .meta({ id: 'DeadLetterContent' });
