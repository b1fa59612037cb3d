import { describe, expect, test } from '@jest/globals';
import { usualLateSupply } from '../../../domain/availability/lateSupply.ts';
import type { DataOf, EventType, RecordedDomainEvent } from '../../../domain/events.ts';
import type { SimulationResult } from '../../../domain/simulation/comparison.ts';
import type { FigureName } from '../../../domain/simulation/figures.ts';
import { createFork } from '../../../domain/simulation/fork.ts';
import type { SimulatedPolicy } from '../../../domain/simulation/policy.ts';
import { createMemoryLog } from '../../projections/memoryLog.ts';

const bu = 'ACME';
const place = { bu, node: 'DC-EAST', item: 'BRG-6204' };
const stock = 'stock-ACME.DC-EAST.BRG-6204';
const currency = 'USD';

type Told = readonly RecordedDomainEvent[];

/** A log whose events were recorded on days that the test says, at three in the afternoon. */
const diary = () => {
  const log = createMemoryLog();
  const events: RecordedDomainEvent[] = [];
  const on =
    (day: string) =>
    <T extends EventType>(stream: string, type: T, data: DataOf<T>): void => {
      events.push({ ...log.append(stream, type, data), recordedAt: `${day}T15:00:00.000Z` });
    };
  return { events, on };
};

/** Ten are there and withheld, ten more are to come on the 10th. */
const opening = (on: ReturnType<typeof diary>['on']): void => {
  const tell = on('2026-03-02');
  tell('node-ACME.DC-EAST', 'NodeDefined', {
    ...{ bu, version: 1, node: 'DC-EAST', name: 'East', kind: 'DC', priority: 1, region: 'EAST', timeZone: 'UTC' },
    ...{ cutOff: '17:00', workingDays: [1, 2, 3, 4, 5, 6, 7], handlingDays: 0, transitDays: 1, inboundDays: 0 },
    active: true,
  });
  tell(stock, 'SafetyStockSet', { ...place, qty: '10' });
  tell(stock, 'StockReceived', {
    ...place,
    reference: 'R1',
    qty: '10',
    status: 'SELLABLE',
    unitCost: '6.00',
    currency,
  });
  tell(stock, 'SupplyExpected', { ...place, supplyId: 'PO-1', type: 'PO', qty: '10', availableDate: '2026-03-10' });
};

const line = { orderId: 'O-1', bu, lineId: '10', item: 'BRG-6204' };

/** An order for four that waits for what is to come, as the product records it; it is `expected` on a day. */
const order = (on: ReturnType<typeof diary>['on'], expected: string): void => {
  const tell = on('2026-03-02');
  const acceptedAt = '2026-03-02T15:00:00.000Z';
  const { orderId } = line;
  tell('order-ACME.O-1', 'OrderAccepted', {
    ...{
      orderId,
      bu,
      channel: 'portal',
      customerPo: 'PO-1',
      soldTo: 'C-1',
      billTo: 'C-1',
      shipTo: { id: 'MAIN' },
      currency,
    },
    ...{
      requestedDate: '2026-03-09',
      shipComplete: false,
      allowSplit: true,
      charges: [],
      acceptedTotal: '0',
      acceptedAt,
    },
    lines: [{ lineId: '10', item: 'BRG-6204', baseUom: 'EA', qty: '4', unitPrice: '12.50', discounts: [] }],
  });
  tell('allocation-ACME.O-1', 'SourcingDecided', {
    ...{ ...line, decisionId: 'd', demand: '4', picks: [], shortage: '4', candidates: [], policyVersion: 1 },
    ...{ promisedDate: expected, explanation: [] },
  });
  const waits = { qty: '4', node: 'DC-EAST', reason: 'SHORT', expectedDate: expected, shipDate: expected };
  tell('allocation-ACME.O-1', 'LineBackordered', { ...line, ...waits });
  const queued = { orderId, lineId: '10', qty: '4', needDate: '2026-03-09', acceptedAt, whole: false };
  tell(stock, 'BackorderQueued', { ...place, ...queued });
};

