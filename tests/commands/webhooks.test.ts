import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createCheckpoints } from '../../adapters/postgres/checkpoints.ts';
import { makeAddressRule } from '../../adapters/webhook/networks.ts';
import { createWebhookTransport } from '../../adapters/webhook/transport.ts';
import { newUlid } from '../../commands/eventIds.ts';
import { webhooksCheckpoint } from '../../commands/webhooks/noticeWriter.ts';
import { webhookStream } from '../../commands/webhooks/webhookCalls.ts';
import { LogUnavailable } from '../../domain/eventLog.ts';
import type { NoticeType } from '../../domain/webhook/notices.ts';
import { webhookDecider } from '../../domain/webhook/webhook.ts';
import { heldAndCancelled } from '../projections/eventfulHistory.ts';
import { release, ship } from '../projections/fulfilmentHistory.ts';
import { firstInvoice, invoice } from '../projections/invoiceHistory.ts';
import type { MemoryLog } from '../projections/memoryLog.ts';
import { placeOrder } from '../projections/orderHistory.ts';
import { departures } from '../support/publishedSchemas.ts';
import { createWebhookRig, type Got, readmeVerifier, startEndpoint, until, type WebhookRig } from './webhookRig.ts';

let rig: WebhookRig;
beforeAll(async () => {
  rig = await createWebhookRig();
});
afterAll(() => rig.close());

const closing: (() => Promise<unknown>)[] = [];
const sent: (readonly Got[])[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  // O-23: each is the published document, whatever the test was about.
  for (const { body } of sent.splice(0).flat())
    expect([body.type, departures('webhook-notice', body)]).toEqual([body.type, []]);
  expect(rig.problems.splice(0)).toEqual([]);
});

