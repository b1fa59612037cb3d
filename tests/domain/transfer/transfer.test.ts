import { describe, expect, test } from '@jest/globals';
import type { TransferCommand } from '../../../domain/transfer/commands.ts';
import { expectedOf, transferStatus } from '../../../domain/transfer/state.ts';
import { transferDecider } from '../../../domain/transfer/transfer.ts';
import { scenarioOf } from '../stock/scenario.ts';

const { given, stateAfter } = scenarioOf(transferDecider);

const item = 'BRG-6204';
const head = { transferId: 'T1', bu: 'ACME', from: 'DC-EAST', to: 'DC-WEST', currency: 'USD' } as const;
const order: TransferCommand = {
  type: 'OrderTransfer',
  ...{ ...head, reference: 'TO-1', orderedBy: 'kim', expectedOn: '2026-12-01', lines: [{ item, qty: '10' }] },
};
const moved = (qty: string, unitCost: string, of = item) => ({ item: of, itemGroup: 'BEARING', qty, unitCost });
const ship = (
  shippingId: string,
  qty: string,
  unitCost = '6.00',
  complete = false,
  shippedAt = '2026-11-23T08:00:00Z',
): TransferCommand => ({
  ...{ type: 'RecordShipping', shippingId, contentSha256: `sha-${qty}`, shippedAt, complete },
  lines: [moved(qty, unitCost)],
});
const receive = (receiptId: string, qty: string, unitCost = '9.99', complete = false, of = item): TransferCommand => ({
  ...{ type: 'RecordArrival', receiptId, contentSha256: `sha-${qty}`, receivedAt: '2026-11-24T08:00:00Z', complete },
  lines: [{ ...moved(qty, unitCost, of), status: 'SELLABLE' }],
});
const close: TransferCommand = { type: 'CloseTransfer', closedBy: 'ops', reason: 'counted' };

const statusAfter = (...history: readonly TransferCommand[]) => {
  const state = stateAfter(history);
  const open = (pieces: readonly { readonly qty: bigint }[]) => pieces.reduce((sum, { qty }) => sum + qty, 0n);
  const lines = state.lines.map((line) => ({ ...line, open: open(line.transit) - open(line.ahead) }));
  return transferStatus(lines, state);
};
const expectedAfter = (...history: readonly TransferCommand[]) => {
  const state = stateAfter(history);
  return state.lines.map((line) => expectedOf(state, line));
};