/** The supply slips on the 5th, and the customer is told of another day. */
const slip = (on: ReturnType<typeof diary>['on'], to: string, from = '2026-03-10'): void => {
  const tell = on('2026-03-05');
  tell(stock, 'SupplyRescheduled', { ...place, supplyId: 'PO-1', type: 'PO', qty: '10', availableDate: to });
  const promise = { expectedBefore: from, expectedDate: to, shipDate: to, cause: 'SUPPLY_RESCHEDULED' } as const;
  tell('allocation-ACME.O-1', 'PromiseChanged', { ...line, node: 'DC-EAST', qty: '4', ...promise, supplyId: 'PO-1' });
};

/** It comes, and goods of the order leave on the same day. */
const arrive = (on: ReturnType<typeof diary>['on'], day: string): void => {
  const tell = on(day);
  const { orderId } = line;
  const received = {
    reference: 'R2',
    qty: '10',
    status: 'SELLABLE',
    supplyId: 'PO-1',
    unitCost: '6.00',
    currency,
  } as const;
  tell(stock, 'StockReceived', { ...place, ...received });
  const reserved = {
    orderId,
    lineId: '10',
    reservationId: 'bo-1',
    qty: '4',
    needDate: '2026-03-09',
    kind: 'SOFT',
  } as const;
  tell(stock, 'StockReserved', { ...place, ...reserved, purpose: 'ORDER', cause: 'BACKORDER', expiresAt: null });
  const left = { orderId, shipmentId: 'S-1', confirmationId: 'C-1', lineId: '10', reservationId: 'bo-1', qty: '4' };
  const worth = { lots: [], serials: [], unitCost: '6.00', cost: '2400', currency };
  tell(stock, 'StockIssued', { ...place, ...left, ...worth, costMethod: 'STANDARD', fromReservation: '4' });
  const shipped = {
    lineId: '10',
    shipmentLineId: '10',
    item: 'BRG-6204',
    reservationId: 'bo-1',
    qty: '4',
    excess: '0',
  };
  tell('shipment-ACME.S-1', 'ShipmentConfirmed', {
    ...{ orderId, bu, shipmentId: 'S-1', node: 'DC-EAST', confirmationId: 'C-1', contentSha256: 'c', releaseId: 'L' },
    ...{ soldTo: 'C-1', shippedAt: `${day}T16:00:00.000Z`, tracking: [], currency },
    lines: [{ ...shipped, lots: [], serials: [], unitCost: '6.00', cost: '2400' }],
  });
};

/** Promised for the 10th, told on the 5th that it will be the 14th, and gone on the 14th. */
const lateOrder = (): Told => {
  const { events, on } = diary();
  opening(on);
  order(on, '2026-03-10');
  slip(on, '2026-03-14');
  arrive(on, '2026-03-14');
  return events;
};

const simulate = (events: Told, policy: SimulatedPolicy): SimulationResult => {
  const fork = createFork(bu, { kind: 'POSITIONS', after: '0', through: events.at(-1)?.position ?? '' }, policy);
  for (const event of events) Array.from(fork.take(event));
  return fork.result();
};

const late = (rules: Partial<typeof usualLateSupply>): SimulatedPolicy => ({ kind: 'LATE_SUPPLY', ...rules });

/** As it was, decided again, and decided with the other policy. */
const told = ({ figures }: SimulationResult, name: FigureName) => {
  const one = figures.find(({ figure }) => figure === name);
  return [one?.logged.value, one?.baseline.value, one?.fork.value];
};

