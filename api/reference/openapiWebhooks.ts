import type { z } from 'zod';
import { tag } from '../resources/webhooks.ts';
import { notice } from '../schemas/notices.ts';

type Json = { readonly [key: string]: unknown };

const header = (name: string, description: string, example: string): Json => ({
  name,
  in: 'header',
  required: true,
  description,
  schema: { type: 'string' },
  example,
});

/** What subscribers receive, so that what is made of the document can receive it, too. */
export const webhooksOf = (schemaOf: (schema: z.ZodType) => unknown): Json => ({
  notice: {
    post: {
      operationId: 'receiveNotice',
      tags: [tag],
      summary: 'What a subscription is told of an order',
      description:
        'Posted to the `url` of a subscription (`POST /v1/webhook-subscriptions`): at least once, and the notices of an order one after the other. Any 2xx within 10 seconds takes it; anything else, a redirect too, is tried again for about a day. `Retry-After` of 429 and 503 is kept to, for an hour at most.',
      security: [],
      parameters: [
        header(
          'Throughline-Delivery',
          '`id` of the body: the same at every attempt, so the key to drop repetitions by.',
          '07HJZX8H1KNK370ATHBJB62KPM',
        ),
        header(
          'Throughline-Signature',
          '`t=` seconds since 1970, and `v1=` HMAC-SHA256, hexadecimal, of these seconds, a point and the bytes of the body, under the secret of the subscription. For a day after a rotation there are two `v1`: one of them has to fit. To be verified before the body is parsed, and refused when `t` is five minutes away.',
          't=1796087279,v1=7f811741be9bda0deb0cf6eae69df850469f92d5625aee98b6076db08d53c8de',
        ),
      ],
      requestBody: { required: true, content: { 'application/json': { schema: schemaOf(notice) } } },
      responses: {
        '2XX': { description: 'Taken.' },
        '410': { description: 'Nobody listens here any more: the subscription is paused.' },
        default: { description: 'Not taken: it comes again.' },
      },
    },
  },
});
