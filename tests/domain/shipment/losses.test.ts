import { describe, expect, test } from '@jest/globals';
import type { ShipmentCommand } from '../../../domain/shipment/commands.ts';
import type { CarrierCode } from '../../../domain/shipment/events.ts';
import { lostOf } from '../../../domain/shipment/lossState.ts';
import { openOf, shipmentStatus } from '../../../domain/shipment/state.ts';
import { confirm, given, left, line, plan, stateAfter, voided } from './samples.ts';

type Of<T extends ShipmentCommand['type']> = Extract<ShipmentCommand, { readonly type: T }>;

const hours = (hour: number): string => `2026-03-10T${String(hour).padStart(2, '0')}:00:00.000Z`;

const told = (id: string, code: CarrierCode, hour: number, tracking?: string): Of<'RecordTracking'> => ({
  ...{ type: 'RecordTracking', trackingEventId: id, contentSha256: `sha-${id}-${code}`, code, at: hours(hour) },
  ...(tracking === undefined ? {} : { tracking }),
});

const loss = (lossId: string, qty?: string, more: Partial<Of<'RecordLoss'>> = {}): Of<'RecordLoss'> => ({
  ...{ type: 'RecordLoss', kind: 'LOST', lossId, contentSha256: `sha-${lossId}`, at: hours(9), liability: 'CARRIER' },
  ...(qty === undefined ? {} : { lines: [{ shipmentLineId: '10', qty }] }),
  ...more,
});

const decided = (lossId: string, outcome: 'RESHIP' | 'CANCEL' = 'RESHIP'): Of<'DecideLoss'> => ({
  ...{ type: 'DecideLoss', lossId, outcome, decidedBy: 'ops-1' },
});

const settle = (lossId: string, billed = '0'): Of<'SettleLoss'> => ({
  ...{ type: 'SettleLoss', lossId },
  billed: billed === '0' ? [] : [{ shipmentLineId: '10', confirmationId: 'c1', qty: billed, invoiceId: 'I1' }],
});

const found = (lossId: string): Of<'RecordFound'> => ({ type: 'RecordFound', lossId, at: hours(11) });

const claim = (qty: string): Of<'ClaimReturn'> => ({
  ...{ type: 'ClaimReturn', rmaId: 'R1', authorisedBy: 'c', authorisedAt: hours(12), expiresOn: '2026-05-01' },
  ...{ windowDays: 90, sale: { channel: 'portal', customerGroup: 'STD' } },
  lines: [{ shipmentLineId: '10', qty, reason: 'OTHER', billed: '7' }],
});

const shipped = [plan(line('10', '7')), confirm('c1', left('10', '7'))] as const;

const statusAfter = (...history: Parameters<typeof stateAfter>[0]) => {
  const state = stateAfter(history);
  const lines = state.lines.map((each) => ({
    ...{ open: openOf(each), left: each.confirmed, picked: each.picked },
    lost: lostOf(state, each.shipmentLineId),
  }));
  return shipmentStatus(lines, state.carriage);
};

