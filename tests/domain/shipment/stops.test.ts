import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ShipmentCommand } from '../../../domain/shipment/commands.ts';
import { shipmentDecider } from '../../../domain/shipment/shipment.ts';
import { openOf, type ShipmentState, shipmentStatus } from '../../../domain/shipment/state.ts';
import { confirm, given, head, left, line, pick, plan, short, stateAfter, stop, voided } from './samples.ts';

describe('P-17 picks and shortages', () => {
  const planned = plan(line('10', '7'), line('20', '5'));

  test('a pick counts once and not beyond what is to leave', () => {
    given(planned)
      .when(pick('p1', '10', '4'))
      .thenEvents({
        type: 'ItemsPicked',
        data: { pickId: 'p1', lines: [{ lineId: '10', item: 'BRG-6204', qty: '4', reservationId: 'r-10' }] },
      });
    given(planned, pick('p1', '10', '4'))
      .when(pick('p1', '10', '4'))
      .thenNothing();
    given(planned, pick('p1', '10', '4'))
      .when(pick('p2', '10', '9'))
      .thenEvents({ type: 'ItemsPicked', data: { lines: [{ qty: '3' }] } });
    given(planned, confirm('c', left('10', '7')))
      .when(pick('p1', '10', '4'))
      .thenNothing();
  });

  test('a shortage takes what is still planned and no more', () => {
    given(planned, confirm('c', left('10', '3')))
      .when(short('s1', '10', '4'))
      .thenEvents({
        type: 'ShipmentShorted',
        data: {
          shortageId: 's1',
          releaseId: 'L1',
          lines: [{ lineId: '10', qty: '4', cause: 'NOT_FOUND', reservationId: 'r-10' }],
        },
      });
    given(planned, confirm('c', left('10', '3')))
      .when(short('s1', '10', '5'))
      .thenRefused('SHORT_EXCEEDS_OPEN');
    given(planned, short('s1', '10', '4'))
      .when(short('s1', '10', '4'))
      .thenNothing();
  });

  test('a shortage takes the last reservation of a line first', () => {
    given(plan(line('10', '3', 'r-a'), line('10', '2', 'r-b')))
      .when(short('s', '10', '3'))
      .thenEvents({
        type: 'ShipmentShorted',
        data: {
          lines: [
            { reservationId: 'r-b', qty: '2' },
            { reservationId: 'r-a', qty: '1' },
          ],
        },
      });
  });

  test('a stop takes the last reservation of a line first; what leaves then is the first one', () => {
    const two = plan(line('10', '7', 'r-a'), line('10', '3', 'r-b'));
    given(two)
      .when(stop('x', '10', '5'))
      .thenEvents({
        type: 'ShipmentReduced',
        data: {
          lines: [
            { reservationId: 'r-b', qty: '3' },
            { reservationId: 'r-a', qty: '2' },
          ],
        },
      });
    given(two, stop('x', '10', '5'))
      .when(confirm('c', left('10', '5')))
      .thenEvents({ type: 'ShipmentConfirmed', data: { lines: [{ reservationId: 'r-a', qty: '5', excess: '0' }] } });
  });

  test('a stop takes what has not left meanwhile', () => {
    given(planned, confirm('c', left('10', '5')))
      .when(stop('x1', '10', '7'))
      .thenEvents({ type: 'ShipmentReduced', data: { changeId: 'x1', lines: [{ lineId: '10', qty: '2' }] } });
    given(planned, stop('x1', '10', '2'))
      .when(stop('x1', '10', '2'))
      .thenNothing();
    given(planned, confirm('c', left('10', '7')))
      .when(stop('x1', '10', '2'))
      .thenNothing();
  });
});

