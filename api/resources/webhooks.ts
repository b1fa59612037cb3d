import type { Receipt } from '../../commands/ports.ts';
import { requireScope } from '../authorise.ts';
import type { Principal } from '../principal.ts';
import { command, type Route, read } from '../route.ts';
import {
  changed,
  deliveryList,
  deliveryParams,
  deliveryQuery,
  reasonBody,
  redelivery,
  rotated,
  subscribeBody,
  subscribed,
  subscriptionList,
  subscriptionParams,
  subscriptionQuery,
  subscriptionView,
} from '../schemas/webhooks.ts';
import { requireDelivery, requireWebhook } from '../visibility.ts';

export const tag = 'Webhooks';

/** Whose orders a subscription is told of: never those of customers that the caller may not see. */
const customersOf = ({ customers }: Principal, soldTo: string | undefined): readonly string[] | null => {
  if (soldTo !== undefined) return [soldTo];
  return customers === 'all' ? null : customers;
};

const subscribe = command({
  operation: 'subscribeWebhook',
  path: '/v1/webhook-subscriptions',
  tag,
  summary: 'Be told of orders, shipments and invoices as they change',
  description:
    'From now on: what happened before is not told. A notice is a JSON document `{ id, type, occurredAt, position, orderId, customerPo, bu, channel, soldTo, orderStatus, lines, hold?, shipment?, invoice? }`. Those of one order come one after the other, each at least once; `Throughline-Delivery` is its `id`, the same in every attempt: drop repetitions by it. `Throughline-Signature: t=<unix seconds>,v1=<hex>` is HMAC-SHA256 with the secret over `<t>.<body>`; after a rotation there are two `v1` for a day. Compare in constant time, over the bytes as they came, and refuse what is older than five minutes. A 2xx within 10 seconds is taken; anything else, a redirect too, is tried again for a day; an endpoint that is away is asked by one notice every ten minutes, and by all that waits when it is back; `Retry-After` of 429 and 503 is kept to, for an hour at most; 410 pauses the subscription.',
  body: subscribeBody,
  status: 201,
  answer: subscribed,
  refusals: [409],
  creates: true,
  ask: async ({ body: { bu, url, events = null, soldTo } }, { principal, context }, deps) => {
    requireScope(principal, { bu, customer: soldTo });
    const existing = await deps.reads.countWebhooks(bu);
    const customers = customersOf(principal, soldTo);
    return deps.operations.subscribeWebhook({ bu, url, events, customers, existing }, context);
  },
  tell: (value, receipt) => ({
    body: { ...value, receipt },
    etag: receipt.revision,
    location: `/v1/webhook-subscriptions/${value.subscriptionId}`,
  }),
});

const list = read({
  operation: 'listWebhooks',
  path: '/v1/webhook-subscriptions',
  tag,
  summary: 'Subscriptions, newest first',
  query: subscriptionQuery,
  answer: subscriptionList,
  models: ['webhooks'],
  handle: ({ query }, call, deps) => deps.reads.listWebhooks(query, call.scope),
});

const readOne = read({
  operation: 'readWebhook',
  path: '/v1/webhook-subscriptions/{subscriptionId}',
  tag,
  summary: 'One subscription, without its secrets',
  params: subscriptionParams,
  answer: subscriptionView,
  models: ['webhooks'],
  handle: ({ params }, call, deps) => deps.reads.webhookById(params.subscriptionId, call.scope),
});

const rotate = command({
  operation: 'rotateWebhookSecret',
  path: '/v1/webhook-subscriptions/{subscriptionId}/secrets',
  tag,
  summary: 'Make a new secret; the one before it signs too for a day',
  params: subscriptionParams,
  body: reasonBody,
  status: 201,
  answer: rotated,
  ask: async ({ params: { subscriptionId }, body }, call, deps) => {
    const { bu } = await requireWebhook(subscriptionId, call, deps);
    return deps.operations.rotateWebhookSecret({ subscriptionId, bu, ...body, ...call.condition }, call.context);
  },
  tell: (value, receipt) => ({ body: { ...value, receipt }, etag: receipt.revision }),
});

const told = ({ subscriptionId }: { readonly subscriptionId: string }, receipt: Receipt) => ({
  body: { subscriptionId, receipt },
  etag: receipt.revision,
});

const steering = (
  operation: 'pauseWebhook' | 'resumeWebhook' | 'deleteWebhook',
  noun: 'pauses' | 'resumptions' | 'deletions',
  summary: string,
) =>
  command({
    operation,
    path: `/v1/webhook-subscriptions/{subscriptionId}/${noun}`,
    tag,
    summary,
    params: subscriptionParams,
    body: reasonBody,
    status: 201,
    answer: changed,
    ask: async ({ params: { subscriptionId }, body }, call, deps) => {
      const { bu } = await requireWebhook(subscriptionId, call, deps);
      return deps.operations[operation]({ subscriptionId, bu, ...body, ...call.condition }, call.context);
    },
    tell: told,
  });

const listDeliveries = read({
  operation: 'listWebhookDeliveries',
  path: '/v1/webhook-deliveries',
  tag,
  summary: 'Notices of the last 30 days and what became of them, newest first',
  description:
    'What is stuck, and what was tried in vain for a quarter of an hour, is among `/v1/ops/dead-letters` too, with what waits behind it.',
  query: deliveryQuery,
  answer: deliveryList,
  models: ['webhooks'],
  handle: ({ query }, call, deps) => deps.reads.listDeliveries(query, call.scope),
});

const redeliver = command({
  operation: 'redeliverWebhook',
  path: '/v1/webhook-deliveries/{deliveryId}/redeliveries',
  tag,
  summary: 'Send a notice again, and what waits behind it',
  description: 'As it was, under the same id. It is tried from the beginning, also when it was taken before.',
  params: deliveryParams,
  body: reasonBody,
  status: 202,
  answer: redelivery,
  ask: async ({ params: { deliveryId }, body }, call, deps) => {
    const of = await requireDelivery(deliveryId, call, deps);
    return deps.operations.redeliverWebhook({ deliveryId, ...of, ...body, ...call.condition }, call.context);
  },
  tell: ({ deliveryId }, receipt) => ({ body: { deliveryId, receipt } }),
});

export const webhookRoutes: readonly Route[] = [
  subscribe,
  list,
  readOne,
  rotate,
  steering('pauseWebhook', 'pauses', 'Send nothing for a while; what is to be told waits, for 30 days at most'),
  steering('resumeWebhook', 'resumptions', 'Send again, from where it was paused'),
  steering('deleteWebhook', 'deletions', 'Send nothing any more'),
  listDeliveries,
  redeliver,
];
