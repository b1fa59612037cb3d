import { z } from 'zod';
import { noticeTypes } from '../../domain/webhook/notices.ts';
import { positionLengthMax } from '../positionText.ts';
import { listOf, receipt } from './answers.ts';
import { placeIn } from './eventStream.ts';
import { code, coded, paging, shortText, ulid } from './fields.ts';

const noPlace = {
  error: () =>
    coded('FORMAT_INVALID', 'A place in the stream is the `sequence` of an event, `next` of a page, a position, or 0.'),
};

/** A place in the stream, as a body has it. */
const sequence = z
  .string()
  .min(1)
  .max(positionLengthMax)
  .refine((text) => placeIn(text) !== undefined, noPlace)
  .meta({
    description: '`sequence` of the last event that is handled, or `next` of a page.',
    examples: ['00000000000000000042-0'],
  });

export const registerConsumerBody = z
  .strictObject({
    bu: code,
    name: code.meta({ description: 'What operators and metrics call it; need not be its own.', examples: ['figures'] }),
    types: z
      .array(z.enum(noticeTypes))
      .min(1)
      .max(noticeTypes.length)
      .exactOptional()
      .meta({ description: 'Which events; absent: all there are, also those that later versions add.' }),
    soldTo: code.exactOptional().meta({
      description:
        'Only orders of this customer; absent: of all that the credentials are for at this moment, of the business unit where they are not limited.',
    }),
    after: sequence.exactOptional().meta({
      description:
        'Where it begins; absent: behind what is in the stream now. `0`: with the first event there ever was.',
    }),
  })
  .meta({ id: 'RegisterEventConsumer' });

export const consumerParams = z.strictObject({ consumerId: ulid });

export const acknowledgeBody = z.strictObject({ sequence }).meta({ id: 'AcknowledgeEvents' });
export const resetBody = z.strictObject({ after: sequence, reason: shortText }).meta({ id: 'ResetEventConsumer' });
export const deleteConsumerBody = z.strictObject({ reason: shortText }).meta({ id: 'DeleteEventConsumer' });

const consumer = {
  consumerId: z.string(),
  bu: z.string(),
  name: z.string(),
  types: z.array(z.string()).nullable().meta({ description: 'null: all.' }),
  customers: z.array(z.string()).nullable().meta({ description: 'Whose orders; null: everybody’s.' }),
  sequence: z.string().meta({ description: 'Where it goes on.' }),
};

export const consumerRegistered = z.object({ ...consumer, receipt }).meta({ id: 'EventConsumerRegistered' });
export const consumerChanged = z.object({ consumerId: z.string(), receipt }).meta({ id: 'EventConsumerChanged' });

export const eventsAcknowledged = z
  .object({
    consumerId: z.string(),
    sequence: z
      .string()
      .meta({ description: 'How far it has come: further than what was said now, if that came late.' }),
    acknowledgedAt: z.string(),
    revision: z.int(),
  })
  .meta({ id: 'EventsAcknowledged' });

export const consumerView = z
  .object({
    ...consumer,
    state: z.enum(['ACTIVE', 'DELETED']),
    stateReason: z.string().nullable(),
    acknowledgedAt: z.string().nullable().meta({ description: 'null: nothing since it was registered or reset.' }),
    waiting: z.int().meta({ description: 'Events that it has yet to handle, of the next 10,000 of the stream.' }),
    waitingIsMore: z.boolean().meta({ description: 'There are more than the stream was looked through for.' }),
    lagSeconds: z.number().meta({ description: 'Since the first of them was recorded; 0: there is none.' }),
    registeredBy: z.string(),
    registeredAt: z.string(),
    revision: z.int(),
    position: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'EventConsumer' });

export const consumerList = listOf(consumerView);

export const consumerQuery = z.strictObject({
  bu: code.exactOptional(),
  state: z.enum(['ACTIVE', 'DELETED']).exactOptional(),
  ...paging,
});
