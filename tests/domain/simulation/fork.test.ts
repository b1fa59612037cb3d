import { serialize } from 'node:v8';
import { describe, expect, test } from '@jest/globals';
import { schemaVersionOf, toDomain } from '../../../commands/codec.ts';
import type { Position, StreamName } from '../../../domain/eventLog.ts';
import type { RecordedDomainEvent } from '../../../domain/events.ts';
import { demoBusinessUnit, demoItems, demoNodes } from '../../../domain/masterData/demo.ts';
import { createFork, type ForkLimits } from '../../../domain/simulation/fork.ts';
import type { SimulatedPolicy } from '../../../domain/simulation/policy.ts';
import { settle } from '../../../domain/simulation/settle.ts';
import { applied, emptyWorld, stockAt } from '../../../domain/simulation/world.ts';
import type { StockEvent } from '../../../domain/stock/events.ts';
import { recorded } from '../../commands/recorded.ts';

type Said = { readonly stream: string; readonly type: string; readonly data: object };

const bu = 'ACME';
const node = 'DC-EAST';
const [bearing, motor] = ['BRG-6204', 'MOTOR-1HP'];
const at = '2026-11-23T15:00:00.000Z';

const ofStock = (type: string, item: string, data: object): Said => ({
  ...{ stream: `stock-${bu}.${node}.${item}`, type },
  data: { bu, node, item, ...data },
});
const ofOrder = (type: string, orderId: string, data: object): Said => ({
  ...{ stream: `order-${bu}.${orderId}`, type },
  data: { orderId, bu, ...data },
});
const worth = { unitCost: '6.00', cost: '3600', currency: 'USD' };

let receipts = 0;
const receive = (qty: string, item = bearing): Said => {
  receipts += 1;
  return ofStock('StockReceived', item, { reference: `R${receipts}`, qty, status: 'SELLABLE', unitCost: '6.00' });
};
const withhold = (qty: string, item: string): Said => ofStock('SafetyStockSet', item, { qty });
const accept = (orderId: string, qty: string, item = bearing): Said =>
  ofOrder('OrderAccepted', orderId, {
    ...{ channel: 'portal', customerPo: orderId, soldTo: 'C-1001', billTo: 'C-1001', currency: 'USD' },
    ...{ shipTo: { id: 'MAIN', region: 'US-CA' }, requestedDate: '2026-12-01', shipComplete: false, allowSplit: true },
    ...{ charges: [], acceptedTotal: '0', acceptedAt: at },
    lines: [{ lineId: '10', item, baseUom: 'EA', qty, unitPrice: '189.00', discounts: [] }],
  });
const reserve = (orderId: string, qty: string, item = bearing): Said =>
  ofStock('StockReserved', item, {
    ...{ orderId, lineId: '10', reservationId: `res-${orderId}`, qty, needDate: '2026-12-01', kind: 'SOFT' },
    ...{ purpose: 'ORDER', cause: 'REQUEST', expiresAt: null },
  });
const issue = (orderId: string, qty: string, item = bearing): Said =>
  ofStock('StockIssued', item, {
    ...{ orderId, lineId: '10', reservationId: `res-${orderId}`, qty, fromReservation: qty, lots: [], serials: [] },
    ...{ shipmentId: `S-${orderId}`, confirmationId: 'C1', costMethod: 'MOVING_AVERAGE', ...worth },
  });
const voided = (orderId: string, qty: string): readonly Said[] => [
  {
    ...{ stream: `shipment-${bu}.S-${orderId}`, type: 'ShipmentVoided' },
    data: {
      ...{ shipmentId: `S-${orderId}`, orderId, bu, node, reason: 'WRONG', currency: 'USD', confirmationIds: ['C1'] },
      lines: [{ lineId: '10', item: bearing, qty, confirmationId: 'C1' }],
    },
  },
  ofStock('StockReinstated', bearing, { shipmentId: `S-${orderId}`, lineId: '10:C1:0', qty, ...worth }),
];
const toSupplier = (orderId: string, qty: string): Said => ({
  ...{ stream: `allocation-${bu}.${orderId}`, type: 'LineRoutedToDropShip' },
  data: { orderId, bu, supplier: 'SUP-NORD', lineId: '10', item: motor, qty, shipDate: '2026-12-14' },
});
const close = (orderId: string): Said => ofOrder('OrderClosed', orderId, { soldTo: 'C-1001' });

const definitions: readonly Said[] = [
  { stream: `bu-${bu}.profile`, type: 'BusinessUnitDefined', data: { ...demoBusinessUnit, version: 1 } },
  ...demoNodes.map((one) => ({ stream: `node-${bu}.${one.node}`, type: 'NodeDefined', data: { ...one, version: 1 } })),
  ...demoItems.map((one) => ({ stream: `item-${bu}.${one.item}`, type: 'ItemDefined', data: { ...one, version: 1 } })),
];