describe('E-04 the share of lines that left by the day that was promised first', () => {
  test('is what it was with the same policy, and so is everything else', () => {
    const found = simulate(lateOrder(), late(usualLateSupply));
    expect(told(found, 'promiseKeptRate')).toEqual(['0.00', '0.00', '0.00']);
    expect(told(found, 'promiseDays')).toEqual(['8.00', '8.00', '8.00']);
    for (const { figure, logged, baseline, fork } of found.figures) {
      expect({ figure, ...fork }).toEqual({ figure, ...baseline });
      expect({ figure, ...baseline }).toEqual({ figure, ...logged });
    }
    expect(found.linesDiffering).toBe(0);
  });

  test('rises with days of cushion, which costs a later promise and nothing that is modelled', () => {
    const short = simulate(lateOrder(), late({ cushionDays: 3 }));
    expect(told(short, 'promiseKeptRate')).toEqual(['0.00', '0.00', '0.00']);
    const enough = simulate(lateOrder(), late({ cushionDays: 4 }));
    expect(told(enough, 'promiseKeptRate')).toEqual(['0.00', '0.00', '100.00']);
    expect(told(enough, 'promiseDays')).toEqual(['8.00', '8.00', '12.00']);
    expect(enough.figures.filter(({ fork }) => fork.modelled > 0)).toEqual([]);
  });

  test('rises when late lines may take what is withheld, by the same promise; their goods left otherwise than in the log', () => {
    const found = simulate(lateOrder(), late({ lateLines: 'USE_SAFETY_STOCK' }));
    expect(told(found, 'promiseKeptRate')).toEqual(['0.00', '0.00', '100.00']);
    expect(told(found, 'promiseDays')).toEqual(['8.00', '8.00', '8.00']);
    expect(found.figures.find(({ figure }) => figure === 'promiseKeptRate')?.fork.modelled).toBe(1);
  });

  test('stays where the delay is tolerated, or more is wanted than is withheld', () => {
    const tolerant = late({ lateLines: 'USE_SAFETY_STOCK', toleranceDays: 4 });
    expect(told(simulate(lateOrder(), tolerant), 'promiseKeptRate')).toEqual(['0.00', '0.00', '0.00']);
    const small = lateOrder().map((event) =>
      event.type === 'SafetyStockSet' || event.type === 'StockReceived'
        ? ({
            ...event,
            data: { ...event.data, qty: event.data.qty === '10' && event.revision < 2 ? '3' : '10' },
          } as never)
        : event,
    );
    expect(told(simulate(small, late({ lateLines: 'USE_SAFETY_STOCK' })), 'promiseKeptRate')[2]).toBe('0.00');
  });

  test('is by the versions that were in force when nothing is replaced', () => {
    const { events, on } = diary();
    opening(on);
    const published = { version: 1, ...usualLateSupply, cushionDays: 4, contentSha256: 'c' };
    on('2026-03-02')('policy-ACME.latesupply', 'LateSupplyPublished', { bu, ...published });
    order(on, '2026-03-14');
    slip(on, '2026-03-18', '2026-03-14');
    arrive(on, '2026-03-14');
    const found = simulate(events, late({ cushionDays: 0 }));
    expect(told(found, 'promiseKeptRate')).toEqual(['100.00', '100.00', '0.00']);
    expect(told(found, 'promiseDays')).toEqual(['12.00', '12.00', '8.00']);
  });

  test('leaves out orders of which nobody can say yet, and counts those that are overdue', () => {
    const { events, on } = diary();
    opening(on);
    order(on, '2026-03-10');
    slip(on, '2026-03-14');
    expect(
      simulate(events, late(usualLateSupply)).figures.find(({ figure }) => figure === 'promiseKeptRate'),
    ).toMatchObject({
      logged: { rows: 0 },
      fork: { rows: 0 },
    });
    on('2026-03-11')(stock, 'SafetyStockSet', { ...place, qty: '11' });
    expect(told(simulate(events, late(usualLateSupply)), 'promiseKeptRate')).toEqual(['0.00', '0.00', '0.00']);
  });
});
