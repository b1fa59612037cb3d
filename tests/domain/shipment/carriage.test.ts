import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ShipmentCommand } from '../../../domain/shipment/commands.ts';
import type { CarrierCode } from '../../../domain/shipment/events.ts';
import { openOf, shipmentStatus } from '../../../domain/shipment/state.ts';
import { confirm, given, left, line, plan, stateAfter, voided } from './samples.ts';

type Of<T extends ShipmentCommand['type']> = Extract<ShipmentCommand, { readonly type: T }>;

const told = (id: string, code: CarrierCode, hour: number, tracking?: string): Of<'RecordTracking'> => ({
  ...{ type: 'RecordTracking', trackingEventId: id, contentSha256: `sha-${id}-${code}`, code },
  at: `2026-03-10T${String(hour).padStart(2, '0')}:00:00.000Z`,
  ...(tracking === undefined ? {} : { tracking }),
});

const delivery = (id: string, hour = 12, proof?: Of<'RecordDelivery'>['proof']): Of<'RecordDelivery'> => ({
  ...{ type: 'RecordDelivery', deliveryId: id, contentSha256: `sha-${id}` },
  deliveredAt: `2026-03-10T${hour}:00:00.000Z`,
  ...(proof === undefined ? {} : { proof }),
});

const shipped = [plan(line('10', '7')), confirm('c1', left('10', '7'))] as const;

const statusAfter = (...history: Parameters<typeof stateAfter>[0]) => {
  const { lines, carriage } = stateAfter(history);
  const progress = lines.map((each) => ({ open: openOf(each), left: each.confirmed, picked: each.picked }));
  return shipmentStatus(progress, carriage);
};

describe('S-15 what the carrier tells', () => {
  test('moves a shipment from confirmed over in transit to delivered', () => {
    const all = [...shipped, told('T1', 'IN_TRANSIT', 8), told('T2', 'DELIVERED', 9)];
    expect([2, 3, 4].map((steps) => statusAfter(...all.slice(0, steps)))).toEqual([
      ...['CONFIRMED', 'IN_TRANSIT', 'DELIVERED'],
    ]);
    given(...all.slice(0, 3))
      .when(told('T2', 'DELIVERED', 9))
      .thenEvents(
        { type: 'CarrierStatusRecorded', data: { code: 'DELIVERED' } },
        {
          type: 'ShipmentDelivered',
          data: { deliveryId: 'T2', deliveredAt: '2026-03-10T09:00:00.000Z', lines: [{ lineId: '10', qty: '7' }] },
        },
      );
  });

  test('counts once, and under its id there is nothing else', () => {
    given(...shipped, told('T1', 'IN_TRANSIT', 8))
      .when(told('T1', 'IN_TRANSIT', 8))
      .thenNothing();
    given(...shipped, told('T1', 'IN_TRANSIT', 8))
      .when(told('T1', 'DELAYED', 8))
      .thenRefused('BUSINESS_KEY_REUSED');
    given(...shipped, delivery('D1'))
      .when(delivery('D1'))
      .thenNothing();
  });

  test('is recorded when it comes late, and moves nothing back', () => {
    const history = [...shipped, told('T2', 'OUT_FOR_DELIVERY', 9)];
    given(...history)
      .when(told('T1', 'IN_TRANSIT', 8))
      .thenEvents({ type: 'CarrierStatusRecorded', data: { code: 'IN_TRANSIT', late: true } });
    expect(statusAfter(...shipped, delivery('D1'), told('T3', 'IN_TRANSIT', 15))).toBe('DELIVERED');
  });

  test('of one parcel is no delivery of the others, and the last of them is when all have arrived', () => {
    const parcels = { ...confirm('c1', left('10', '7')), tracking: ['A', 'B'] };
    const history = [plan(line('10', '7')), parcels, told('T2', 'DELIVERED', 11, 'B')];
    expect(statusAfter(...history)).toBe('IN_TRANSIT');
    given(...history)
      .when(told('T1', 'DELIVERED', 10, 'A'))
      .thenEvents(
        { type: 'CarrierStatusRecorded' },
        {
          type: 'ShipmentDelivered',
          data: { deliveredAt: '2026-03-10T11:00:00.000Z' },
        },
      );
  });

  test('whatever the order it comes in, ends at the same delivery', () => {
    const facts = [told('T1', 'IN_TRANSIT', 8), told('T2', 'OUT_FOR_DELIVERY', 9), told('T3', 'DELIVERED', 10)];
    fc.assert(
      fc.property(fc.shuffledSubarray(facts, { minLength: 3 }), fc.constantFrom(...facts), (order, again) => {
        const { carriage } = stateAfter([...shipped, ...order, again]);
        expect(carriage.deliveredAt).toBe('2026-03-10T10:00:00.000Z');
        expect(statusAfter(...shipped, ...order, again)).toBe('DELIVERED');
      }),
    );
  });
});

describe('a delivery', () => {
  test('may bring its proof later, and keeps its time', () => {
    given(...shipped, delivery('D1'))
      .when(delivery('D2', 14, { reference: 'POD-1' }))
      .thenEvents({ type: 'ShipmentDelivered', data: { deliveryId: 'D2', proof: { reference: 'POD-1' } } });
    expect(stateAfter([...shipped, delivery('D1'), delivery('D2', 14)]).carriage.deliveredAt).toBe(
      '2026-03-10T12:00:00.000Z',
    );
  });

  test('is of what has left, which is not voided any more', () => {
    given(plan(line('10', '7')))
      .when(delivery('D1'))
      .thenRefused('SHIPMENT_NOT_CONFIRMED');
    given(...shipped, delivery('D1'))
      .when(voided)
      .thenRefused('SHIPMENT_DELIVERED');
  });

  test('is over when more leaves after it', () => {
    const more = { ...confirm('c2', left('10', '3')), shippedAt: '2026-03-11T10:00:00.000Z' };
    const history = [plan(line('10', '10')), confirm('c1', left('10', '7')), delivery('D1'), more];
    expect(stateAfter(history).carriage.deliveredAt).toBeNull();
  });
});
