import { describe, expect, test } from '@jest/globals';
import { makeAddressRule } from '../../adapters/webhook/networks.ts';
import { createWebhookTransport } from '../../adapters/webhook/transport.ts';
import { webhookStream } from '../../commands/webhooks/webhookCalls.ts';
import { webhookDecider } from '../../domain/webhook/webhook.ts';
import { placeOrder } from '../projections/orderHistory.ts';
import {
  allDelivered,
  answering,
  closing,
  listening,
  ordersOf,
  rig,
  shipped,
  story,
  storyOf,
  taken,
  working,
} from './webhookListeners.ts';
import { startEndpoint, until } from './webhookRig.ts';

/** How endpoints fail, and what becomes of what they were to be told. */
export const webhookEndpoints = (): void => {
  describe('an endpoint', () => {
    test('that takes one order badly holds up no other, until that is stuck and asked for again', async () => {
      const [bad, good] = ordersOf(2) as [string, string];
      let isMended = false;
      const { got, subscription } = await listening((response, { body }) =>
        body.orderId === bad && !isMended ? answering(422)(response) : taken(response),
      );
      working({ waitsMs: [1, 1] });
      await rig.play([bad, good], shipped);
      const states = async () => (await rig.rows(subscription.subscriptionId)).map(({ state }) => state).sort();
      const expected = [...story.map(() => 'DELIVERED'), ...story.slice(1).map(() => 'PENDING'), 'STUCK'];
      await until(async () => JSON.stringify(await states()) === JSON.stringify(expected));
      expect(storyOf(got, good)).toEqual(story);
      const stuck = (await rig.rows(subscription.subscriptionId)).find(({ state }) => state === 'STUCK');
      expect(stuck).toMatchObject({ type: 'ORDER_ACCEPTED', attempts: 3, last_status: 422, last_error: 'REFUSED' });
      isMended = true;
      const deliveryId = got.find(({ body }) => body.orderId === bad)?.body.id ?? '';
      await rig.tell({ type: 'RequestRedelivery', ...subscription, deliveryId, reason: 'mended' });
      await until(() => allDelivered(subscription.subscriptionId, 2 * story.length));
      expect(storyOf(got, bad)).toEqual(story);
    });

    test('that is gone is not called any more until somebody resumes it', async () => {
      let isGone = true;
      const { subscription } = await listening((response) => answering(isGone ? 410 : 200)(response));
      const worker = rig.run();
      await rig.play(ordersOf(1), shipped);
      const state = async () => (await rig.executor.load(webhookDecider, webhookStream(subscription))).state;
      await until(async () => (await state()).isPaused);
      await worker.stop();
      const transport = createWebhookTransport({ isAllowed: makeAddressRule(['127.0.0.0/8']), plainHttp: true });
      let calls = 0;
      const again = working({
        transport: (request) => {
          calls += 1;
          return transport(request);
        },
      });
      await rig.play(ordersOf(1), shipped);
      await until(async () => (await rig.rows(subscription.subscriptionId)).length === 2 * story.length);
      expect(calls).toBe(0);
      isGone = false;
      await rig.tell({ type: 'ResumeWebhook', ...subscription, reason: 'it is back' });
      await until(() => allDelivered(subscription.subscriptionId, 2 * story.length));
      await again.stop();
    });

    test('that redirects, talks for ever or is silent has taken nothing', async () => {
      const elsewhere = await startEndpoint(taken);
      closing.push(elsewhere.close);
      const { subscription } = await listening((response, _, count) => {
        if (count === 1) response.writeHead(307, { location: elsewhere.url }).end();
        // Headers are sent, and the body never ends: the status is what counts.
        else if (count === 3) response.writeHead(200).write('x'.repeat(50_000));
        else if (count > 3) taken(response);
      });
      const own = { isAllowed: makeAddressRule(['127.0.0.0/8']), plainHttp: true };
      const patient = createWebhookTransport(own);
      const hasty = createWebhookTransport({ ...own, timeoutMs: 1_000 });
      const tried: (string | null)[] = [];
      working({
        transport: async (request) => {
          // Only who never answers is waited for in vain.
          const answer = await (tried.length === 1 ? hasty : patient)(request);
          tried.push(answer.error);
          return answer;
        },
      });
      await rig.play(ordersOf(1), placeOrder);
      await until(
        async () =>
          (await rig.rows(subscription.subscriptionId)).filter(({ state }) => state === 'DELIVERED').length >= 2,
      );
      expect(tried.slice(0, 3)).toEqual(['REDIRECTED', 'TIMEOUT', null]);
      expect(elsewhere.got).toEqual([]);
    });
  });
};