describe('a transfer', () => {
  test('is ordered once, and nothing moves of one that is not there', () => {
    given()
      .when(order)
      .thenEvents({ type: 'TransferOrdered', data: { ...head, reference: 'TO-1' } });
    given(order).when(order).thenNothing();
    given().when(ship('S1', '1')).thenRefused('NOT_FOUND');
  });

  test('what comes costs what it left with, part by part to the cent, and each fact counts once', () => {
    const left = ship('S1', '3', '0.335');
    given(order)
      .when(left)
      .thenEvents({ type: 'TransferShipped', data: { lines: [{ qty: '3', unitCost: '0.335', cost: '101' }] } });
    given(order, left).when(left).thenNothing();
    given(order, left).when(ship('S1', '4')).thenRefused('BUSINESS_KEY_REUSED');
    given(order, left)
      .when(receive('R1', '1'))
      .thenEvents({ type: 'TransferReceived', data: { lines: [{ qty: '1', cost: '34' }] } });
    given(order, left, receive('R1', '1'))
      .when(receive('R2', '2'))
      .thenEvents({ type: 'TransferReceived', data: { lines: [{ qty: '2', cost: '67' }] } });
    given(order, left, receive('R1', '1')).when(receive('R1', '1')).thenNothing();
  });

  test('goods of two shipments come in the order in which they left', () => {
    given(order, ship('S1', '2', '6.00'), ship('S2', '2', '7.00'))
      .when(receive('R1', '3'))
      .thenEvents({
        type: 'TransferReceived',
        data: {
          lines: [
            { qty: '2', unitCost: '6.00', cost: '1200' },
            { qty: '1', unitCost: '7.00', cost: '700' },
          ],
        },
      });
  });

  test('goods that come before they were told to have left, leave at the cost they came with', () => {
    const came = receive('R1', '4', '6.00');
    given(order, came)
      .when(ship('S1', '5', '8.00'))
      .thenEvents({
        type: 'TransferShipped',
        data: {
          lines: [
            { qty: '4', unitCost: '6.00', cost: '2400' },
            { qty: '1', unitCost: '8.00', cost: '800' },
          ],
        },
      });
  });

  test('what is short is lost at its end, and a find after that is taken back from the loss', () => {
    const history = [order, ship('S1', '10'), receive('R1', '8')];
    given(...history)
      .when(close)
      .thenEvents({ type: 'TransferClosed', data: { lines: [{ item, qty: '2', cost: '1200' }] } });
    given(...history, close)
      .when(close)
      .thenNothing();
    given(...history, close)
      .when(receive('R2', '3', '6.50'))
      .thenEvents({
        type: 'TransferReceived',
        data: {
          lines: [
            { qty: '2', cost: '1200', writtenOff: true },
            { qty: '1', cost: '650' },
          ],
        },
      });
    expect(statusAfter(...history, close, receive('R2', '3', '6.50'))).toBe('DIFFERENCE');
  });

  test('what is over is found at its end, and a shipment that was told of late takes that back', () => {
    const history = [order, ship('S1', '10'), receive('R1', '12', '6.00')];
    given(...history)
      .when(close)
      .thenEvents({ type: 'TransferClosed', data: { lines: [{ qty: '-2', cost: '1200' }] } });
    given(...history, close)
      .when(ship('S2', '2', '8.00'))
      .thenEvents({ type: 'TransferShipped', data: { lines: [{ qty: '2', cost: '1200', writtenOff: true }] } });
  });

  test('another item than was sent is missing on one line and too many on the other', () => {
    given(order, ship('S1', '10'), receive('R1', '10', '2.00', true, 'BELT-A42'))
      .when(close)
      .thenEvents({
        type: 'TransferClosed',
        data: {
          lines: [
            { item, qty: '10', cost: '6000' },
            { item: 'BELT-A42', qty: '-10', cost: '2000' },
          ],
        },
      });
  });

  test('says how it stands and what is to come', () => {
    const short = [order, ship('S1', '8', '6.00', true), receive('R1', '7', '0', true)];
    expect([1, 2, 3].map((steps) => statusAfter(...short.slice(0, steps)))).toEqual([
      'ORDERED',
      'SHIPPED',
      'DIFFERENCE',
    ]);
    expect([1, 2, 3].map((steps) => expectedAfter(...short.slice(0, steps)))).toEqual([[10n], [8n], [0n]]);
    expect(statusAfter(...short, close)).toBe('CLOSED');
    expect(statusAfter(order, ship('S1', '8'), receive('R1', '8'))).toBe('PARTLY_RECEIVED');
    expect(statusAfter(order, ship('S1', '10'), receive('R1', '10'))).toBe('RECEIVED');
    expect(expectedAfter(...short, close)).toEqual([0n]);
  });

  test('that all has come is said of what had left by then, whichever is told first', () => {
    const came = receive('R1', '7', '6.00', true);
    expect(statusAfter(order, came, ship('S1', '8'))).toBe('DIFFERENCE');
    expect(expectedAfter(order, came, ship('S1', '8'))).toEqual([0n]);
    const later = ship('S2', '1', '6.00', false, '2026-11-25T08:00:00Z');
    const told = [
      [ship('S1', '8'), came, later],
      [ship('S1', '8'), later, came],
      [came, later, ship('S1', '8')],
    ];
    for (const facts of told) {
      expect(statusAfter(order, ...facts)).toBe('PARTLY_RECEIVED');
      expect(expectedAfter(order, ...facts)).toEqual([10n]);
    }
  });

  test('is put off as often as it is, and what leaves after its end is to come', () => {
    const later: TransferCommand = { type: 'RescheduleTransfer', expectedOn: '2026-12-04' };
    given(order)
      .when(later)
      .thenEvents({ type: 'TransferRescheduled', data: { ...head, expectedOn: '2026-12-04' } });
    given(order, later).when(later).thenNothing();
    given().when(later).thenRefused('NOT_FOUND');
    const left = [order, close, ship('S1', '3')];
    expect(expectedAfter(...left)).toEqual([3n]);
    expect(statusAfter(...left)).toBe('DIFFERENCE');
    expect(statusAfter(...left, receive('R1', '3'))).toBe('CLOSED');
  });
});
