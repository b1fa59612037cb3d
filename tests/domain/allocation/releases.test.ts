import { describe, expect, test } from '@jest/globals';
import { allocation } from '../../../domain/allocation/allocation.ts';
import { refusedNodes, releasable } from '../../../domain/allocation/state.ts';
import { play } from '../order/scenario.ts';
import {
  backordering,
  east,
  fulfilling,
  given,
  none,
  releasing,
  reserving,
  shorting,
  starting,
  west,
} from './samples.ts';

describe('release', () => {
  const both = [starting(), reserving('R1', '4'), reserving('R2', '6', { node: 'DC-WEST' })];

  test('asks each node once, for hard reservations only', () => {
    given(...both)
      .when(releasing('A', 'R1', 'R2'))
      .then(
        {
          type: 'AllocationReleased',
          data: { node: 'DC-EAST', releaseId: east('A'), lines: [{ reservationId: 'R1', qty: '4' }] },
        },
        { type: 'AllocationReleased', data: { node: 'DC-WEST', lines: [{ reservationId: 'R2', qty: '6' }] } },
      );
    given(...both)
      .when(releasing('A', 'R2'))
      .then({ type: 'AllocationReleased', data: { node: 'DC-WEST' } });
    given(...both)
      .when(releasing('A'))
      .thenNothing();
  });

  test('never happens twice, also when another reservation has come since', () => {
    given(...both, releasing('A', 'R1', 'R2'))
      .when(releasing('A', 'R1', 'R2'))
      .thenNothing();
    given(...both, releasing('A', 'R1', 'R2'))
      .when(releasing('B', 'R1', 'R2'))
      .thenNothing();
    given(starting(), reserving('R1', '4'), releasing('A', 'R1'), reserving('R3', '2'))
      .when(releasing('A', 'R1', 'R3'))
      .thenNothing();
  });

  test('waits for the ERP when the business unit wants that', () => {
    const gated = [starting(undefined, { erpGate: true }), reserving('R1', '4')];
    given(...gated)
      .when(releasing('A', 'R1'))
      .thenNothing();
    given(...gated)
      .when({ type: 'OpenErpGate' })
      .then({ type: 'ErpGateOpened' });
    given(...gated, { type: 'OpenErpGate' })
      .when({ type: 'OpenErpGate' })
      .thenNothing();
    given(...gated, { type: 'OpenErpGate' })
      .when(releasing('A', 'R1'))
      .then({ type: 'AllocationReleased' });
  });

  test('S-07 an order that ships complete leaves whole or not at all', () => {
    const complete = [starting({ '10': '4', '20': '2' }, { shipComplete: true }), reserving('R1', '4')];
    given(...complete)
      .when(releasing('A', 'R1'))
      .thenNothing();
    given(...complete, backordering('2', 'DC-EAST', '20'))
      .when(releasing('A', 'R1'))
      .thenNothing();
    const all = [...complete, reserving('R2', '2', { lineId: '20' })];
    given(...all)
      .when(releasing('A', 'R1'))
      .thenNothing();
    given(...all)
      .when(releasing('A', 'R1', 'R2'))
      .then({ type: 'AllocationReleased', data: { lines: [{ lineId: '10' }, { lineId: '20' }] } });
  });

  test('needs ids for the nodes that have something to release', () => {
    given(...both)
      .when({ type: 'Release', hardened: ['R1'], ids: {} })
      .thenRefused('RELEASE_UNKNOWN');
  });

  test('what may be made hard is what is reserved and not released', () => {
    expect(releasable(play(allocation, [...both, releasing('A', 'R1')]).state)).toMatchObject([
      { reservationId: 'R2', open: 6n },
    ]);
  });
});

describe('the warehouse answers', () => {
  const out = [starting(), reserving('R1', '10'), releasing('A', 'R1')];
  const accepting = { type: 'RecordWarehouseAccepted', releaseId: east('A'), warehouseReference: 'W-1' } as const;
  const refusing = { type: 'RecordWarehouseRefused', releaseId: east('A'), code: 'CLOSED' } as const;

  test('once, and a refusal sends back what has not left', () => {
    given(...out)
      .when(accepting)
      .then({ type: 'WarehouseAccepted' });
    given(...out, accepting)
      .when(accepting)
      .thenNothing();
    given(...out, fulfilling('c', east('A'), '4'))
      .when(refusing)
      .then({ type: 'WarehouseRefused', data: { lines: [{ qty: '6', reservationId: 'R1' }] } });
    given(...out, refusing)
      .when(refusing)
      .thenNothing();
    given(...out)
      .when({ ...refusing, releaseId: 'X' })
      .thenRefused('RELEASE_UNKNOWN');
    expect(refusedNodes(play(allocation, [...out, refusing]).state)).toEqual(new Set(['DC-EAST']));
  });

  test('P-18 a confirmation may come before the acceptance', () => {
    given(...out, fulfilling('c', east('A'), '10'))
      .when(accepting)
      .then({ type: 'WarehouseAccepted' });
  });

  test('P-17 a shortage goes back to sourcing, once, and never beyond what is open', () => {
    given(...out)
      .when(shorting('s', east('A'), '3'))
      .then({ type: 'AllocationShorted', data: { shortQty: '3', reservationId: 'R1', node: 'DC-EAST' } });
    given(...out, shorting('s', east('A'), '3'))
      .when(shorting('s', east('A'), '3'))
      .thenNothing();
    given(...out, fulfilling('c', east('A'), '8'))
      .when(shorting('s', east('A'), '3'))
      .then({ type: 'AllocationShorted', data: { shortQty: '2' } });
    given(...out)
      .when(shorting('s', 'X', '3'))
      .thenRefused('RELEASE_UNKNOWN');
  });
});