describe('a void', () => {
  const planned = plan(line('10', '7'));

  test('carries a full copy of everything that was confirmed', () => {
    const [c1, c2] = [confirm('c1', left('10', '3')), confirm('c2', left('10', '4', '6.10'))];
    const copies = stateAfter([planned, c1, c2]).confirmedLines;
    expect(copies.map((one) => [one.confirmationId, one.qty, one.cost])).toEqual([
      ['c1', '3', '1800'],
      ['c2', '4', '2440'],
    ]);
    given(planned, c1, c2)
      .when(voided)
      .thenEvents({
        type: 'ShipmentVoided',
        data: { ...head, reason: 'WRONG_ADDRESS', currency: 'USD', confirmationIds: ['c1', 'c2'], lines: copies },
      });
  });

  test('names the events that it reverses when the caller knows them', () => {
    const confirmed = [{ confirmationId: 'c1', eventId: 'e1', position: '00000000000000000007' }];
    given(planned, confirm('c1', left('10', '7')))
      .when({ type: 'VoidShipment', reason: 'WRONG_ADDRESS', confirmed })
      .thenEvents({ type: 'ShipmentVoided', data: { confirmed } });
  });

  test('sends what had not left back to sourcing in the same append', () => {
    given(planned, confirm('c1', left('10', '3')))
      .when(voided)
      .thenEvents(
        {
          type: 'ShipmentShorted',
          data: {
            shortageId: 'S1:void',
            lines: [{ lineId: '10', qty: '4', cause: 'SHIPMENT_VOIDED' }],
            goodsInPlace: true,
          },
        },
        { type: 'ShipmentVoided' },
      );
  });

  test('happens once, needs something that left, and ends the shipment', () => {
    given(planned, confirm('c1', left('10', '3')), voided)
      .when(voided)
      .thenRefused('SHIPMENT_VOIDED');
    given(planned).when(voided).thenRefused('SHIPMENT_NOT_CONFIRMED');
    given(planned, confirm('c1', left('10', '3')), voided)
      .when(confirm('c2', left('10', '1')))
      .thenRefused('SHIPMENT_VOIDED');
  });
});

const statusOf = ({ lines, carriage }: ShipmentState) =>
  shipmentStatus(
    lines.map((line) => ({ open: openOf(line), left: line.confirmed, picked: line.picked })),
    carriage,
  );

describe('the status', () => {
  const planned = plan(line('10', '7'));
  test.each([
    ['PLANNED', [planned]],
    ['PICKING', [planned, pick('p', '10', '1')]],
    ['PARTIALLY_CONFIRMED', [planned, confirm('c', left('10', '3'))]],
    ['CONFIRMED', [planned, confirm('c', left('10', '3')), short('s', '10', '4')]],
    ['CONFIRMED', [planned, confirm('c', left('10', '9'))]],
    ['CANCELLED', [planned, stop('x', '10', '7')]],
  ] as const)('is %s', (status, history) => expect(statusOf(stateAfter(history))).toBe(status));
});

test('B-10 whatever the order of messages, each planned unit leaves, is short, is stopped or is open, exactly once', () => {
  const step = fc.tuple(
    fc.integer({ min: 0, max: 4 }),
    fc.constantFrom('10', '20'),
    fc.integer({ min: 1, max: 9 }).map(String),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let state = stateAfter([plan(line('10', '20', 'r-a'), line('10', '10', 'r-b'), line('20', '15'))]);
      for (const [n, [kind, lineId, qty]] of steps.entries()) {
        const commands = [
          confirm(`c${n}`, left(lineId, qty)),
          short(`s${n}`, lineId, qty),
          stop(`x${n}`, lineId, qty),
          pick(`p${n}`, lineId, qty),
          pick(`p${n}`, lineId, qty),
        ];
        const outcome = shipmentDecider.decide(commands[kind] as ShipmentCommand, state);
        if ('refused' in outcome) continue;
        state = outcome.reduce(shipmentDecider.evolve, state);
        expect(shipmentDecider.decide(commands[kind] as ShipmentCommand, state)).toEqual([]);
        for (const one of state.lines) {
          expect(one.confirmed - one.excess + one.shorted + one.reduced + openOf(one)).toBe(one.planned);
          expect(one.picked >= 0n && one.picked <= openOf(one)).toBe(true);
        }
      }
      const confirmed = state.lines.reduce((sum, one) => sum + one.confirmed, 0n);
      expect(state.confirmedLines.reduce((sum, one) => sum + BigInt(one.qty), 0n)).toBe(confirmed);
    }),
    { numRuns: 200 },
  );
});
