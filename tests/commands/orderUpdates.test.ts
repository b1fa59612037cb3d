import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createErpBook } from '../../adapters/erp/book.ts';
import { PartnerUnavailable } from '../../commands/partnerPorts.ts';
import { byHand, calm, quickHttp, strike } from '../adapters/http/peer.ts';
import { createErpRig, type ErpRig } from './erpRig.ts';
import { eventsOf, line, ofType, orderInput } from './facts.ts';
import { must } from './world.ts';

let rig: ErpRig;
beforeAll(async () => {
  rig = await createErpRig();
});
afterAll(() => rig.close());

const seven = { lineId: '10', status: 'PARTIALLY_INVOICED', shipped: '7', invoiced: '7', cancelled: '0' };

describe('how far orders are, told to the ERP', () => {
  test('P-19 after each confirmation the ERP has the status and quantities of the lines, once for many events', async () => {
    const bu = await rig.unit();
    const orderId = await rig.sevenOfTen(bu);
    await rig.tellAll();
    expect((await rig.heldOf(bu, orderId))?.lines).toEqual([seven]);
    await rig.receive(bu, 'BRG-6204', '3', 'more');
    await rig.settle();
    const releases = ofType(await eventsOf(rig.world, bu), 'AllocationReleased');
    await byHand(rig.url, '/control/ship', { releaseId: releases.at(-1)?.data.releaseId });
    await rig.settle();
    await rig.tellAll();
    expect((await rig.heldOf(bu, orderId))?.lines).toEqual([
      { ...seven, status: 'CLOSED', shipped: '10', invoiced: '10' },
    ]);
    expect(await rig.compared(bu, rig.ordersPair())).toMatchObject({
      state: 'COMPLETE',
      compared: 1,
      found: 0,
      breaks: [],
    });
  });

  test('an ERP that is away is told later, from where it was; what was told before a kill is told again and changes nothing', async () => {
    const bu = await rig.unit();
    await rig.tellAll();
    const orderId = await rig.sevenOfTen(bu);
    await strike(rig.erpUrl, { mode: 'fail', operation: 'tellOrderStatuses', times: 8 });
    const { step } = rig.updates();
    await expect(step(rig.signal)).rejects.toThrow(PartnerUnavailable);
    await expect(step(rig.signal)).rejects.toThrow(PartnerUnavailable);
    expect(await rig.heldOf(bu, orderId)).toMatchObject({ version: '' });
    const killed = rig.updates({
      checkpoints: { ...rig.world.checkpoints, advance: () => Promise.reject(new Error('killed')) },
    });
    await expect(killed.step(rig.signal)).rejects.toThrow('killed');
    const told = await rig.heldOf(bu, orderId);
    expect(told?.lines).toEqual([seven]);
    await Promise.all([rig.updates().step(rig.signal), rig.updates().step(rig.signal)]);
    expect(await rig.heldOf(bu, orderId)).toEqual(told);
  });

  test('over a long log each order is told once, as it was left, however many pages speak of it', async () => {
    const bu = await rig.unit();
    await rig.tellAll();
    const orderIds = [await rig.sevenOfTen(bu), await rig.sevenOfTen(bu, 'BELT-A42')];
    const told: string[] = [];
    const tellOrders: typeof rig.book.tellOrders = (unit, orders, signal) => {
      told.push(...orders.map(({ orderId }) => orderId));
      return rig.book.tellOrders(unit, orders, signal);
    };
    const readAfter: typeof rig.world.log.readAfter = (after, _, filter) => rig.world.log.readAfter(after, 1, filter);
    const { step } = rig.updates({ book: { ...rig.book, tellOrders }, feed: { readAfter } });
    const head = String(await rig.world.log.head());
    while (String(await rig.world.checkpoints.read('order-updates:erp')) < head) await step(rig.signal);
    expect([...told].sort()).toEqual([...orderIds].sort());
    for (const orderId of orderIds) expect((await rig.heldOf(bu, orderId))?.lines).toEqual([seven]);
  });

  test('orders of another ERP, and those that nothing has become of yet, are not told', async () => {
    const bu = await rig.unit();
    await rig.tellAll();
    const lines = [line('10', 'BELT-A42', '1')];
    await must(rig.world.app().submitOrder(orderInput(bu, { lines }), rig.world.as('channel')));
    await rig.settle();
    const told: string[] = [];
    const tellOrders: typeof rig.book.tellOrders = async (_, orders) => {
      told.push(...orders.map(({ orderId }) => orderId));
      return [];
    };
    while (await rig.updates({ book: { ...rig.book, tellOrders } }).step(rig.signal));
    await rig.tellAll();
    await rig.sevenOfTen(bu);
    const elsewhere = { ...rig.book, system: 'elsewhere', tellOrders };
    while (await rig.updates({ book: elsewhere, hasUnit: () => false }).step(rig.signal));
    expect(told).toEqual([]);
  });

  test('one order at which the ERP breaks each time holds up the others only so long as it may be the ERP', async () => {
    const bu = await rig.unit();
    await rig.tellAll();
    const [broken, other] = [await rig.sevenOfTen(bu), await rig.sevenOfTen(bu, 'BELT-A42')];
    await strike(rig.erpUrl, { mode: 'fail', operation: 'tellOrderStatuses', match: broken, times: 100 });
    const untaken: (readonly string[])[] = [];
    const { step } = rig.updates({ onUntaken: (...of) => untaken.push(of) });
    for (let n = 0; n < 4; n += 1) await expect(step(rig.signal)).rejects.toThrow(PartnerUnavailable);
    expect(await rig.heldOf(bu, other)).toMatchObject({ version: '' });
    await step(rig.signal);
    expect((await rig.heldOf(bu, other))?.lines).toEqual([seven]);
    expect(untaken).toEqual([[bu, broken, 'SERVER_ERROR']]);
    expect((await rig.compared(bu, rig.ordersPair())).breaks).toMatchObject([
      { orderId: broken, state: 'OPEN', cause: 'UPDATE_REFUSED', references: ['SERVER_ERROR'] },
    ]);
    await calm(rig.erpUrl);
    expect((await rig.compared(bu, rig.ordersPair())).breaks).toMatchObject([{ fix: 'UPDATE_SENT' }]);
    expect((await rig.heldOf(bu, broken))?.lines).toEqual([seven]);
  });

  test('one that the ERP breaks at, or never answers, is passed over although such an ERP is left alone for a while', async () => {
    const bu = await rig.unit();
    await rig.tellAll();
    const broken = await rig.sevenOfTen(bu);
    for (const mode of ['fail', 'drop'] as const) {
      await strike(rig.erpUrl, { mode, operation: 'tellOrderStatuses', match: broken, times: 1_000 });
      // The limits of the service, but for their times.
      const { send } = quickHttp(rig.erpUrl, { breakerFailures: 8, breakerOpenMs: 5 });
      const untaken: string[] = [];
      const { step } = rig.updates({
        ...{
          book: createErpBook({ system: 'erp', send }),
          checkpoints: { ...rig.world.checkpoints, advance: async () => true },
        },
        onUntaken: (_, orderId) => untaken.push(orderId),
      });
      let tries = 0;
      while (untaken.length === 0 && tries < 60) {
        tries += 1;
        await step(rig.signal).catch(() => new Promise((resolve) => setImmediate(resolve)));
      }
      expect(untaken).toEqual([broken]);
      await calm(rig.erpUrl);
    }
    await rig.tellAll();
    expect((await rig.heldOf(bu, broken))?.lines).toEqual([seven]);
  });

  test('an ERP that breaks at every order is waited for, however often it was tried', async () => {
    const bu = await rig.unit();
    await rig.tellAll();
    for (let n = 0; n < 3; n += 1) await rig.sevenOfTen(bu);
    await strike(rig.erpUrl, { mode: 'fail', operation: 'tellOrderStatuses', times: 1_000 });
    const before = await rig.world.checkpoints.read('order-updates:erp');
    const { step } = rig.updates();
    for (let n = 0; n < 7; n += 1) await expect(step(rig.signal)).rejects.toThrow(PartnerUnavailable);
    expect(await rig.world.checkpoints.read('order-updates:erp')).toBe(before);
    await calm(rig.erpUrl);
  });
});
