import { z } from 'zod';
import { type NoticeType, noticeTypes } from '../../domain/webhook/notices.ts';
import { type StreamPlace, wholePosition } from '../../projections/eventStream/place.ts';
import { normalPosition, positionLengthMax } from '../positionText.ts';
import { dataSchema } from '../stream/cloudEvents.ts';
import { code, coded, limit, ulid } from './fields.ts';
import { notice } from './notices.ts';

const placePattern = /^([\d.]+)(?:-(\d{1,4}))?$/;

/** Undefined for what is no place in the stream. */
export const placeIn = (text: string): StreamPlace | undefined => {
  const [, given = '', place] = placePattern.exec(text) ?? [];
  const position = normalPosition(given);
  return position === undefined ? undefined : { position, place: place === undefined ? wholePosition : Number(place) };
};

const now = 'now';

const after = z
  .string()
  .min(1)
  .max(positionLengthMax)
  .refine((text) => text === now || placeIn(text) !== undefined, {
    error: () =>
      coded(
        'FORMAT_INVALID',
        'A place in the stream is the `sequence` of an event, `next` of a page, a position of a receipt, 0 or now.',
      ),
  })
  .transform((text) => (text === now ? now : (placeIn(text) ?? now)))
  .meta({
    description:
      '`sequence` of the last event that was handled, `next` of a page, or the `position` of a receipt: what follows it is told. `now`: only what happens from now on. Absent or `0`: from the first event on.',
    examples: ['00000000000000000042-0'],
  });

const isNoticeType = (text: string): text is NoticeType => noticeTypes.some((type) => type === text);

const typesLengthMax = 400;

const types = z
  .string()
  .min(1)
  .max(typesLengthMax)
  .refine((text) => text.split(',').every(isNoticeType), {
    error: () => coded('VALUE_INVALID', `Types are some of ${noticeTypes.join(', ')}, separated by commas.`),
  })
  .transform((text) => text.split(',').filter(isNoticeType))
  .meta({ description: 'Only these, separated by commas.', examples: ['SHIPMENT_CONFIRMED,INVOICE_ISSUED'] });

export const streamQuery = z.strictObject({
  after: after.exactOptional(),
  types: types.exactOptional(),
  bu: code.exactOptional(),
  consumer: ulid.exactOptional().meta({
    description: 'What this consumer is registered for, from where it has come to; `after` goes before that.',
  }),
  limit: limit.exactOptional().meta({ description: 'How many events of a page, 1 to 500; 100 unless said.' }),
});

const cloudEvent = z
  .object({
    specversion: z.literal('1.0'),
    id: z.string().meta({ description: 'The same whenever and wherever it is told: drop repetitions by it.' }),
    source: z.string().meta({ description: '`urn:throughline:<bu>`' }),
    type: z.string().meta({ examples: ['com.throughline.shipment.confirmed.v1'] }),
    subject: z.string().meta({ description: 'The order.' }),
    time: z.string().meta({ description: 'When it happened.' }),
    datacontenttype: z.literal('application/json'),
    dataschema: z.literal(dataSchema),
    sequence: z.string().meta({ description: 'Its place in the stream; as text greater than that of all before.' }),
    recordedtime: z.string(),
    partitionkey: z.string().meta({ description: 'The order: what has one key is told in its own order.' }),
    data: notice,
  })
  .meta({ id: 'StreamedEvent', description: 'An event in the JSON format of CloudEvents 1.0.' });

export type CloudEvent = z.input<typeof cloudEvent>;

export const streamPage = z.object({
  items: z.array(cloudEvent),
  next: z.string().meta({ description: 'Where the next page begins (`after`); there is one always.' }),
  more: z.boolean().meta({ description: 'There may be more at once, also after a page without items.' }),
  held: z.boolean().meta({
    description:
      'An event that cannot be told, because of a defect, holds up the stream: what follows it comes when that is mended.',
  }),
});
