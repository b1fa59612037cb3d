import { describe, expect, test } from '@jest/globals';
import { backorderRelease } from '../../../domain/orderToCash/backorder.ts';
import { creditRecheck } from '../../../domain/orderToCash/creditRecheck.ts';
import { glExport } from '../../../domain/orderToCash/glExport.ts';
import { nodeReopening } from '../../../domain/orderToCash/nodeReopening.ts';
import { overcommitmentRepair } from '../../../domain/orderToCash/overcommitment.ts';
import { periodClose } from '../../../domain/orderToCash/periodClose.ts';
import { withoutNode } from '../../../domain/orderToCash/withoutNode.ts';
import { feed, freed, held, recorded } from './samples.ts';

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
    expect(run(queued('A', 1), cancelled()).intents).toMatchObject([{ payload: { cause: 'SUPPLY_CANCELLED' } }]);
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

describe('S-19 orders that wait for credit', () => {
  const run = (...events: Parameters<typeof feed>[1]) => feed(creditRecheck, events);
  const account = { customer: 'C-1001', currency: 'USD' };
  const refused = (orderId: string) => recorded('CreditRefused', { ...account, orderId });
  const heldFor = (orderId: string) =>
    recorded('OrderHeld', { orderId, holdId: `H-${orderId}`, type: 'CREDIT', soldTo: 'C-1001' });
  const raised = () => recorded('CreditLimitSet', { ...account, limit: '1' });

  test('are checked again, oldest first, when the limit is raised or exposure falls', () => {
    const { last } = run(refused('A'), heldFor('A'), refused('B'), heldFor('B'), raised());
    expect(last).toMatchObject([
      {
        step: 'recheckCredit',
        lane: 'credit:ACME:C-1001',
        payload: { orders: [{ orderId: 'A', holdId: 'H-A' }, { orderId: 'B' }] },
      },
    ]);
    expect(run(refused('A'), heldFor('A'), recorded('CreditReleased', account)).steps).toEqual(['recheckCredit']);
    expect(run(refused('A'), heldFor('A'), recorded('ExposureSynchronised', account)).steps).toEqual(['recheckCredit']);
    expect(run(raised()).issued).toEqual([]);
  });

  test('are checked again although headroom came between the refusal and its hold', () => {
    expect(run(refused('A'), raised()).steps).toEqual([]);
    expect(run(refused('A'), raised(), heldFor('A')).last).toMatchObject([{ payload: { orders: [{ orderId: 'A' }] } }]);
    expect(run(refused('A'), heldFor('A')).steps).toEqual([]);
  });

  test('are forgotten when they are granted, released or closed', () => {
    const gone = [
      recorded('CreditReserved', { ...account, orderId: 'A' }),
      recorded('OrderHoldReleased', { orderId: 'A', type: 'CREDIT', soldTo: 'C-1001' }),
      recorded('OrderClosed', { orderId: 'A', soldTo: 'C-1001' }),
    ];
    for (const event of gone) {
      const before = run(refused('A'), heldFor('A')).state;
      const after = feed(creditRecheck, [{ ...event, position: `8${event.position.slice(1)}` as never }], before).state;
      expect(feed(creditRecheck, [{ ...raised(), position: '90000000000000000000' as never }], after).steps).toEqual(
        [],
      );
    }
  });

  test('other holds mean nothing here', () => {
    expect(creditRecheck.keyOf(held('H', 'MANUAL'))).toBeUndefined();
    expect(creditRecheck.keyOf(freed('H', 'MANUAL'))).toBeUndefined();
    expect(creditRecheck.keyOf(raised())).toBe('ACME:C-1001');
  });
});

describe('S-16 a sealed batch', () => {
  const batch = { batchId: 'PRIMARY-202611-0001', ledger: 'PRIMARY' };
  const journals = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ journalId: `J${index}`, erpDocument: 'D' }));

  test('is exported, its outcomes are collected, and each invoice is told', () => {
    const { intents } = feed(glExport, [
      recorded('GlBatchSealed', batch),
      recorded('GlBatchExported', batch),
      recorded('GlBatchAcknowledged', { ...batch, journals: journals(401) }),
    ]);
    expect(intents.map(({ step, payload }) => [step, payload.from, payload.to])).toEqual([
      ['exportBatch', undefined, undefined],
      ['simulateBatch', undefined, undefined],
      ['collectOutcomes', undefined, undefined],
      ['recordPosting', 0, 200],
      ['recordPosting', 200, 400],
      ['recordPosting', 400, 401],
    ]);
    expect(new Set(intents.map((intent) => intent.intentId)).size).toBe(6);
    // Nothing that the shadow waits for holds up the ERP of record.
    expect(intents[1]?.lane).not.toBe(intents[0]?.lane);
  });

  test('with refused journals tells their invoices too', () => {
    const rejected = recorded('GlEntriesRejected', { ...batch, journals: [{ journalId: 'J', code: 'X', detail: '' }] });
    expect(feed(glExport, [rejected]).last).toMatchObject([
      { step: 'recordPosting', payload: { outcome: 'REJECTED', outcomeRevision: rejected.revision } },
    ]);
  });
});