const logOf = (said: readonly Said[]): readonly RecordedDomainEvent[] =>
  said.map(({ stream, type, data }, index) =>
    toDomain({
      ...recorded(type, schemaVersionOf(type), data),
      ...{ stream: stream as StreamName, recordedAt: at, position: String(index + 1).padStart(20, '0') as Position },
    }),
  );

const withheld = (qty: string): SimulatedPolicy => ({ kind: 'SAFETY_STOCK', rules: [{ node, qty }] });

const run = (policy: SimulatedPolicy, said: readonly Said[], limits?: ForkLimits) => {
  const range = { kind: 'POSITIONS', after: '0', through: '9' } as const;
  const fork = createFork(bu, range, policy, limits);
  for (const event of logOf([...definitions, ...said])) Array.from(fork.take(event));
  const { figures } = fork.result();
  const of = (side: 'logged' | 'baseline' | 'fork') =>
    Object.fromEntries(figures.map((one) => [one.figure, one[side].value]));
  return { logged: of('logged'), baseline: of('baseline'), fork: of('fork') };
};

describe('goods of a line that another policy serves in another way', () => {
  test('stay where they are when a supplier delivers it instead', () => {
    const both = ['O1', 'O2'].flatMap((orderId) => [
      receive('6', motor),
      accept(orderId, '6', motor),
      reserve(orderId, '6', motor),
      issue(orderId, '6', motor),
    ]);
    const found = run(withheld('6'), both);
    expect(found.baseline).toEqual(found.logged);
    expect(found.baseline).toMatchObject({ unitsReserved: '12', unitsDropShipped: '0' });
    // What the first order left on the shelf is above what is withheld.
    expect(found.fork).toMatchObject({ unitsReserved: '6', unitsDropShipped: '6', linesInFull: '2' });
  });

  test('do not come back of a shipment that it never sent', () => {
    const first = [receive('6'), accept('O1', '6'), reserve('O1', '6'), issue('O1', '6'), ...voided('O1', '6')];
    expect(run(withheld('6'), first).fork).toMatchObject({ unitsOpen: '6' });
    const second = [receive('6'), accept('O2', '6')];
    const found = run(withheld('6'), [...first, ...second]);
    expect(found.baseline).toMatchObject({ unitsOpen: '0' });
    expect(found.fork).toMatchObject({ unitsOpen: '6', linesInFull: '1' });
  });
});

describe('what a run keeps', () => {
  const oneAtOnce: ForkLimits = { tidyEvery: 1, openLinesMax: 1 };
  const orders = ['O1', 'O2', 'O3'];

  test('is no order that is over, also when its goods left later than in the log', () => {
    const said = orders.flatMap((orderId) => [
      ...[receive('6'), accept(orderId, '6'), reserve(orderId, '6'), issue(orderId, '6')],
      close(orderId),
    ]);
    const found = run(withheld('6'), [...said, receive('6')], oneAtOnce);
    expect(found.fork).toMatchObject({ orders: '3', linesInFull: '3', fillRateLines: '0.00' });
  });

  test('is no order that stock served here and a supplier in the log', () => {
    const said = orders.flatMap((orderId) => [accept(orderId, '2', motor), toSupplier(orderId, '2'), close(orderId)]);
    const found = run(withheld('0'), [receive('6', motor), withhold('6', motor), ...said], oneAtOnce);
    expect(found.logged).toMatchObject({ unitsDropShipped: '6', shipments: '0' });
    expect(found.fork).toMatchObject({ unitsDropShipped: '0', unitsReserved: '6', shipments: '3' });
  });

  test('does not grow with what happened at a stock position', () => {
    const world = emptyWorld(bu);
    const sizeAfter = (count: number): number => {
      for (const event of logOf(Array.from({ length: count }, () => receive('1'))))
        applied(world, event as unknown as StockEvent);
      return serialize(stockAt(world, { node, item: bearing })).byteLength;
    };
    const first = sizeAfter(1);
    expect(sizeAfter(1_000)).toBeLessThan(first + 100);
  });
});

test('as many positions as there are may have something to offer at once', () => {
  const world = emptyWorld(bu);
  for (let one = 0; one < 150_000; one += 1) world.tasks.push({ kind: 'OFFER', node, item: `I${one}` });
  const turns = [...settle(world)];
  expect(world.tasks).toEqual([]);
  // And who else waits has a turn now and then.
  expect(turns.length).toBeGreaterThan(100);
});
