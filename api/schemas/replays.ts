import { z } from 'zod';
import { receipt } from './answers.ts';
import { coded, shortText, ulid } from './fields.ts';

export const replayParams = z.strictObject({ replayId: ulid });

const lanesMax = 100;

export const replayBody = z
  .strictObject({
    deadLetterIds: z.array(z.string().min(1).max(240)).min(1).max(lanesMax).exactOptional(),
    laneKey: z.string().min(1).max(240).exactOptional(),
    consumer: z
      .string()
      .min(1)
      .max(120)
      .exactOptional()
      .meta({ description: 'With `laneKey`: only that consumer; otherwise every one that is blocked in this lane.' }),
    dryRun: z.boolean().default(false),
    reason: shortText,
  })
  .refine(({ deadLetterIds, laneKey }) => (deadLetterIds === undefined) !== (laneKey === undefined), {
    path: ['laneKey'],
    error: () => coded('VALUE_INVALID', 'Name the lane by its dead letters or by its key: one of the two.'),
  })
  .meta({ id: 'RequestReplay' });

const rowText = z.record(z.string(), z.string().nullable());

const previewedRow = z.object({
  table: z.string(),
  key: rowText,
  before: rowText.nullable().meta({ description: 'Null: the row is new.' }),
  after: rowText.nullable().meta({ description: 'Null: the row is gone.' }),
  hidden: z.boolean().meta({ description: 'The values are not for this caller.' }),
});

const previewedMessage = z.object({
  id: z.string(),
  step: z.string(),
  partner: z.string().nullable().meta({ description: 'Null: it stays inside.' }),
  payload: z.unknown(),
  produced: z.enum(['YES', 'NO', 'UNKNOWN']).meta({
    description:
      'Whether the partner has it, as the partner says. UNKNOWN: sent under the same id, so it has one effect.',
  }),
  document: z.string().nullable().meta({ description: "The partner's name for what it has." }),
  detail: z.string().nullable().meta({ description: 'What else is known of it, or why nothing is.' }),
});

const previewedDecision = z.object({
  id: z.string(),
  outcome: z
    .enum(['TAKEN', 'NOTHING_NEW', 'REFUSED'])
    .meta({ description: 'NOTHING_NEW: all that it tells is known.' }),
  error: z.object({ class: z.string(), detail: z.string() }).nullable(),
  events: z.array(
    z.object({
      stream: z.string(),
      type: z.string(),
      data: z.unknown(),
      hidden: z.boolean().meta({ description: 'The data are not for this caller.' }),
    }),
  ),
});

const lanePreview = z
  .object({
    consumer: z.string(),
    laneKey: z.string(),
    waitingCount: z.int(),
    waiting: z.array(z.object({ id: z.string(), what: z.string(), position: z.string().nullable() })),
    applied: z.int().meta({ description: 'How many of them would go through.' }),
    error: z.object({ class: z.string(), detail: z.string() }).nullable(),
    rowCount: z.int(),
    rows: z.array(previewedRow),
    messages: z.array(previewedMessage),
    decisions: z
      .array(previewedDecision)
      .meta({ description: 'Of a warehouse inbox: what would become of each message, and what would be recorded.' }),
  })
  .meta({ id: 'LanePreview' });

const replayShape = {
  replayId: z.string(),
  dryRun: z.boolean(),
  state: z.enum(['RUNNING', 'FINISHED', 'PREVIEWED']),
  reason: z.string(),
  requestedBy: z.string(),
  requestedAt: z.string(),
  finishedAt: z.string().nullable(),
  approvalId: z.string().nullable(),
  messages: z.int().meta({ description: 'What waited in these lanes when it was asked for.' }),
  lanes: z.array(
    z.object({
      consumer: z.string(),
      laneKey: z.string(),
      replayed: z.int(),
      stillBlocked: z.int().nullable().meta({ description: 'Null: not done yet.' }),
      error: z.string().nullable(),
    }),
  ),
  previews: z.array(lanePreview).nullable(),
};

export const replay = z.object(replayShape).meta({ id: 'Replay' });
export const replayRequested = z.object({ ...replayShape, receipt }).meta({ id: 'ReplayRequested' });
