import { describe, expect, test } from '@jest/globals';
import type { HttpAnswer } from '../../../adapters/http/answers.ts';
import { createWmsClient } from '../../../adapters/wms/client.ts';
import { applyEntry, emptyFloor, type FloorOrder, openLines } from '../../../adapters/wms/simulatorFloor.ts';
import { shippingAdviceOf } from '../../../adapters/wms/simulatorMessages.ts';
import { toShippingOrder } from '../../../adapters/wms/translate.ts';
import { readFeed } from '../../contracts/wmsContract.ts';
import { byHand, effectsOf, troubleOf, withFolder } from '../http/peer.ts';
import { aRelease, outOfTwoReservations } from './release.ts';
import { startWms } from './startWms.ts';

const until = async (ready: () => Promise<boolean>): Promise<void> => {
  for (let tries = 0; tries < 3_000; tries += 1) {
    if (await ready()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('it did not come to that');
};

describe('the automatic warehouse', () => {
  test('picks and ships what is released, under ids that follow from the release', async () => {
    const { wms, url } = await startWms();
    await wms.release(aRelease('R1'));
    await until(async () => (await effectsOf(url)).shipments === 1);
    expect((await readFeed(wms)).messages).toMatchObject([
      { kind: 'PICKED', pickId: 'R1-P1' },
      { kind: 'SHIPPED', confirmationId: 'R1-1', lines: [{ qty: '7' }, { qty: '2' }] },
    ]);
  });

  test('ships an order line out of two reservations once', async () => {
    const { wms, url } = await startWms();
    await wms.release(outOfTwoReservations('R1'));
    await until(async () => (await effectsOf(url)).shipments === 1);
    const { messages } = await readFeed(wms);
    for (const kind of ['PICKED', 'SHIPPED']) {
      expect(messages.find((message) => message.kind === kind)).toMatchObject({
        lines: [
          { lineId: '10', qty: '10' },
          { lineId: '20', qty: '2' },
        ],
      });
    }
    expect(await effectsOf(url)).toMatchObject({ open: 0 });
  });

  test('counts a reference that was ordered twice for the sum', () => {
    const order = toShippingOrder(aRelease('R1'));
    const floor = emptyFloor();
    const lines = [...order.lines, ...order.lines.slice(0, 1)];
    applyEntry(floor, { kind: 'order', warehouseReference: 'W1', order: { ...order, lines } });
    const held = floor.orders.get('R1') as FloorOrder;
    expect(openLines(held)).toEqual([
      { lineReference: '10', quantity: '14' },
      { lineReference: '20', quantity: '2' },
    ]);
    applyEntry(floor, { kind: 'message', content: shippingAdviceOf(held, '2026-11-23T10:00:00.000Z') });
    expect(openLines(floor.orders.get('R1') as FloorOrder)).toEqual([]);
  });

  test('does not ship what was stopped in time, and ships the rest', async () => {
    const { wms, url } = await startWms({ autoDelayMs: 2_000 });
    await wms.release(aRelease('R1'));
    await wms.stop({
      changeId: 'C1',
      releaseId: 'R1',
      shipmentId: 'S-R1',
      lines: [
        { lineId: '10', qty: '7' },
        { lineId: '20', qty: '1' },
      ],
    });
    await until(async () => (await effectsOf(url)).shipments === 1);
    const { messages } = await readFeed(wms);
    expect(messages.find(({ kind }) => kind === 'SHIPPED')).toEqual(
      expect.objectContaining({ lines: [{ lineId: '20', qty: '1', lots: [], serials: [] }] }),
    );
  });

  test('a release that was stopped whole is never heard of again', async () => {
    const { wms, url } = await startWms({ autoDelayMs: 2_000 });
    await wms.release(aRelease('R1'));
    await wms.stop({
      changeId: 'C1',
      releaseId: 'R1',
      shipmentId: 'S-R1',
      lines: [
        { lineId: '10', qty: '7' },
        { lineId: '20', qty: '2' },
      ],
    });
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    await expect(byHand(url, '/control/ship', { releaseId: 'R1' })).rejects.toThrow('409');
    expect(await effectsOf(url)).toMatchObject({ messages: 0, open: 0 });
  });

  test('restarted between acceptance and shipping, it ships once what it had accepted, and the cursor still fits', async () => {
    await withFolder(async (directory) => {
      const first = await startWms({ directory, autoDelayMs: 60_000 });
      await first.wms.release(aRelease('R1'));
      await byHand(first.url, '/control/pick', { releaseId: 'R1' });
      const { cursor } = await readFeed(first.wms);
      await first.close();
      const second = await startWms({ directory });
      await until(async () => (await effectsOf(second.url)).shipments === 1);
      expect((await readFeed(second.wms, cursor)).messages).toMatchObject([
        { kind: 'SHIPPED', confirmationId: 'R1-1' },
      ]);
      await second.wms.release(aRelease('R1'));
      await second.close();
      const third = await startWms({ directory });
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(await effectsOf(third.url)).toMatchObject({ shippingOrders: 1, shipments: 1, messages: 2 });
      await third.close();
    });
  });

  test('200 releases at once are each shipped exactly once', async () => {
    const { wms, url } = await startWms();
    await Promise.all(Array.from({ length: 200 }, (_, index) => wms.release(aRelease(`R${index}`))));
    await until(async () => (await effectsOf(url)).shipments === 200);
    expect(await effectsOf(url)).toMatchObject({ distinctShipments: 200, open: 0 });
    expect((await readFeed(wms)).messages).toHaveLength(400);
  });
});

test('a release that they wrote down in another order is recognised by what they hold', async () => {
  const { wms, url } = await startWms({ mode: 'manual' });
  await wms.release(aRelease('R1'));
  const turned = { ...aRelease('R1'), lines: aRelease('R1').lines.toReversed() };
  expect((await wms.release(turned)).kind).toBe('accepted');
  expect(await effectsOf(url)).toMatchObject({ shippingOrders: 1 });
});

test('a warehouse that claims to have stopped more than was asked for is not believed', async () => {
  const body = '{"changeId":"C1","lines":[{"lineReference":"10","quantityStopped":"8"}]}';
  const send = async <T>(_request: object, use: (answer: HttpAnswer) => T): Promise<T> => use({ status: 200, body });
  const wms = createWmsClient({ system: 'WMS', send, sendFeed: send });
  const stop = { changeId: 'C1', releaseId: 'R1', shipmentId: 'S-R1', lines: [{ lineId: '10', qty: '7' }] };
  expect(await troubleOf(wms.stop(stop))).toBe('BAD_RESPONSE');
});
