import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { consumersCommand, resetConsumerCommand } from '../../api/cli/consumers.ts';
import { deliveriesCommand, redeliverCommand, webhooksCommand } from '../../api/cli/webhooks.ts';

const about = { subscriptionId: 'W1', bu: 'ACME', url: 'https://hooks.example/', events: null, customers: ['C-1001'] };
const paused = { ...about, state: 'PAUSED', stateReason: 'The endpoint answered 410.', automatic: true };
const deleted = { ...about, subscriptionId: 'W2', state: 'DELETED', stateReason: 'we poll', automatic: false };
const delivery = {
  ...{ deliveryId: 'D1', subscriptionId: 'W1', bu: 'ACME', orderId: 'O1', type: 'ORDER_HELD', state: 'STUCK' },
  ...{ attempts: 10, lastStatus: 422, lastError: 'REFUSED', nextAttemptAt: null, deliveredAt: null },
};
const consumer = {
  ...{ consumerId: 'K1', bu: 'ACME', name: 'figures', types: ['INVOICE_ISSUED'], customers: null, sequence: '42-0' },
  ...{ state: 'ACTIVE', stateReason: null, waiting: 3, waitingIsMore: true, lagSeconds: 61.4 },
};

const asked: (string | undefined)[] = [];
const server = createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`);
  const isOf = (noun: string): boolean => request.url?.includes(noun) === true;
  const items = isOf('subscriptions') ? [paused, deleted] : isOf('consumers') ? [consumer] : [delivery];
  const nextCursor = request.url?.includes('cursor') ? null : 'more';
  const body = request.method === 'POST' ? { deliveryId: 'D1' } : { items, nextCursor };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
});
let options = { url: '', key: 'any' };
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  options = { ...options, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test('webhooks: who is told of what, and why somebody is not', async () => {
  const { text, value } = await webhooksCommand.run(['ACME'], options);
  expect(text).toMatch(
    /W1 +ACME +https:\/\/hooks\.example\/ +all +C-1001 +PAUSED by itself: The endpoint answered 410\./,
  );
  expect(text).not.toContain('W2');
  expect(value).toEqual([paused, paused]);
  expect((await webhooksCommand.run([], { ...options, all: true })).text).toContain('DELETED: we poll');
});

test('deliveries: what became of notices, as far as one looks', async () => {
  asked.length = 0;
  const { text } = await deliveriesCommand.run([], { ...options, state: 'stuck', order: 'O1' });
  expect(text).toMatch(/D1 +W1 +O1 +ORDER_HELD +STUCK +10 +REFUSED 422/);
  expect(text).toContain('There are older ones');
  expect(asked).toEqual(['GET /v1/webhook-deliveries?limit=100&orderId=O1&state=STUCK']);
});

test('redeliver: a notice is asked for again, with a reason', async () => {
  asked.length = 0;
  await expect(redeliverCommand.run(['D1'], options)).rejects.toThrow('Say --reason.');
  const { text } = await redeliverCommand.run(['D1'], { ...options, reason: 'mended' });
  expect(text).toContain('D1 is sent again');
  expect(asked).toEqual(['POST /v1/webhook-deliveries/D1/redeliveries']);
});

test('consumers: who is how far behind, and goes on from elsewhere with a reason', async () => {
  asked.length = 0;
  expect((await consumersCommand.run(['ACME'], options)).text).toMatch(
    /K1 +ACME +figures +INVOICE_ISSUED +all +42-0 +3\+ +61 s +ACTIVE/,
  );
  expect(asked[0]).toBe('GET /v1/event-consumers?bu=ACME&state=ACTIVE&limit=500');
  await expect(resetConsumerCommand.run(['K1', '0'], options)).rejects.toThrow('Say --reason.');
  const { text } = await resetConsumerCommand.run(['K1', '0'], { ...options, reason: 'lost' });
  expect(text).toContain('K1 goes on behind 0');
  expect(asked.at(-1)).toBe('POST /v1/event-consumers/K1/resets');
});
