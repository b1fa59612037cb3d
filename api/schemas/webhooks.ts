import { z } from 'zod';
import { noticeTypes } from '../../domain/webhook/notices.ts';
import { listOf, receipt } from './answers.ts';
import { code, paging, shortText, ulid } from './fields.ts';

const urlMax = 2_000;

const noticeType = z.enum(noticeTypes);

export const subscribeBody = z
  .strictObject({
    bu: code,
    url: z
      .string()
      .min(1)
      .max(urlMax)
      .meta({
        description:
          'Where notices are posted: https, at an address that everybody can reach. It is written in the log, so it holds no password or token; notices are signed.',
        examples: ['https://hooks.nord-bearings.example/throughline'],
      }),
    events: z
      .array(noticeType)
      .min(1)
      .max(noticeTypes.length)
      .exactOptional()
      .meta({ description: 'Which notices; absent: all there are, also those that later versions add.' }),
    soldTo: code.exactOptional().meta({
      description:
        'Only orders of this customer; absent: of all that the credentials are for at this moment, of the business unit where they are not limited.',
    }),
  })
  .meta({ id: 'SubscribeWebhook' });

export const reasonBody = z.strictObject({ reason: shortText }).meta({ id: 'WebhookReason' });

export const subscriptionParams = z.strictObject({ subscriptionId: ulid });
export const deliveryParams = z.strictObject({ deliveryId: ulid });

const subscription = {
  subscriptionId: z.string(),
  bu: z.string(),
  url: z.string(),
  events: z.array(z.string()).nullable().meta({ description: 'null: all.' }),
  customers: z.array(z.string()).nullable().meta({ description: 'Whose orders; null: everybody’s.' }),
  secretId: z.string().meta({ description: 'Names the newest secret.' }),
};

const secret = z.string().meta({
  description:
    'Signs every notice: HMAC-SHA256 with this text, as it is, for a key. It is shown in this answer only; sent again with the same Idempotency-Key, the request is answered with it again.',
});

export const subscribed = z.object({ ...subscription, secret, receipt }).meta({ id: 'WebhookSubscribed' });

export const rotated = z
  .object({
    subscriptionId: z.string(),
    secretId: z.string(),
    secret,
    previousUntil: z
      .string()
      .nullable()
      .meta({ description: 'Until then the secret before it signs too: a second `v1` in the signature.' }),
    receipt,
  })
  .meta({ id: 'WebhookSecretRotated' });

export const changed = z.object({ subscriptionId: z.string(), receipt }).meta({ id: 'WebhookChanged' });

export const subscriptionView = z
  .object({
    ...subscription,
    state: z.enum(['ACTIVE', 'PAUSED', 'DELETED']),
    stateReason: z.string().nullable(),
    automatic: z.boolean().meta({ description: 'Paused by the service, because the endpoint answered 410.' }),
    previousSecretUntil: z.string().nullable(),
    subscribedBy: z.string(),
    subscribedAt: z.string(),
    revision: z.int(),
    position: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'WebhookSubscription' });

export const subscriptionList = listOf(subscriptionView);

export const subscriptionQuery = z.strictObject({
  bu: code.exactOptional(),
  state: z.enum(['ACTIVE', 'PAUSED', 'DELETED']).exactOptional(),
  ...paging,
});

export const deliveryQuery = z.strictObject({
  subscriptionId: ulid.exactOptional(),
  orderId: ulid.exactOptional(),
  state: z.enum(['PENDING', 'DELIVERED', 'STUCK']).exactOptional(),
  ...paging,
});

export const deliveryList = listOf(
  z
    .object({
      deliveryId: z.string().meta({
        description: '`id` of the notice and `Throughline-Delivery` of the request: the same in every attempt.',
      }),
      subscriptionId: z.string(),
      bu: z.string(),
      orderId: z.string(),
      type: z.string(),
      state: z.enum(['PENDING', 'DELIVERED', 'STUCK']).meta({
        description: 'STUCK: it was tried for a day. What follows in its order waits until it is asked for again.',
      }),
      attempts: z.int().meta({ description: 'Since it was made, or was asked for again.' }),
      lastStatus: z.int().nullable().meta({ description: 'What the endpoint answered; null: nothing in time.' }),
      lastError: z.string().nullable(),
      lastAttemptAt: z.string().nullable(),
      nextAttemptAt: z.string().nullable().meta({ description: 'At the soonest: what is before it goes first.' }),
      createdAt: z.string(),
      deliveredAt: z.string().nullable(),
      position: z.string().meta({ description: 'Of the event that it tells of.' }),
    })
    .meta({ id: 'WebhookDelivery' }),
);

export const redelivery = z.object({ deliveryId: z.string(), receipt }).meta({ id: 'WebhookRedelivery' });
