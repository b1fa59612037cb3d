import { describe, expect, test } from '@jest/globals';
import { overcommitmentRepair } from '../../../domain/orderToCash/overcommitment.ts';
import { feed, recorded } from './samples.ts';

const place = { node: 'DC-EAST', item: 'BRG-6204' };

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
