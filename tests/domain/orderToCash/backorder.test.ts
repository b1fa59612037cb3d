import { describe, expect, test } from '@jest/globals';
import { backorderRelease } from '../../../domain/orderToCash/backorder.ts';
import { feed, recorded } from './samples.ts';

const place = { node: 'DC-EAST', item: 'BRG-6204' };
const queued = (orderId: string, minute: number, qty = '3', more: object = {}) =>
  recorded('BackorderQueued', {
    ...place,
    orderId,
    lineId: '10',
    qty,
    needDate: '2026-12-01',
    acceptedAt: `2026-11-24T10:0${minute}:00.000Z`,
    whole: false,
    ...more,
  });
const receivedAt = (node: string, status: 'SELLABLE' | 'DAMAGED' = 'SELLABLE') =>
  recorded('StockReceived', { ...place, node, qty: '5', status });

describe('B-09 backorders of one item', () => {
  const run = (...events: Parameters<typeof feed>[1]) => feed(backorderRelease, events);

  test('are offered stock that arrives at another node, in order of acceptance', () => {
    const { intents } = run(queued('LATE', 9), queued('EARLY', 1), receivedAt('DC-WEST'));
    expect(intents).toMatchObject([
      {
        step: 'moveBackorder',
        lane: 'backorder:ACME:BRG-6204',
        payload: { toNode: 'DC-WEST', lines: [{ orderId: 'EARLY', node: 'DC-EAST', qty: '3' }, { orderId: 'LATE' }] },
      },
    ]);
  });

  test('are left to their own position for stock that arrives there, and for goods that cannot be sold', () => {
    expect(run(queued('A', 1), receivedAt('DC-EAST')).intents).toEqual([]);
    expect(run(queued('A', 1), receivedAt('DC-WEST', 'DAMAGED')).intents).toEqual([]);
    expect(run(receivedAt('DC-WEST')).issued).toEqual([]);
  });

  test('are offered what a node that was opened again says that it has, and whoever moves them must know of it', () => {
    const waiting = [queued('A', 1), queued('B', 2, '3', { held: true })];
    const offered = recorded('StockOffered', { ...place, node: 'DC-WEST', cause: 'NODE_REOPENED' });
    const { intents } = run(...waiting, offered);
    expect(intents).toMatchObject([
      { step: 'moveBackorder', payload: { toNode: 'DC-WEST', definedAt: offered.position } },
      { step: 'tryTogether', payload: { orderId: 'B', definedAt: offered.position } },
    ]);
  });

  test('that were filled or withdrawn wait no longer, partly or wholly', () => {
    const filled = (qty: string) =>
      recorded('StockReserved', { ...place, orderId: 'A', lineId: '10', qty, cause: 'BACKORDER' });
    expect(run(queued('A', 1), filled('2'), receivedAt('DC-WEST')).intents).toMatchObject([
      { payload: { lines: [{ qty: '1' }] } },
    ]);
    expect(run(queued('A', 1), filled('3'), receivedAt('DC-WEST')).intents).toEqual([]);
    const withdrawn = () => recorded('BackorderWithdrawn', { ...place, orderId: 'A', lineId: '10', qty: '3' });
    expect(run(queued('A', 1), withdrawn(), receivedAt('DC-WEST')).intents).toEqual([]);
  });

  test('that are queued again keep their place', () => {
    const { intents } = run(queued('A', 1), queued('B', 2), queued('A', 9), receivedAt('DC-WEST'));
    expect(intents).toMatchObject([{ payload: { lines: [{ orderId: 'A', qty: '6' }, { orderId: 'B' }] } }]);
  });

  test.each([
    recorded('ReservationReleased', { ...place, node: 'DC-WEST' }),
    recorded('StockAdjusted', { ...place, node: 'DC-WEST', qty: '1', status: 'SELLABLE' }),
    recorded('StockStatusChanged', { ...place, node: 'DC-WEST', to: 'SELLABLE' }),
    recorded('StockReinstated', { ...place, node: 'DC-WEST' }),
  ])('hear of everything that frees stock: $type', (event) => {
    const before = run(queued('A', 1)).state;
    expect(
      feed(backorderRelease, [{ ...event, position: `9${event.position.slice(1)}` as never }], before).steps,
    ).toEqual(['moveBackorder']);
  });

  test('are promised anew when what is to come of the item changes, wherever, and only while somebody waits', () => {
    const about = { ...place, node: 'DC-WEST', supplyId: 'PO-1', qty: '9', availableDate: '2026-12-10' };
    const rescheduled = () => recorded('SupplyRescheduled', { ...about, type: 'PO' });
    expect(run(rescheduled()).issued).toEqual([]);
    expect(
      run(queued('B', 2), queued('A', 1), queued('A', 1, '2', { lineId: '20' }), rescheduled()).intents,
    ).toMatchObject([
      {
        ...{ step: 'repromise', lane: 'repromise:ACME:BRG-6204' },
        payload: { item: 'BRG-6204', supplyId: 'PO-1', cause: 'SUPPLY_RESCHEDULED', orders: ['A', 'B'] },
      },
    ]);
    const cancelled = () => recorded('SupplyCancelled', { ...place, supplyId: 'PO-1', reason: 'NO' });
    const held = queued('A', 1, '3', { held: true });
    expect(run(held, cancelled()).intents).toMatchObject([{ payload: { cause: 'SUPPLY_CANCELLED' } }]);
    const settled = backorderRelease.isSettledBy;
    const received = receivedAt('DC-WEST');
    expect([
      settled(rescheduled(), cancelled()),
      settled(rescheduled(), received),
      settled(received, rescheduled()),
    ]).toEqual([...[true, false, false]]);
  });

  test('are offered once what comes at one place in a row, and what else changes is heard one by one', () => {
    const [receipt, release] = [receivedAt('DC-WEST'), recorded('ReservationReleased', { ...place, node: 'DC-WEST' })];
    const settled = backorderRelease.isSettledBy;
    expect([settled(receipt, release), settled(release, receipt), settled(receipt, receivedAt('DC-EAST'))]).toEqual([
      ...[true, true, false],
    ]);
    const unsellable = receivedAt('DC-WEST', 'DAMAGED');
    const taken = recorded('StockReserved', { ...place, node: 'DC-WEST', orderId: 'A', cause: 'BACKORDER' });
    const withdrawn = recorded('BackorderWithdrawn', { ...place, node: 'DC-WEST', orderId: 'A', qty: '1' });
    for (const other of [unsellable, taken, withdrawn, queued('A', 1)]) {
      expect([settled(receipt, other), settled(other, receipt)]).toEqual([false, false]);
    }
    const offered = recorded('StockOffered', { ...place, node: 'DC-WEST', cause: 'NODE_REOPENED' });
    // Who takes what a node offers must know that the node is open again.
    expect([settled(receipt, offered), settled(offered, receipt), settled(offered, offered)]).toEqual([
      ...[true, false, true],
    ]);
  });

  test('that are taken together only are not offered part of it: their orders try, wherever they wait', () => {
    const held = (orderId: string, minute: number) => queued(orderId, minute, '3', { held: true, whole: true });
    const waiting = [held('LATE', 9), held('EARLY', 1), queued('OTHER', 2)];
    const tries = [
      { step: 'tryTogether', lane: 'EARLY', payload: { orderId: 'EARLY', bu: 'ACME' } },
      { step: 'tryTogether', lane: 'LATE' },
    ];
    expect(run(...waiting, receivedAt('DC-EAST')).intents).toMatchObject(tries);
    expect(run(...waiting, receivedAt('DC-WEST')).intents).toMatchObject([
      { step: 'moveBackorder', payload: { lines: [{ orderId: 'OTHER' }] } },
      ...tries,
    ]);
  });

  test('that are taken together all get their turn, however many older ones want more than ever comes', () => {
    const names = Array.from({ length: 1_000 }, (_, index) => `O${String(index).padStart(4, '0')}`);
    const waiting = names.map((orderId) => queued(orderId, 1, '3', { held: true, whole: true }));
    const facts = [1, 2, 3, 4].map(() => receivedAt('DC-EAST'));
    const { issued } = run(...waiting, ...facts, receivedAt('DC-EAST'));
    const tried = issued.slice(waiting.length).map(({ intents }) => intents.map(({ lane }) => lane));
    expect(tried.map(({ length }) => length)).toEqual([400, 400, 400, 400, 400]);
    for (const lanes of tried) expect(lanes.slice(0, 200)).toEqual(names.slice(0, 200));
    expect(tried.slice(0, 4).flatMap((lanes) => lanes.slice(200))).toEqual(names.slice(200));
    expect(tried[4]?.slice(200)).toEqual(names.slice(200, 400));
  });

  test('that kept nothing from others free nothing when they leave the queue', () => {
    const held = (orderId: string) => queued(orderId, 1, '3', { held: true, whole: true });
    const left = (orderId: string) => recorded('BackorderWithdrawn', { ...place, orderId, lineId: '10', qty: '3' });
    expect(run(held('A'), held('B'), left('A')).intents).toEqual([]);
    expect(run(queued('A', 1), held('B'), left('A')).intents).toMatchObject([{ step: 'tryTogether', lane: 'B' }]);
  });

  test('a hundred are offered one delivery, and nothing is issued twice', () => {
    const many = Array.from({ length: 120 }, (_, index) => queued(`O${String(index).padStart(3, '0')}`, 1));
    const receipt = receivedAt('DC-WEST');
    const { intents, state } = run(...many, receipt);
    expect(intents).toHaveLength(1);
    expect(intents[0]?.payload.lines).toHaveLength(100);
    expect(feed(backorderRelease, [...many, receipt], state).issued).toEqual([]);
  });
});
