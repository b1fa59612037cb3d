import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decimal, extend, minorText } from '../../../domain/money.ts';
import { openOf } from '../../../domain/shipment/state.ts';
import { confirm, given, head, left, line, pick, plan, short, stateAfter, stop, voided } from './samples.ts';

describe('a shipment', () => {
  test('is planned once', () => {
    given()
      .when(plan(line('10', '7')))
      .thenEvents({
        type: 'ShipmentPlanned',
        data: { ...head, kind: 'WAREHOUSE', releaseId: 'L1', lines: [line('10', '7')] },
      });
    given(plan(line('10', '7')))
      .when(plan(line('10', '9')))
      .thenNothing();
  });

  test.each([
    pick('p', '10', '1'),
    confirm('c', left('10', '1')),
    short('s', '10', '1'),
    stop('x', '10', '1'),
    voided,
  ])('that was never planned takes no $type', (command) => given().when(command).thenRefused('SHIPMENT_NOT_PLANNED'));

  test('knows its lines', () => {
    const planned = plan(line('10', '7'));
    given(planned)
      .when(confirm('c', left('10', '1'), left('20', '1')))
      .thenRefused('LINE_UNKNOWN');
    given(planned)
      .when(pick('p', '20', '1'))
      .thenRefused('LINE_UNKNOWN');
    given(planned)
      .when(short('s', '20', '1'))
      .thenRefused('LINE_UNKNOWN');
  });
});

describe('P-18 a confirmation', () => {
  const planned = plan(line('10', '7'), line('20', '5'));

  test('touches only the lines it names', () => {
    const { thenEvents, state } = given(planned).when(confirm('c1', left('10', '3')));
    thenEvents({
      type: 'ShipmentConfirmed',
      data: {
        ...head,
        confirmationId: 'c1',
        contentSha256: 'sha-c1',
        releaseId: 'L1',
        currency: 'USD',
        lines: [
          {
            lineId: '10',
            shipmentLineId: '10',
            reservationId: 'r-10',
            qty: '3',
            excess: '0',
            lots: ['L7'],
            unitCost: '6.00',
            cost: '1800',
          },
        ],
      },
    });
    expect(state.lines.map(openOf)).toEqual([4n, 5n]);
  });

  test('of more than was planned is recorded, and a second event names the excess', () => {
    given(planned, confirm('c1', left('10', '5')))
      .when(confirm('c2', left('10', '4'), left('20', '5')))
      .thenEvents(
        {
          type: 'ShipmentConfirmed',
          data: {
            lines: [
              { lineId: '10', qty: '4', excess: '2' },
              { lineId: '20', qty: '5', excess: '0' },
            ],
          },
        },
        { type: 'ShipmentOvershipped', data: { ...head, confirmationId: 'c2', lineId: '10', excess: '2' } },
      );
  });

  test('repeated has no effect; with other content the key was reused', () => {
    const first = confirm('c1', left('10', '3'));
    given(planned, first).when(first).thenNothing();
    given(planned, first, voided).when(first).thenNothing();
    given(planned, first)
      .when({ ...first, contentSha256: 'other' })
      .thenRefused('BUSINESS_KEY_REUSED');
  });

  test('counts a line that comes in two parcels once, with all its serials', () => {
    given(planned)
      .when(confirm('c1', left('10', '1', '6.00', ['A']), left('10', '2', '6.00', ['B', 'C'])))
      .thenEvents({
        type: 'ShipmentConfirmed',
        data: { lines: [{ lineId: '10', qty: '3', serials: ['A', 'B', 'C'], lots: ['L7'] }] },
      });
  });

  test('fills the reservations of one line in their order, each with an id of its own', () => {
    const twice = plan(line('10', '3', 'r-a'), line('10', '2', 'r-b'));
    given(twice, confirm('c1', left('10', '1')))
      .when(confirm('c2', left('10', '5', '6.00', ['A', 'B', 'C', 'D', 'E'])))
      .thenEvents(
        {
          type: 'ShipmentConfirmed',
          data: {
            lines: [
              { shipmentLineId: '10', reservationId: 'r-a', qty: '2', excess: '0', serials: ['A', 'B'] },
              { shipmentLineId: '10.2', reservationId: 'r-b', qty: '3', excess: '1', serials: ['C', 'D', 'E'] },
            ],
          },
        },
        { type: 'ShipmentOvershipped', data: { lineId: '10', excess: '1' } },
      );
  });

  test('after everything was called short is excess altogether', () => {
    given(planned, short('s', '10', '7'))
      .when(confirm('c1', left('10', '2')))
      .thenEvents(
        { type: 'ShipmentConfirmed', data: { lines: [{ qty: '2', excess: '2' }] } },
        { type: 'ShipmentOvershipped' },
      );
  });

  test('keeps the item group of its day for account determination', () => {
    given(planned)
      .when(confirm('c1', { ...left('10', '1'), itemGroup: 'BEARING' }))
      .thenEvents({ type: 'ShipmentConfirmed', data: { lines: [{ itemGroup: 'BEARING' }] } });
  });

  test('of nothing is nothing', () => {
    given(planned)
      .when(confirm('c1', left('10', '0')))
      .thenNothing();
  });
});

describe('R6 cost', () => {
  test('of many confirmations at one unit cost is the cost of one, to the minor unit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 1, max: 99_999_999 }),
        (parts, millionths) => {
          const unitCost = `${Math.floor(millionths / 1_000_000)}.${String(millionths % 1_000_000).padStart(6, '0')}`;
          const total = parts.reduce((a, b) => a + b, 0);
          const state = stateAfter([
            plan(line('10', String(total))),
            ...parts.map((part, n) => confirm(`c${n}`, left('10', String(part), unitCost))),
          ]);
          const cost = state.confirmedLines.reduce((sum, one) => sum + BigInt(one.cost), 0n);
          expect(minorText(cost)).toBe(minorText(extend(BigInt(total), decimal(unitCost), 'USD')));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('of each confirmation stays that of its day when the unit cost moves', () => {
    const state = stateAfter([
      plan(line('10', '9')),
      confirm('c1', left('10', '1', '0.335')),
      confirm('c2', left('10', '1', '0.50')),
      confirm('c3', left('10', '1', '0.3350')),
    ]);
    // 0.335 → 34; at 0.50 → 50; the second at 0.335 completes 2 × 0.335 = 67.
    expect(state.confirmedLines.map((one) => one.cost)).toEqual(['34', '50', '33']);
  });
});
