import { afterAll, afterEach, beforeAll, expect } from '@jest/globals';
import { newUlid } from '../../commands/eventIds.ts';
import type { NoticeType } from '../../domain/webhook/notices.ts';
import { release, ship } from '../projections/fulfilmentHistory.ts';
import type { MemoryLog } from '../projections/memoryLog.ts';
import { placeOrder } from '../projections/orderHistory.ts';
import { departures } from '../support/publishedSchemas.ts';
import { createWebhookRig, type Got, startEndpoint, type WebhookRig } from './webhookRig.ts';

// One rig for a file, and endpoints that are closed after each test. Who imports `rig` always sees that of the file.

export let rig: WebhookRig;

export const closing: (() => Promise<unknown>)[] = [];
const sent: (readonly Got[])[] = [];

export const withWebhookRig = (): void => {
  beforeAll(async () => {
    rig = await createWebhookRig();
  });
  afterAll(() => rig.close());
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
    // O-23: each is the published document, whatever the test was about.
    for (const { body } of sent.splice(0).flat())
      expect([body.type, departures('webhook-notice', body)]).toEqual([body.type, []]);
    expect(rig.problems.splice(0)).toEqual([]);
  });
};

export const listening = async (
  answer: Parameters<typeof startEndpoint>[0],
  events: readonly NoticeType[] | null = null,
  customers: readonly string[] | null = null,
) => {
  const endpoint = await startEndpoint(answer);
  closing.push(endpoint.close);
  sent.push(endpoint.got);
  const subscription = await rig.subscribe(endpoint.url, events, customers);
  closing.push(() => rig.tell({ type: 'DeleteWebhook', ...subscription, reason: 'the test is over' }));
  return { ...endpoint, subscription };
};

export const working = (changes?: Parameters<WebhookRig['run']>[0]) => {
  const worker = rig.run(changes);
  closing.push(worker.stop);
  return worker;
};

export const ordersOf = (count: number): readonly string[] => Array.from({ length: count }, () => newUlid());
export const taken = (response: { writeHead: (status: number) => { end: () => void } }) =>
  response.writeHead(204).end();
export const answering = (status: number) => (response: { writeHead: (status: number) => { end: () => void } }) =>
  response.writeHead(status).end();

export const shipped = (memory: MemoryLog, orderId: string): void => {
  placeOrder(memory, orderId);
  release(memory, orderId, 1, '7');
  ship(memory, orderId, 1, '7', '4200');
};

/** What was told of an order, repetitions left out, in the order in which it came. */
export const storyOf = (got: readonly Got[], orderId: string): readonly string[] => [
  ...new Map(got.filter(({ body }) => body.orderId === orderId).map(({ body }) => [body.id, body.type])).values(),
];

/** Of an order of which seven left. */
export const story = [
  ...['ORDER_ACCEPTED', 'ORDER_LINES_CHANGED', 'ORDER_LINES_CHANGED', 'ORDER_LINES_CHANGED'],
  ...['SHIPMENT_CONFIRMED', 'ORDER_LINES_CHANGED'],
];

export const allDelivered = async (subscriptionId: string, count: number): Promise<boolean> => {
  const rows = await rig.rows(subscriptionId);
  return rows.length === count && rows.every(({ state }) => state === 'DELIVERED');
};