describe('stock that is promised beyond what is there', () => {
  test("takes soft reservations back; hard ones are the warehouse's to report", () => {
    const reservation = (reservationId: string, kind: 'SOFT' | 'HARD') => ({
      orderId: 'A',
      lineId: '10',
      reservationId,
      qty: '1',
      kind,
    });
    const event = (...reservations: readonly ReturnType<typeof reservation>[]) =>
      recorded('StockOvercommitted', { ...place, deficit: '2', reservations });
    expect(feed(overcommitmentRepair, [event(reservation('S', 'SOFT'), reservation('H', 'HARD'))]).last).toMatchObject([
      { step: 'giveUpReservations', payload: { reservations: [{ reservationId: 'S' }] } },
    ]);
    expect(feed(overcommitmentRepair, [event(reservation('H', 'HARD'))]).issued).toEqual([]);
  });
});

describe('B-06: a node', () => {
  const defined = (active: boolean, more: object = {}) =>
    recorded('NodeDefined', { node: 'DC-WEST', kind: 'DC', active, workingDays: [1, 2, 3, 4, 5], ...more });
  const run = (...events: Parameters<typeof feed>[1]) => feed(nodeReopening, events);

  test('that supplies again offers what it has, once, and names the place that tells of it', () => {
    const before = [defined(true), defined(false), defined(false, { name: 'West' })];
    const again = defined(true);
    const { intents } = run(...before, again, defined(true));
    const payload = { bu: 'ACME', node: 'DC-WEST', definedAt: again.position };
    expect(intents).toMatchObject([{ step: 'offerStock', lane: 'reopening:ACME:DC-WEST', payload }]);
  });

  test('that never worked supplies when it has working days, and a supplier’s never does', () => {
    expect(run(defined(true, { workingDays: [] }), defined(true)).intents).toHaveLength(1);
    expect(run(defined(false), defined(true, { kind: 'SUPPLIER' })).intents).toEqual([]);
  });

  test('that is open from its first day writes nothing', () => {
    expect(run(defined(true), defined(true, { priority: 7 })).issued).toEqual([]);
  });
});

describe('B-06: an order that no node could supply', () => {
  const ordinal = (n: number) => String(n).padStart(5, '0');
  const node = (name: string, active: boolean) =>
    recorded('NodeDefined', { node: name, kind: 'DC', active, workingDays: [1, 2, 3, 4, 5] });
  const candidate = (rejectedBy: string | null) => ({ node: 'DC-WEST', priority: 1, available: '0', rejectedBy });
  const decided = (orderId: string, rejectedBy: string | null = 'NODE_INACTIVE', more: object = {}) =>
    recorded('SourcingDecided', { orderId, shortage: '5', candidates: [candidate(rejectedBy)], ...more });
  const run = (...events: Parameters<typeof feed>[1]) => feed(withoutNode, events);
  const open = () => node('DC-WEST', true);

  test('is sourced again when a node opens, once, the oldest first', () => {
    const closed = [node('DC-WEST', true), node('DC-WEST', false)];
    const { intents } = run(...closed, decided('B'), decided('A'), decided('A'), node('DC-EAST', true), open());
    expect(intents).toMatchObject([{ step: 'sourceAgain', lane: 'sourcing:ACME', payload: { orders: ['A', 'B'] } }]);
  });

  test('is sourced again at once when its decision did not know of a node that is open, once for all its lines', () => {
    const before = open();
    const lines = [
      decided('A', 'NODE_INACTIVE', { decisionId: 'D' }),
      decided('A', 'SUPPLIER_NODE', { decisionId: 'D' }),
    ];
    expect(run(before, ...lines).intents).toMatchObject([{ step: 'sourceAgain', payload: { orders: ['A'] } }]);
  });

  test('is none of those that wait in a queue, or are supplied', () => {
    expect(
      run(decided('A', 'NO_STOCK'), decided('A', null), decided('A', 'NODE_INACTIVE', { shortage: '0' })).issued,
    ).toEqual([]);
    expect(run(decided('A', null, { candidates: [] }), open()).intents).toHaveLength(1);
  });

  test('waits while nodes that cannot supply are defined', () => {
    const supplier = recorded('NodeDefined', { node: 'SUP', kind: 'SUPPLIER', active: true, workingDays: [1] });
    expect(run(decided('A'), node('DC-WEST', false), supplier).intents).toEqual([]);
  });

  test('is one of ten thousand at most for one definition, in appends of few; the next one goes on', () => {
    let { state } = feed(
      withoutNode,
      Array.from({ length: 10_001 }, (_, n) => decided(ordinal(n))),
    );
    const first = feed(withoutNode, [open()], state);
    expect(first.intents).toHaveLength(25);
    expect(first.intents[0]?.payload).toMatchObject({ orders: { length: 400 } });
    state = first.state;
    expect(feed(withoutNode, [open()], state).last).toMatchObject([{ payload: { orders: ['10000'] } }]);
  });
});

describe('a period', () => {
  const softClosed = (period: string) => recorded('PeriodSoftClosed', { bu: 'ACME', ledger: 'PRIMARY', period });

  test('is accrued each time it is soft-closed, with everything that was known then', () => {
    const [first, again] = [softClosed('202611'), softClosed('202611')];
    const { issued } = feed(periodClose, [first, again]);
    expect(issued.flatMap(({ intents }) => intents)).toMatchObject(
      [first, again].map(({ position }) => ({
        ...{ step: 'recordAccruals', lane: 'period:ACME:PRIMARY:202611' },
        payload: { bu: 'ACME', ledger: 'PRIMARY', period: '202611', softClosedAt: position },
      })),
    );
  });
});