const listening = async (
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

const working = (changes?: Parameters<WebhookRig['run']>[0]) => {
  const worker = rig.run(changes);
  closing.push(worker.stop);
  return worker;
};

const ordersOf = (count: number): readonly string[] => Array.from({ length: count }, () => newUlid());
const taken = (response: { writeHead: (status: number) => { end: () => void } }) => response.writeHead(204).end();
const answering = (status: number) => (response: { writeHead: (status: number) => { end: () => void } }) =>
  response.writeHead(status).end();

const shipped = (memory: MemoryLog, orderId: string): void => {
  placeOrder(memory, orderId);
  release(memory, orderId, 1, '7');
  ship(memory, orderId, 1, '7', '4200');
};

/** What was told of an order, repetitions left out, in the order in which it came. */
const storyOf = (got: readonly Got[], orderId: string): readonly string[] => [
  ...new Map(got.filter(({ body }) => body.orderId === orderId).map(({ body }) => [body.id, body.type])).values(),
];

/** Of an order of which seven left. */
const story = [
  ...['ORDER_ACCEPTED', 'ORDER_LINES_CHANGED', 'ORDER_LINES_CHANGED', 'ORDER_LINES_CHANGED'],
  ...['SHIPMENT_CONFIRMED', 'ORDER_LINES_CHANGED'],
];

const allDelivered = async (subscriptionId: string, count: number): Promise<boolean> => {
  const rows = await rig.rows(subscriptionId);
  return rows.length === count && rows.every(({ state }) => state === 'DELIVERED');
};

describe('S-22 P-26 a subscriber', () => {
  test('is told of a hundred orders, each in its order, signed, by an endpoint that fails now and then', async () => {
    const isGenuine = await readmeVerifier();
    const { got, subscription } = await listening((response, _, count) => {
      if (count % 7 === 0) response.writeHead(500).end('x'.repeat(100_000));
      else if (count % 11 === 0) response.destroy();
      else taken(response);
    });
    working();
    const orderIds = ordersOf(100);
    await rig.play(orderIds, placeOrder);
    const placed = story.slice(0, 3);
    await until(() => allDelivered(subscription.subscriptionId, 100 * placed.length));
    for (const orderId of orderIds) {
      expect(storyOf(got, orderId)).toEqual(placed);
      const positions = got.filter(({ body }) => body.orderId === orderId).map(({ body }) => body.position);
      expect(positions).toEqual([...positions].sort());
    }
    for (const { headers, text, body } of got) {
      const signature = String(headers['throughline-signature']);
      expect(headers['throughline-delivery']).toBe(body.id);
      expect(isGenuine(subscription.secret, signature, text)).toBe(true);
      expect(isGenuine('another', signature, text)).toBe(false);
    }
    const [first] = got as [Got];
    const signature = String(first.headers['throughline-signature']);
    expect(isGenuine(subscription.secret, signature, `${first.text} `)).toBe(false);
    // I-08: somebody caught it, and sends it again.
    expect(isGenuine(subscription.secret, signature, first.text, Date.now() + 301_000)).toBe(false);
  }, 60_000);

  test('P-22 learns tracking, lots and serials of a shipment and the amounts of an invoice, and no cost', async () => {
    const { got, subscription } = await listening(taken, ['SHIPMENT_CONFIRMED', 'INVOICE_ISSUED']);
    working();
    const [orderId] = ordersOf(1) as [string];
    await rig.play([orderId], (memory) => {
      shipped(memory, orderId);
      invoice(memory, orderId, 1, firstInvoice);
    });
    await until(() => allDelivered(subscription.subscriptionId, 2));
    const [confirmed, issued] = got.map(({ body }) => body);
    expect(confirmed).toMatchObject({
      ...{ type: 'SHIPMENT_CONFIRMED', orderId, customerPo: 'PO-7001', bu: 'ACME', soldTo: 'C-1001' },
      orderStatus: 'PARTIALLY_SHIPPED',
      lines: [{ lineId: '10', status: 'PARTIALLY_SHIPPED', was: 'RELEASED', shipped: '7', backordered: '3' }],
      shipment: { carrier: 'UPS', tracking: ['1Z'], lines: [{ lineId: '10', qty: '7', lots: ['L7'], serials: [] }] },
    });
    expect(issued).toMatchObject({
      type: 'INVOICE_ISSUED',
      lines: [{ lineId: '10', invoiced: '7' }],
      invoice: { currency: 'USD', totals: { total: '10214' }, lines: [{ lineId: '10', net: '8050', tax: '664' }] },
    });
    expect(got.map(({ text }) => text).join()).not.toMatch(/cost/i);
  });

  test('learns of holds and cancellations without what people wrote about them', async () => {
    const { got, subscription } = await listening(taken);
    working();
    const [orderId] = ordersOf(1) as [string];
    await rig.play([orderId], (memory) => {
      placeOrder(memory, orderId);
      heldAndCancelled(memory, orderId);
    });
    await until(async () => (await rig.rows(subscription.subscriptionId)).some(({ type }) => type === 'ORDER_HELD'));
    await until(async () => (await rig.rows(subscription.subscriptionId)).every(({ state }) => state === 'DELIVERED'));
    expect(storyOf(got, orderId)).toEqual(expect.arrayContaining(['ORDER_HELD', 'ORDER_HOLD_RELEASED']));
    expect(got.find(({ body }) => body.type === 'ORDER_HELD')?.body).toMatchObject({
      ...{ orderStatus: 'ON_HOLD', hold: { type: 'MANUAL' }, lines: [{ status: 'ON_HOLD' }] },
    });
    expect(got.map(({ text }) => text).join()).not.toMatch(/asked by sales|CLEARED/);
  });

  test('who came late is told of an older order from then on, as it is', async () => {
    const [orderId] = ordersOf(1) as [string];
    await rig.play([orderId], placeOrder);
    const { got, subscription } = await listening(taken);
    working();
    await rig.play([orderId], shipped);
    await until(() => allDelivered(subscription.subscriptionId, 3));
    expect(got.map(({ body }) => [body.type, (body.lines as { was?: string; status: string }[])[0]?.was])).toEqual([
      ['ORDER_LINES_CHANGED', 'PARTIALLY_RESERVED'],
      ['SHIPMENT_CONFIRMED', 'RELEASED'],
      ['ORDER_LINES_CHANGED', 'RELEASED'],
    ]);
  });

  test('hears nothing of customers that are not its own', async () => {
    const theirs = await listening(taken, null, ['C-1002']);
    const own = await listening(taken, null, ['C-1001']);
    working();
    await rig.play(ordersOf(1), shipped);
    await until(() => allDelivered(own.subscription.subscriptionId, story.length));
    expect(await rig.rows(theirs.subscription.subscriptionId)).toEqual([]);
  });
});

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
    const hasty = createWebhookTransport({ ...own, timeoutMs: 50 });
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

describe('the worker', () => {
  test('asks and writes nothing while nobody listens', async () => {
    const head = await rig.log.head();
    const before = rig.run();
    // It hears that those before it have left.
    await until(async () => (await createCheckpoints(rig.database.db).read(webhooksCheckpoint)) >= head);
    await before.stop();
    const asked: unknown[] = [];
    const feed = {
      ...rig.log,
      readAfter: (...args: Parameters<typeof rig.log.readAfter>) => {
        asked.push(args[2]?.categories);
        return rig.log.readAfter(...args);
      },
    };
    const never = (name: string) => async () => {
      throw new Error(`${name} was asked for`);
    };
    await rig.play(ordersOf(3), shipped);
    const worker = rig.run({
      feed,
      deliveries: { ...rig.deliveries, add: never('add'), due: never('due') },
      history: never('history'),
    });
    await until(() => asked.length > 2);
    await worker.stop();
    expect(new Set(asked.map(String))).toEqual(new Set(['webhook']));
  });

  test('killed before or after any of its writes, it tells each notice once more at most, and none less', async () => {
    const { got, subscription } = await listening(taken);
    const orderIds = ordersOf(3);
    await rig.play(orderIds, shipped);
    const checkpoints = createCheckpoints(rig.database.db);
    let failures = 0;
    /** Every second write comes to nothing, or is done and not known to be. */
    const flaky = <Args extends readonly unknown[], T>(work: (...args: Args) => Promise<T>) => {
      let count = 0;
      return async (...args: Args): Promise<T> => {
        count += 1;
        if (count % 4 === 1) throw new LogUnavailable('killed before');
        const done = await work(...args);
        if (count % 4 === 3) throw new LogUnavailable('killed after');
        return done;
      };
    };
    const { add, settle } = rig.deliveries;
    working({
      deliveries: { ...rig.deliveries, add: flaky(add), settle: flaky(settle) },
      checkpoints: { ...checkpoints, advance: flaky(checkpoints.advance) },
      onError: () => {
        failures += 1;
      },
    });
    await until(() => allDelivered(subscription.subscriptionId, 3 * story.length));
    for (const orderId of orderIds) expect(storyOf(got, orderId)).toEqual(story);
    expect(failures).toBeGreaterThan(3);
  }, 60_000);

  test('signs with both secrets while one takes over from the other', async () => {
    const isGenuine = await readmeVerifier();
    const { got, subscription } = await listening(taken);
    const previousUntil = new Date(Date.now() + 3_600_000).toISOString();
    await rig.tell({
      type: 'RotateWebhookSecret',
      ...subscription,
      secretId: 'S-2',
      secret: 'newer',
      previousUntil,
      reason: 'who left',
    });
    working();
    await rig.play(ordersOf(1), shipped);
    await until(() => got.length > 0);
    const [{ headers, text }] = got as [Got];
    const signature = String(headers['throughline-signature']);
    expect([subscription.secret, 'newer', 'other'].map((secret) => isGenuine(secret, signature, text))).toEqual([
      ...[true, true, false],
    ]);
  });

  test('forgets what a deleted subscription was not told, and in time what it was', async () => {
    const { subscription } = await listening(answering(500));
    working({ waitsMs: [3_600_000] });
    await rig.play(ordersOf(1), shipped);
    await until(async () => (await rig.rows(subscription.subscriptionId)).length === story.length);
    await rig.tell({ type: 'DeleteWebhook', ...subscription, reason: 'we poll' });
    await until(async () => (await rig.rows(subscription.subscriptionId)).length === 0);
    const { rows } = await rig.database.pool.query<{ n: number }>(
      'select count(*)::int as n from ops.webhook_delivery',
    );
    const [kept] = rows;
    expect(await rig.deliveries.forget(new Date(Date.now() + 60_000).toISOString(), 5)).toBe(5);
    expect(await rig.deliveries.forget('2020-01-01T00:00:00.000Z', 5)).toBe(0);
    expect(kept?.n).toBeGreaterThan(5);
  });
});
