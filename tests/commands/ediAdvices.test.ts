import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  advice,
  makeInbox,
  openWarehouse,
  released,
  send,
  shipmentEvents,
  stuck,
  takeAll,
  warehouse,
} from './ediWarehouse.ts';
import { stockAt } from './facts.ts';
import { bu, inNewUnits, world } from './newUnits.ts';
import { Killed, must } from './world.ts';

inNewUnits('EW');
beforeEach(() => openWarehouse());

const w12 = (status: string, asked: number, shipped: number, item = 'BRG-6204'): string =>
  `W12*${status}*${asked}*${shipped}**EA**VN*${item}`;

describe('a 945 of a warehouse', () => {
  test('S-14: is what left, in cartons with lots, and what is short with its reason, once in whatever interchange it comes', async () => {
    const { shipmentId } = await released();
    const sscc = '003456789012345670';
    const set = advice('1', 'BOL-1', 'LX*1', `MAN*GM*${sscc}`, `${w12('CP', 10, 7)}*L-7**********07`, 'N9*SE*S-1');
    expect((await send([set], '000000900')).sets).toMatchObject([{ state: 'ADVICE', shipmentId }]);
    await send([set], '000000900');
    await send([set]);
    await takeAll();
    await takeAll();
    const confirmationId = '945:SOUTHSTORE:1:BOL-1';
    const lines = [{ lineId: '10', qty: '7', lots: ['L-7'], serials: ['S-1'] }];
    expect(await shipmentEvents()).toMatchObject([
      { type: 'ItemsPacked', data: { packId: confirmationId, cartons: [{ cartonId: sscc, sscc, lines }] } },
      {
        type: 'ShipmentConfirmed',
        data: { confirmationId, shippedAt: '2026-11-23T14:00:00.000Z', carrier: 'ABFS', lines, cartons: [{ sscc }] },
      },
      { type: 'ShipmentShorted', data: { shortageId: confirmationId, lines: [{ qty: '3', cause: '07' }] } },
    ]);
    expect(await stockAt(world, bu, '3PL-SOUTH', 'BRG-6204')).toMatchObject({
      allocated: 0n,
      sellable: 0n,
      onHand: 3n,
    });
    expect([stuck, world.problems]).toEqual([[], []]);
  });

  test('that is split tells of its part, and the last one of what is short', async () => {
    await released();
    await send([advice('1', 'A', w12('BP', 10, 4)), advice('1', 'B', w12('CP', 10, 5))]);
    await takeAll();
    expect(await shipmentEvents()).toMatchObject([
      { type: 'ShipmentConfirmed', data: { lines: [{ qty: '4' }] } },
      { type: 'ShipmentConfirmed', data: { lines: [{ qty: '5' }] } },
      { type: 'ShipmentShorted', data: { lines: [{ qty: '1', cause: 'CP' }] } },
    ]);
  });

  test('without a number of its own is another one where the carrier has another number', async () => {
    await released();
    const parcel = (tracking: string) => advice('1', '', `N9*CN*${tracking}`, w12('BP', 10, 4));
    await send([parcel('P-1'), parcel('P-2'), parcel('P-1')]);
    await takeAll();
    expect(await shipmentEvents()).toMatchObject([
      { type: 'ShipmentConfirmed', data: { tracking: ['P-1'], lines: [{ qty: '4' }] } },
      { type: 'ShipmentConfirmed', data: { tracking: ['P-2'], lines: [{ qty: '4' }] } },
    ]);
  });

  test('that names a carton or a piece again is what left all the same, in no carton that could be told', async () => {
    await released();
    const carton = ['LX*1', 'MAN*CP*1Z999AA10123456784'];
    await send([
      advice('1', 'A', ...carton, w12('BP', 10, 4), 'N9*SE*S-1'),
      advice('1', 'B', ...carton, w12('BP', 10, 3)),
      advice('1', 'C', 'LX*1', 'MAN*GM*003456789012345670', w12('CC', 3, 3), 'N9*SE*S-1'),
    ]);
    await takeAll();
    const facts = await shipmentEvents();
    expect(facts.map(({ type }) => type)).toEqual(['ItemsPacked', ...Array(3).fill('ShipmentConfirmed')]);
    expect(facts.slice(1)).toMatchObject(['4', '3', '3'].map((qty) => ({ data: { lines: [{ qty }] } })));
    expect(stuck).toEqual([]);
  });

  test('is taken to its end by the next run when one was killed in between', async () => {
    await released();
    await send([advice('1', 'A', 'LX*1', 'MAN*GM*003456789012345670', w12('CP', 10, 6))]);
    for (const step of [1, 2]) {
      let calls = 0;
      const real = world.executor().execute;
      const dying = async (...of: Parameters<typeof real>) => {
        calls += 1;
        if (calls > step) throw new Killed('in between');
        return real(...of);
      };
      Object.assign(world.executor(), { execute: dying });
      await makeInbox().take();
      Object.assign(world.executor(), { execute: real });
    }
    await takeAll();
    expect((await shipmentEvents()).map(({ type }) => type)).toEqual([
      'ItemsPacked',
      'ShipmentConfirmed',
      'ShipmentShorted',
    ]);
  });

  test('with other content under its number is kept for people, and nothing of it counts', async () => {
    await released();
    await send([advice('1', 'A', w12('BP', 10, 4))]);
    await takeAll();
    await send([advice('1', 'A', w12('BP', 10, 5))]);
    await takeAll();
    expect(await shipmentEvents()).toMatchObject([{ type: 'ShipmentConfirmed', data: { lines: [{ qty: '4' }] } }]);
    expect(stuck.at(-1)?.error).toMatchObject({ name: 'BUSINESS_KEY_REUSED' });
  });

  test('of an item that is not known is taken when somebody has said what it is', async () => {
    await released();
    await send([advice('1', 'A', 'W12*CC*1*1**CA**SK*SOUTH-77')]);
    const inbox = makeInbox();
    await inbox.take();
    expect(stuck[0]?.error).toMatchObject({
      message:
        'There is no item SOUTH-77. Map it in cross-reference ITEM of SOUTHSTORE, and the 945 is taken by itself.',
    });
    for (const [kind, entries] of [
      ['ITEM', [{ theirs: 'SOUTH-77', ours: 'BRG-6204' }]],
      ['UOM', [{ theirs: 'CA', ours: 'BX' }]],
    ] as const)
      await must(world.app().defineCrossReference({ bu, partner: 'SOUTHSTORE', kind, entries }, world.as('admin')));
    await takeAll();
    expect(await shipmentEvents()).toMatchObject([
      { type: 'ShipmentConfirmed', data: { lines: [{ item: 'BRG-6204' }] } },
      { type: 'ShipmentOvershipped' },
    ]);
  });

  test('of more than there can be is kept for people, and no read model has to hold it', async () => {
    await released();
    await send([advice('1', 'A', w12('CC', 10, 999_999_999_999_999))]);
    await takeAll();
    expect(stuck).toMatchObject([{ error: { name: 'INVALID' } }]);
    expect(String(stuck[0]?.error)).toContain('is more than a line holds');
    expect(await shipmentEvents()).toEqual([]);
  });

  test('of an order that nobody knows is kept with what to do, and holds up no other', async () => {
    await released();
    const { sets } = await send([advice('77', 'A', w12('CC', 1, 1)), advice('1', 'B', w12('CC', 10, 10))]);
    expect(sets).toMatchObject([{ state: 'ADVICE', shipmentId: null }, { state: 'ADVICE' }]);
    await takeAll();
    expect(stuck).toMatchObject([{ error: { name: 'NOT_UNDERSTOOD' } }]);
    expect(String(stuck[0]?.error)).toContain('SOUTHSTORE was sent no 940 77. Ask it which order it shipped');
    expect(await shipmentEvents()).toMatchObject([{ type: 'ShipmentConfirmed' }]);
  });

  test('S-05: of a node that is not the sender’s is rejected, and no shipment hears of it', async () => {
    await released();
    const foreign = advice('1', 'A', w12('CC', 10, 10)).map((one) => one.replace('3PL-SOUTH', 'DC-EAST'));
    expect((await send([foreign])).sets).toMatchObject([
      { state: 'REJECTED', errors: [{ code: 'PARTNER_SCOPE', segment: 'N1', segmentNo: 3, elementNo: 4 }] },
    ]);
    await takeAll();
    expect(await shipmentEvents()).toEqual([]);
  });

  test('of a partner that is no warehouse is rejected', async () => {
    await released();
    const { warehouse: _, ...customer } = warehouse();
    await must(world.app().definePartner(customer, world.as('admin')));
    expect((await send([advice('1', 'A', w12('CC', 10, 10))])).sets).toMatchObject([
      { state: 'REJECTED', errors: [{ code: 'PARTNER_SCOPE', segment: 'W06' }] },
    ]);
  });
});