describe('goods that are lost on their way', () => {
  test('are some or all of what left, each lost once', () => {
    given(...shipped)
      .when(loss('L1', '3'))
      .thenEvents({
        type: 'ShipmentLost',
        data: { source: 'PERSON', lines: [{ confirmationId: 'c1', fromQty: '0', qty: '3' }] },
      });
    given(...shipped, loss('L1', '3'))
      .when(loss('L2'))
      .thenEvents({ type: 'ShipmentLost', data: { lines: [{ fromQty: '3', qty: '4' }] } });
    given(...shipped, loss('L1', '3'))
      .when(loss('L1', '3'))
      .thenNothing();
    given(...shipped, loss('L1', '3'))
      .when(loss('L1', '3', { contentSha256: 'other' }))
      .thenRefused('BUSINESS_KEY_REUSED');
    given(...shipped, loss('L1', '3'))
      .when(loss('L2', '5'))
      .thenRefused('QTY_EXCEEDS_SHIPPED');
    const twice = { lines: ['4', '4'].map((qty) => ({ shipmentLineId: '10', qty })) };
    given(...shipped)
      .when(loss('L1', undefined, twice))
      .thenRefused('QTY_EXCEEDS_SHIPPED');
    given(...shipped)
      .when(loss('L1', undefined, { lines: [{ shipmentLineId: '99', qty: '1' }] }))
      .thenRefused('LINE_UNKNOWN');
    given(plan(line('10', '7')))
      .when(loss('L1'))
      .thenRefused('SHIPMENT_NOT_CONFIRMED');
  });

  test('do not come back as a return, nor are returned goods lost, nor is any of it voided', () => {
    given(...shipped, loss('L1', '3'))
      .when(claim('5'))
      .thenRefused('QTY_EXCEEDS_SHIPPED');
    given(...shipped, loss('L1', '3'))
      .when(claim('4'))
      .thenEvents({ type: 'ShipmentReturnClaimed', data: { lines: [{ parts: [{ fromQty: '3', qty: '4' }] }] } });
    given(...shipped, claim('5'))
      .when(loss('L1', '3'))
      .thenRefused('QTY_EXCEEDS_SHIPPED');
    given(...shipped, loss('L1', '3'))
      .when(voided)
      .thenRefused('SHIPMENT_LOST');
    given(...shipped, loss('L1', '3'), found('L1'))
      .when(voided)
      .thenEvents({ type: 'ShipmentVoided' });
  });

  test('cost what left with them, billed and unbilled together to the minor unit', () => {
    const odd = [plan(line('10', '7')), confirm('c1', left('10', '7', '0.333333'))] as const;
    given(...odd, loss('L1', '3'), decided('L1'), loss('L2', '2'), decided('L2'), settle('L2', '1'))
      .when(settle('L1'))
      .thenEvents({
        type: 'ShipmentLossSettled',
        data: { lines: [{ unbilledQty: '3', unbilledCost: '100', billedQty: '0' }] },
      });
    // 2.33 left for seven: of 0.99 for three each, one of them and the four that are billed are all of it.
    const state = stateAfter([
      ...odd,
      loss('L1', '3'),
      decided('L1'),
      settle('L1'),
      loss('L2'),
      decided('L2'),
      settle('L2'),
    ]);
    const costs = state.losses.flatMap(({ settled }) => settled ?? []).map(({ unbilledCost }) => BigInt(unbilledCost));
    expect(costs.reduce((sum, cost) => sum + cost, 0n)).toBe(233n);
  });

  test('are settled once, when it is decided what becomes of them', () => {
    given(...shipped, loss('L1', '3'))
      .when(settle('L1'))
      .thenNothing();
    given(...shipped, loss('L1', '3'), decided('L1'), settle('L1'))
      .when(settle('L1', '3'))
      .thenNothing();
    given(...shipped, loss('L1', '3'), decided('L1'))
      .when(decided('L1'))
      .thenNothing();
    given(...shipped, loss('L1', '3'), decided('L1'))
      .when(decided('L1', 'CANCEL'))
      .thenRefused('LOSS_DECIDED');
    given(...shipped, loss('L1', '3'), found('L1'))
      .when(decided('L1'))
      .thenRefused('LOSS_FOUND');
    given(...shipped)
      .when(decided('L9'))
      .thenRefused('LOSS_UNKNOWN');
  });

  test('are found as if nothing had been, or when it was settled', () => {
    given(...shipped, loss('L1', '3'))
      .when(found('L1'))
      .thenEvents({ type: 'ShipmentFound', data: { lossId: 'L1', source: 'PERSON' } });
    expect(lostOf(stateAfter([...shipped, loss('L1', '3'), found('L1')]), '10')).toBe(0n);
    given(...shipped, loss('L1', '3'), decided('L1'), settle('L1'))
      .when(found('L1'))
      .thenEvents({ type: 'ShipmentFound', data: { settled: true } });
    given(...shipped, loss('L1', '3'), found('L1'))
      .when(found('L1'))
      .thenNothing();
  });

  test('are borne by somebody else with all that stands with the first one', () => {
    const ours: ShipmentCommand = { type: 'ReassignLoss', lossId: 'L1', liability: 'OURS', reason: 'proved' };
    given(...shipped, loss('L1', '3'), decided('L1'), settle('L1'))
      .when(ours)
      .thenEvents({
        type: 'ShipmentLossReassigned',
        data: { from: 'CARRIER', to: 'OURS', lines: [{ item: 'BRG-6204', cost: '1800' }] },
      });
    given(...shipped, loss('L1', '3'), ours)
      .when(ours)
      .thenNothing();
    const credited: ShipmentCommand = {
      ...{ type: 'RecordLossCredit', lossId: 'L1', creditMemoId: 'M1', invoiceId: 'I1', liability: 'CARRIER' },
      lines: [{ shipmentLineId: '10', lineId: '10', item: 'BRG-6204', qty: '3', cost: '1800' }],
    };
    // The memo was drafted before that.
    given(...shipped, loss('L1', '3'), decided('L1'), settle('L1', '3'), ours)
      .when(credited)
      .thenEvents(
        { type: 'ShipmentLossCredited', data: { creditMemoId: 'M1' } },
        { type: 'ShipmentLossReassigned', data: { from: 'CARRIER', to: 'OURS', lines: [{ cost: '1800' }] } },
      );
    given(...shipped, loss('L1', '3'), decided('L1'), settle('L1', '3'), credited)
      .when(credited)
      .thenNothing();
  });
});

