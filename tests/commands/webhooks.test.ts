import { describe, expect, test } from '@jest/globals';
import { createCheckpoints } from '../../adapters/postgres/checkpoints.ts';
import { webhooksCheckpoint } from '../../commands/webhooks/noticeWriter.ts';
import { LogUnavailable } from '../../domain/eventLog.ts';
import { heldAndCancelled } from '../projections/eventfulHistory.ts';
import { firstInvoice, invoice } from '../projections/invoiceHistory.ts';
import { placeOrder } from '../projections/orderHistory.ts';
import { webhookEndpoints } from './webhookEndpoints.ts';
import {
  allDelivered,
  answering,
  listening,
  ordersOf,
  rig,
  shipped,
  story,
  storyOf,
  taken,
  withWebhookRig,
  working,
} from './webhookListeners.ts';
import { type Got, readmeVerifier, until } from './webhookRig.ts';

withWebhookRig();

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
  });

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
  });

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

webhookEndpoints();