describe('goods left', () => {
  const fulfilledFrom = (from: Partial<typeof none>) => ({ ...none, ...from });

  test('once per confirmation, out of their own release first', () => {
    const out = [starting(), reserving('R1', '4'), reserving('R2', '3'), releasing('A', 'R1')];
    given(...out)
      .when(fulfilling('c', east('A'), '3'))
      .then({
        type: 'AllocationFulfilled',
        data: { lines: [{ from: fulfilledFrom({ allocated: '3' }), overshipped: '0', reservations: [], queued: [] }] },
      });
    given(...out, fulfilling('c', east('A'), '3'))
      .when(fulfilling('c', east('A'), '3'))
      .thenNothing();
  });

  test('more than released absorbs what is unsourced, backordered and reserved, in that order', () => {
    const out = [starting(), reserving('R1', '4'), releasing('A', 'R1'), reserving('R2', '2'), backordering('3')];
    given(...out)
      .when(fulfilling('c', east('A'), '9'))
      .then({
        type: 'AllocationFulfilled',
        data: {
          lines: [
            {
              from: { allocated: '4', unsourced: '1', backordered: '3', reserved: '1' },
              overshipped: '0',
              reservations: [{ reservationId: 'R2', node: 'DC-EAST', qty: '1' }],
              queued: [{ node: 'DC-EAST', qty: '3' }],
            },
          ],
        },
      });
    given(...out)
      .when(fulfilling('c', east('A'), '12'))
      .then({ type: 'AllocationFulfilled', data: { lines: [{ from: { reserved: '2' }, overshipped: '2' }] } });
  });

  test('more than one warehouse was asked for covers what another one still has, before it is over-shipped', () => {
    const out = [
      starting(),
      reserving('R1', '6'),
      reserving('R2', '4', { node: 'DC-WEST' }),
      releasing('A', 'R1', 'R2'),
    ];
    given(...out)
      .when(fulfilling('c', east('A'), '8'))
      .then({
        type: 'AllocationFulfilled',
        data: { lines: [{ from: fulfilledFrom({ allocated: '8' }), overshipped: '0' }] },
      });
    given(...out, fulfilling('c', east('A'), '8'))
      .when(shorting('s', west('A'), '4'))
      .then({ type: 'AllocationShorted', data: { shortQty: '4' } });
    const { state } = play(allocation, [...out, fulfilling('c', east('A'), '8'), shorting('s', west('A'), '4')]);
    expect(state.lines).toMatchObject({ value: { unsourced: 2n, allocated: 0n, shipped: 8n } });
    given(...out, fulfilling('c', east('A'), '8'))
      .when(fulfilling('d', west('A'), '4'))
      .then({ type: 'AllocationFulfilled', data: { lines: [{ overshipped: '2' }] } });
  });

  test('is a fact also for a release that nobody knows', () => {
    given(starting())
      .when(fulfilling('c', 'X', '4'))
      .then({ type: 'AllocationFulfilled', data: { lines: [{ from: fulfilledFrom({ unsourced: '4' }) }] } });
    given(starting())
      .when(fulfilling('c', 'X', '4', '99'))
      .thenRefused('LINE_UNKNOWN');
  });

  test('and come back when the shipment is voided, except what nobody ordered', () => {
    const out = [starting(), reserving('R1', '10'), releasing('A', 'R1'), fulfilling('c', east('A'), '12')];
    const reopening = { type: 'ReopenShipped', shipmentId: 'S', lines: [{ lineId: '10', qty: '12' }] } as const;
    given(...out)
      .when(reopening)
      .then({ type: 'AllocationReopened', data: { lines: [{ qty: '12', overshipped: '2' }] } });
    given(...out, reopening)
      .when(reopening)
      .thenNothing();
    expect(play(allocation, [...out, reopening]).state.lines).toMatchObject({
      value: { unsourced: 10n, shipped: 0n, overshipped: 0n },
    });
  });

  test('that were given away stand for nothing that is wanted, whichever comes first, the gift or the void of another shipment', () => {
    const out = [
      ...[starting(), reserving('R1', '6'), reserving('R2', '4', { node: 'DC-WEST' }), releasing('A', 'R1', 'R2')],
      ...[fulfilling('c', east('A'), '6'), fulfilling('d', west('A'), '6')],
    ];
    const gift = { type: 'RecordGift', resolutionId: 'X', shipmentId: 'SW', lineId: '10', qty: '2' } as const;
    const reopening = { type: 'ReopenShipped', shipmentId: 'SE', lines: [{ lineId: '10', qty: '6' }] } as const;
    given(...out, gift)
      .when(reopening)
      .then({ type: 'AllocationReopened', data: { lines: [{ overshipped: '0', open: { unsourced: '6' } }] } });
    given(...out, reopening)
      .when(gift)
      .then({ type: 'OvershipmentGifted', data: { qty: '2', reopened: '2', open: { unsourced: '6' } } });
    for (const order of [
      [gift, reopening],
      [reopening, gift, gift],
    ])
      expect(play(allocation, [...out, ...order]).state.lines).toMatchObject({
        value: { unsourced: 6n, shipped: 6n, overshipped: 2n, gifts: [{ shipmentId: 'SW', qty: 2n }] },
      });
    const own = { ...reopening, shipmentId: 'SW' };
    expect(play(allocation, [...out, gift, own, gift]).state.lines).toMatchObject({
      value: { unsourced: 4n, shipped: 6n, overshipped: 0n, gifts: [] },
    });
  });
});