describe('S-15 what the carrier tells of lost goods', () => {
  const two = [
    plan(line('10', '7')),
    { ...confirm('c1', left('10', '7')), tracking: ['P1', 'P2'] },
  ] satisfies readonly ShipmentCommand[];
  const lost = (id: string, hour = 9, tracking?: string) => told(id, 'LOST', hour, tracking);

  test('is a loss of all that is on its way, until it moves again', () => {
    given(...shipped)
      .when(lost('T1'))
      .thenEvents(
        { type: 'CarrierStatusRecorded', data: { code: 'LOST' } },
        {
          type: 'ShipmentLost',
          data: { lossId: 'T1', source: 'CARRIER', liability: 'CARRIER', lines: [{ qty: '7' }] },
        },
      );
    given(...shipped, lost('T1'))
      .when(lost('T1'))
      .thenNothing();
    expect(statusAfter(...shipped, lost('T1'))).toBe('LOST');
    given(...shipped, lost('T1'))
      .when(told('T2', 'DELIVERED', 10))
      .thenEvents(
        { type: 'CarrierStatusRecorded' },
        { type: 'ShipmentFound', data: { lossId: 'T1', source: 'CARRIER' } },
        { type: 'ShipmentDelivered', data: { lines: [{ qty: '7' }] } },
      );
    expect(statusAfter(...shipped, lost('T1'), told('T2', 'IN_TRANSIT', 10))).toBe('IN_TRANSIT');
  });

  test('changes nothing when what moved later is told before it, or what arrived', () => {
    given(...shipped, told('T2', 'OUT_FOR_DELIVERY', 10))
      .when(lost('T1', 9))
      .thenEvents({ type: 'CarrierStatusRecorded', data: { code: 'LOST', late: true } });
    given(...shipped, told('T2', 'DELIVERED', 8))
      .when(lost('T1', 9))
      .thenEvents({ type: 'CarrierStatusRecorded', data: { code: 'LOST', late: true } });
    given(...shipped, lost('T1', 9))
      .when(told('T2', 'IN_TRANSIT', 8))
      .thenEvents({ type: 'CarrierStatusRecorded', data: { late: true } });
    expect(statusAfter(...shipped, told('T2', 'DELIVERED', 8), loss('L1'))).toBe('DELIVERED');
    given(...shipped, told('T2', 'DELIVERED', 8))
      .when(loss('L1', '2'))
      .thenEvents({ type: 'ShipmentLost', data: { afterDelivery: true } });
  });

  test('is of the parcel, whatever another one did since; of unknown content it is a status alone', () => {
    given(...two, told('T2', 'IN_TRANSIT', 10, 'P2'))
      .when(lost('T1', 9, 'P1'))
      .thenEvents({ type: 'CarrierStatusRecorded', data: { late: true } });
    const carton = (cartonId: string, tracking: string, qty: string) => ({
      ...{ cartonId, tracking },
      lines: [{ lineId: '10', qty, lots: [], serials: [] }],
    });
    const packed: ShipmentCommand = {
      ...{ type: 'RecordPack', packId: 'PK', contentSha256: 'sha' },
      cartons: [carton('A', 'P1', '3'), carton('B', 'P2', '4')],
    };
    const inCartons = [plan(line('10', '7')), packed, { ...confirm('c1', left('10', '7')) }] as const;
    given(...inCartons, told('T2', 'IN_TRANSIT', 10, 'P2'))
      .when(lost('T1', 9, 'P1'))
      .thenEvents(
        { type: 'CarrierStatusRecorded', data: { late: true } },
        { type: 'ShipmentLost', data: { tracking: 'P1', lines: [{ qty: '3' }] } },
      );
    given(...inCartons, lost('T1', 9, 'P1'))
      .when(told('T3', 'DELIVERED', 11, 'P2'))
      .thenEvents({ type: 'CarrierStatusRecorded' }, { type: 'ShipmentDelivered', data: { lines: [{ qty: '4' }] } });
  });

  test('is no delivery of what is lost', () => {
    const delivery: ShipmentCommand = {
      ...{ type: 'RecordDelivery', deliveryId: 'D1', contentSha256: 'sha', deliveredAt: hours(12) },
    };
    given(...shipped, loss('L1', '3'))
      .when(delivery)
      .thenEvents({ type: 'ShipmentDelivered', data: { lines: [{ qty: '4' }] } });
    given(...shipped, loss('L1'))
      .when(delivery)
      .thenRefused('SHIPMENT_LOST');
  });
});
