import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { byHand, strike } from '../adapters/http/peer.ts';
import { createErpRig, type ErpRig } from './erpRig.ts';
import { must } from './world.ts';

let rig: ErpRig;
beforeAll(async () => {
  rig = await createErpRig();
});
afterAll(() => rig.close());

const seven = { lineId: '10', status: 'PARTIALLY_INVOICED', shipped: '7', invoiced: '7', cancelled: '0' };

describe('reconciliation of orders with the ERP', () => {
  test('P-19 an update that was lost is found, told again, and heals', async () => {
    const bu = await rig.unit();
    const orderId = await rig.sevenOfTen(bu);
    await strike(rig.erpUrl, { mode: 'lose', operation: 'orderStatus', match: orderId });
    const found = await rig.compared(bu, rig.ordersPair());
    expect(found).toMatchObject({ state: 'COMPLETE', compared: 1, found: 1 });
    expect(found.breaks).toMatchObject([
      {
        ...{ state: 'HEALING', class: 'MISSING_THERE', cause: 'UPDATE_LOST', fix: 'UPDATE_SENT', attempts: 1, orderId },
        ...{ object: { kind: 'order', id: orderId }, moneyAtRisk: { amount: '8750', currency: 'USD' } },
        ours: '10: PARTIALLY_INVOICED, shipped 7, invoiced 7, cancelled 0',
        theirs: '10: OPEN, shipped 0, invoiced 0, cancelled 0',
      },
    ]);
    expect((await rig.heldOf(bu, orderId))?.lines).toEqual([seven]);
    expect(await rig.compared(bu, rig.ordersPair())).toMatchObject({ found: 0, healed: 1, standing: 0 });
  });

  test('an ERP that can be asked and not be told has refused it', async () => {
    const bu = await rig.unit();
    const orderId = await rig.sevenOfTen(bu);
    await strike(rig.erpUrl, { mode: 'lose', operation: 'orderStatus', match: orderId });
    const silent = { ...rig.book, tellOrders: async () => undefined };
    const pair = rig.ordersPair({ books: { of: () => silent, named: () => silent } });
    expect((await rig.compared(bu, pair)).breaks).toMatchObject([
      { state: 'OPEN', cause: 'UPDATE_REFUSED', fix: null, references: ['NOT_OFFERED'], attempts: 0 },
    ]);
    expect(await rig.compared(bu, rig.ordersPair())).toMatchObject({ standing: 1 });
    expect(await rig.compared(bu, rig.ordersPair())).toMatchObject({ healed: 1, standing: 0 });
  });

  test('one that is lost each time is told three times, and then it is somebody’s work', async () => {
    const bu = await rig.unit();
    const orderId = await rig.sevenOfTen(bu);
    await strike(rig.erpUrl, { mode: 'lose', operation: 'orderStatus', match: orderId, times: 4 });
    const states = [];
    for (let n = 0; n < 4; n += 1) {
      const [one] = (await rig.compared(bu, rig.ordersPair())).breaks;
      states.push([one?.state, one?.cause, one?.attempts]);
    }
    expect(states).toEqual([
      ['HEALING', 'UPDATE_LOST', 1],
      ['HEALING', 'UPDATE_LOST', 2],
      ['HEALING', 'UPDATE_LOST', 3],
      ['OPEN', 'UPDATE_LOST', 3],
    ]);
  });

  test('what the ERP does not take says its code; what somebody there has changed or deleted takes a person at the second look', async () => {
    const bu = await rig.unit();
    const [locked, changed] = [await rig.sevenOfTen(bu), await rig.sevenOfTen(bu, 'BELT-A42')];
    const gone = await rig.sevenOfTen(bu, 'SEAL-RING');
    await strike(rig.erpUrl, {
      mode: 'refuse',
      operation: 'orderStatus',
      match: locked,
      times: 3,
      code: 'OrderLocked',
    });
    await rig.tellAll();
    const held = await rig.heldOf(bu, changed);
    const status = {
      ...{ externalDocumentNumber: changed, number: held?.erpNumber, sourceVersion: held?.version },
      lines: [
        {
          ...{ lineReference: '10', status: 'PartiallyShipped', quantityShipped: '5' },
          ...{ quantityInvoiced: '0', quantityCancelled: '0' },
        },
      ],
    };
    await byHand(rig.erpUrl, '/control/orderStatuses', { company: bu, externalDocumentNumber: changed, status });
    await byHand(rig.erpUrl, '/control/orderStatuses', { company: bu, externalDocumentNumber: gone });
    // Something else becomes of it, of which no ERP is told: that makes nobody tell it again over what was changed.
    await rig.receive(bu, 'BELT-A42', '1', 'one more');
    await rig.settle();
    const causes = async () => {
      const { breaks } = await rig.compared(bu, rig.ordersPair());
      return Object.fromEntries(breaks.map((one) => [one.orderId, [one.state, one.class, one.cause, one.references]]));
    };
    const refused = ['OPEN', 'STATUS', 'UPDATE_REFUSED', ['ORDER_LOCKED']];
    const early = ['HEALING', 'TIMING', 'NOT_EXPLAINED_YET', []];
    expect(await causes()).toEqual({ [locked]: refused, [changed]: early, [gone]: early });
    expect(await causes()).toEqual({
      [locked]: refused,
      [changed]: ['OPEN', 'STATUS', 'ORDER_CHANGED_THERE', []],
      [gone]: ['OPEN', 'MISSING_THERE', 'ORDER_UNKNOWN_THERE', []],
    });
    expect((await rig.heldOf(bu, changed))?.lines).toMatchObject([{ shipped: '5' }]);
  });

  test('what moves while it is looked at is no difference', async () => {
    const bu = await rig.unit();
    const orderId = await rig.sevenOfTen(bu);
    const through = await (async () => {
      await rig.tellAll();
      return String(await rig.world.checkpoints.read('order-updates:erp'));
    })();
    await must(
      rig.world
        .app()
        .cancelOrder({ orderId, lines: [{ lineId: '10', qty: '3' }], reason: 'none' }, rig.world.as('channel')),
    );
    await rig.settle();
    await rig.follow();
    const behind = rig.ordersPair({ throughTold: async () => through });
    expect(await rig.compared(bu, behind)).toMatchObject({ state: 'COMPLETE', compared: 1, found: 0 });
  });

  test('an ERP that cannot be asked, is paused or away ends the run as incomplete, and nothing counts as healed', async () => {
    const bu = await rig.unit();
    const orderId = await rig.sevenOfTen(bu);
    await strike(rig.erpUrl, { mode: 'lose', operation: 'orderStatus', match: orderId, times: 2 });
    await rig.compared(bu, rig.ordersPair());
    const silent = { ...rig.book, orders: async () => undefined };
    const ends: [Parameters<typeof rig.ordersPair>[0], string][] = [
      [{ books: { of: () => undefined, named: () => undefined } }, 'NOT_OFFERED'],
      [{ books: { of: () => silent, named: () => silent } }, 'NOT_OFFERED'],
      [{ isPaused: () => true }, 'PAUSED'],
    ];
    for (const [changes, reason] of ends)
      expect(await rig.compared(bu, rig.ordersPair(changes))).toMatchObject({
        state: 'INCOMPLETE',
        reason,
        healed: 0,
        standing: 1,
      });
    await strike(rig.erpUrl, { mode: 'fail', operation: 'orderStatuses', times: 4 });
    expect(await rig.compared(bu, rig.ordersPair())).toMatchObject({ state: 'INCOMPLETE', reason: 'PARTNER_AWAY' });
    await strike(rig.erpUrl, { mode: 'malformed', operation: 'orderStatuses' });
    expect(await rig.compared(bu, rig.ordersPair())).toMatchObject({ state: 'INCOMPLETE', reason: 'NOT_UNDERSTOOD' });
    expect(await rig.compared(bu, rig.ordersPair())).toMatchObject({ state: 'COMPLETE', standing: 1 });
  });
});
