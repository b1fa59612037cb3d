import { describe, expect, test } from '@jest/globals';
import { creditRecheck } from '../../../domain/orderToCash/creditRecheck.ts';
import { feed, freed, held, recorded } from './samples.ts';

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
