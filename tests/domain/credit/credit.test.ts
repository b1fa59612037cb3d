import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CreditCommand } from '../../../domain/credit/commands.ts';
import { credit, exposureOf, isReserved } from '../../../domain/credit/credit.ts';
import { isRefusal } from '../../../domain/decider.ts';
import { play, scenarios } from '../order/scenario.ts';

const given = scenarios(credit);
const account = { bu: 'ACME', customer: 'C-1002', currency: 'USD' };
const limit = (text: string): CreditCommand => ({ ...account, type: 'SetLimit', limit: text });
const check = (
  orderId: string,
  amount: string,
  more: Partial<Extract<CreditCommand, { type: 'CheckCredit' }>> = {},
): CreditCommand => ({
  ...account,
  type: 'CheckCredit',
  orderId,
  amount,
  override: false,
  ...more,
});
const release = (orderId: string): CreditCommand => ({ ...account, type: 'ReleaseCredit', orderId, cause: 'CLOSED' });

describe('P-07 credit', () => {
  test('of two orders that together exceed the limit exactly one passes', () => {
    given(limit('10000'), check('A', '6000'))
      .when(check('B', '6000'))
      .then({ type: 'CreditRefused', data: { exposure: '6000', limit: '10000' } });
    given(limit('10000'), check('A', '6000'))
      .when(check('B', '4000'))
      .then({ type: 'CreditReserved', data: { exposure: '10000', override: false } });
  });

  test('is granted once per order, and given back once', () => {
    given(limit('10000'), check('A', '6000')).when(check('A', '6000')).thenNothing();
    given(limit('10000'), check('A', '6000'))
      .when(release('A'))
      .then({ type: 'CreditReleased', data: { amount: '6000' } });
    given(limit('10000'), check('A', '6000'), release('A')).when(release('A')).thenNothing();
  });

  test('an order that comes to more before its acceptance is asked for the rest', () => {
    given(limit('10000'), check('A', '6000'))
      .when(check('A', '9000'))
      .then({ type: 'CreditReserved', data: { amount: '3000', exposure: '9000', added: true } });
    given(limit('10000'), check('A', '6000'), check('A', '9000')).when(check('A', '9000')).thenNothing();
    given(limit('10000'), check('A', '6000'))
      .when(check('A', '10001'))
      .then({ type: 'CreditRefused', data: { amount: '4001', exposure: '6000' } });
  });

  test('nothing is granted without a limit, unless a person does', () => {
    given()
      .when(check('A', '1'))
      .then({ type: 'CreditRefused', data: { limit: '0' } });
    given()
      .when(check('A', '1', { override: true }))
      .then({ type: 'CreditReserved', data: { override: true } });
    given(limit('100'))
      .when(check('A', '1', { override: true }))
      .then({ type: 'CreditReserved', data: { override: false } });
    given(limit('100')).when(check('A', '-1')).thenRefused('CREDIT_REFUSED');
  });

  test('a limit in one currency says nothing about another', () => {
    given(limit('10000'))
      .when(check('A', '1', { currency: 'EUR' }))
      .then({ type: 'CreditRefused', data: { limit: '0', exposure: '0' } });
  });

  test('open receivables count, and only the newest figure', () => {
    const synced = {
      ...account,
      type: 'SynchroniseExposure',
      openAr: '9000',
      asOf: '2026-11-24T10:00:00.000Z',
    } as const;
    given(limit('10000'), synced)
      .when(check('A', '1001'))
      .then({ type: 'CreditRefused', data: { exposure: '9000' } });
    given(synced)
      .when({ ...synced, openAr: '1', asOf: '2026-11-24T09:00:00.000Z' })
      .thenNothing();
    given(synced).when(synced).thenNothing();
  });

  const invoiced = (invoiceId: string, orderId: string, amount: string, net: string, hour = '09'): CreditCommand => ({
    ...account,
    type: 'RecordReceivable',
    invoiceId,
    orderId,
    amount,
    net,
    issuedAt: `2026-11-24T${hour}:00:00.000Z`,
  });
  const figure = (openAr: string, hour: string, day = '24'): CreditCommand => ({
    ...account,
    type: 'SynchroniseExposure',
    openAr,
    asOf: `2026-11-${day}T${hour}:00:00.000Z`,
  });
  const reversed = (invoiceId: string, orderId: string, net: string): CreditCommand => ({
    ...account,
    type: 'ReverseReceivable',
    invoiceId,
    orderId,
    net,
  });

  test('B-17 what was invoiced and is not paid still counts, once, after its order was closed', () => {
    const first = [limit('10000'), check('A', '9000'), invoiced('I1', 'A', '9733', '9000')];
    expect(exposureOf(play(credit, first).state, 'USD')).toBe(9733n);
    given(...first)
      .when(invoiced('I1', 'A', '9733', '9000'))
      .thenNothing();
    given(...first, release('A'))
      .when(check('B', '9000'))
      .then({ type: 'CreditRefused', data: { exposure: '9733' } });
    // A part: the rest stays reserved until the order is closed.
    const part = [limit('10000'), check('A', '9000'), invoiced('I1', 'A', '5412', '5000')];
    expect(exposureOf(play(credit, part).state, 'USD')).toBe(9412n);
    expect(exposureOf(play(credit, [...part, release('A')]).state, 'USD')).toBe(5412n);
  });

  test('B-17 a later figure of the ERP takes the place of what was issued before it, and of nothing else', () => {
    const issued = [
      limit('10000'),
      invoiced('I1', 'A', '1000', '900', '08'),
      invoiced('I2', 'B', '2000', '1900', '10'),
    ];
    given(...issued)
      .when(figure('500', '09'))
      .then({ type: 'ExposureSynchronised', data: { openAr: '500', receivables: '2000' } });
    const told = [...issued, figure('500', '09')];
    expect(exposureOf(play(credit, told).state, 'USD')).toBe(2500n);
    // Told late: the figure counts it already.
    expect(exposureOf(play(credit, [...told, invoiced('I0', 'C', '7', '7', '07')]).state, 'USD')).toBe(2500n);
    expect(exposureOf(play(credit, [...told, figure('0', '11')]).state, 'USD')).toBe(0n);
  });

  test('a credit memo takes off what is owed for its invoice once, and nothing that the ERP counts', () => {
    const command = { ...account, type: 'CreditReceivable', invoiceId: 'I1', orderId: 'A' } as const;
    const credited = { ...command, creditMemoId: 'CM', amount: '2490' };
    const open = [limit('10000'), check('A', '9000'), invoiced('I1', 'A', '9733', '9000')];
    given(...open)
      .when(credited)
      .then({ type: 'ReceivableCredited', data: { creditMemoId: 'CM', amount: '2490' } });
    expect(exposureOf(play(credit, [...open, credited]).state, 'USD')).toBe(7243n);
    expect(exposureOf(play(credit, [...open, credited, figure('7243', '23')]).state, 'USD')).toBe(7243n);
    given(...open, credited)
      .when(credited)
      .thenNothing();
    given(...open, figure('9733', '23'))
      .when(credited)
      .thenNothing();
  });

  test('a voided invoice is not owed, and its goods count for the order again', () => {
    const reverse = reversed('I1', 'A', '9000');
    const open = [limit('10000'), check('A', '9000'), invoiced('I1', 'A', '9733', '9000')];
    given(...open)
      .when(reverse)
      .then({ type: 'ReceivableReversed', data: { amount: '9733', reserved: '9000' } });
    expect(exposureOf(play(credit, [...open, reverse]).state, 'USD')).toBe(9000n);
    expect(exposureOf(play(credit, [...open, release('A'), reverse]).state, 'USD')).toBe(9000n);
    expect(exposureOf(play(credit, [...open, release('A'), reverse, release('A')]).state, 'USD')).toBe(0n);
    given(...open, reverse)
      .when(reverse)
      .thenNothing();
  });

  test('B-17 goods that left are counted too when the ERP counted their invoice before it was voided', () => {
    const open = [limit('10000'), check('A', '9000'), invoiced('I1', 'A', '9733', '9000'), figure('9733', '23')];
    const reverse = reversed('I1', 'A', '9000');
    const reversal = figure('0', '23', '25');
    given(...open)
      .when(reverse)
      .then({ type: 'ReceivableReversed', data: { orderId: 'A', amount: '0', reserved: '9000' } });
    expect(exposureOf(play(credit, [...open, reverse, reversal]).state, 'USD')).toBe(9000n);
    expect(exposureOf(play(credit, [...open, release('A'), reverse, reversal]).state, 'USD')).toBe(9000n);
    given(...open, reverse)
      .when(reverse)
      .thenNothing();
    given(...open, release('A'), reverse)
      .when(reverse)
      .thenNothing();
    // Billed anew it is owed and not reserved.
    const again = { ...invoiced('I2', 'A', '9733', '9000'), issuedAt: '2026-11-26T08:00:00.000Z' } as CreditCommand;
    expect(exposureOf(play(credit, [...open, reverse, reversal, again]).state, 'USD')).toBe(9733n);
  });

  test('of what invoices did not take over of an order nothing comes back', () => {
    const open = [limit('10000'), check('A', '9000'), invoiced('I1', 'A', '5412', '5000'), figure('5412', '23')];
    given(...open)
      .when(reversed('I1', 'A', '6000'))
      .then({ type: 'ReceivableReversed', data: { amount: '0', reserved: '5000' } });
    given(limit('10000'), check('A', '9000'))
      .when(reversed('I1', 'A', '6000'))
      .thenNothing();
    // An intent of an earlier version does not say how much.
    given(...open)
      .when(reversed('I1', 'A', '0'))
      .thenNothing();
  });

  const lower = (orderId: string, amount: string): CreditCommand => ({
    ...account,
    type: 'LowerCredit',
    orderId,
    amount,
    cause: 'LINES_CANCELLED',
  });

  test('what was cancelled of an order is not reserved any more, once', () => {
    const open = [limit('10000'), check('A', '9000')];
    given(...open)
      .when(lower('A', '5000'))
      .then({ type: 'CreditReleased', data: { amount: '4000', left: '5000', cause: 'LINES_CANCELLED' } });
    given(...open, lower('A', '5000'))
      .when(lower('A', '5000'))
      .thenNothing();
    // Told late: it came to more before.
    given(...open, lower('A', '5000'))
      .when(lower('A', '7000'))
      .thenNothing();
    given(...open, lower('A', '5000'))
      .when(check('B', '5001'))
      .then({ type: 'CreditRefused', data: { exposure: '5000' } });
    given(...open, lower('A', '5000'))
      .when(release('A'))
      .then({ type: 'CreditReleased', data: { amount: '5000' } });
    given(...open, release('A'))
      .when(lower('A', '5000'))
      .thenNothing();
  });

  test('of what was cancelled only that is given back which was not invoiced', () => {
    const part = [limit('10000'), check('A', '9000'), invoiced('I1', 'A', '5412', '5000')];
    given(...part)
      .when(lower('A', '7000'))
      .then({ type: 'CreditReleased', data: { amount: '2000', left: '2000' } });
    given(...part)
      .when(lower('A', '4000'))
      .then({ type: 'CreditReleased', data: { amount: '4000', left: '0' } });
    const reverse = reversed('I1', 'A', '5000');
    expect(exposureOf(play(credit, [...part, lower('A', '7000'), reverse]).state, 'USD')).toBe(7000n);
    expect(exposureOf(play(credit, [...part, reverse, lower('A', '7000')]).state, 'USD')).toBe(7000n);
    given(...part, lower('A', '7000'), reverse, lower('A', '6000'))
      .when(invoiced('I2', 'A', '6500', '6000'))
      .then({ type: 'ReceivableRecorded', data: { released: '6000' } });
  });

  test('the same limit again is no event, a negative one is refused', () => {
    given(limit('100')).when(limit('100')).thenNothing();
    given(limit('100')).when(limit('99')).then({ type: 'CreditLimitSet' });
    given().when(limit('-1')).thenRefused('MASTER_DATA_INVALID');
  });

  test('exposure is the sum of what is reserved and never above the limit without override', () => {
    const command = fc.oneof(
      fc
        .record({ order: fc.integer({ min: 0, max: 9 }), amount: fc.integer({ min: 0, max: 500 }) })
        .map(({ order, amount }) => check(`O${order}`, String(amount))),
      fc.integer({ min: 0, max: 9 }).map((order) => release(`O${order}`)),
      fc
        .record({ order: fc.integer({ min: 0, max: 9 }), amount: fc.integer({ min: 0, max: 500 }) })
        .map(({ order, amount }) => lower(`O${order}`, String(amount))),
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        let { state } = play(credit, [limit('1000')]);
        const open = new Map<string, bigint>();
        for (const step of commands) {
          const outcome = credit.decide(step, state);
          if (isRefusal(outcome)) throw new Error(outcome.detail);
          for (const event of outcome) {
            state = credit.evolve(state, event);
            if (event.type === 'CreditReserved') {
              const { orderId, amount, added } = event.data;
              open.set(orderId, BigInt(amount) + (added === true ? (open.get(orderId) ?? 0n) : 0n));
            }
            if (event.type !== 'CreditReleased') continue;
            const { orderId, left } = event.data;
            if (left === undefined) open.delete(orderId);
            else open.set(orderId, BigInt(left));
          }
          expect(exposureOf(state, 'USD')).toBe([...open.values()].reduce((a, b) => a + b, 0n));
          expect(exposureOf(state, 'USD')).toBeLessThanOrEqual(1000n);
          for (let order = 0; order < 10; order += 1)
            expect(isReserved(state, `O${order}`)).toBe(open.has(`O${order}`));
        }
      }),
      { numRuns: 100 },
    );
  });

  test('ten thousand open orders of one customer stay cheap', () => {
    const commands = Array.from({ length: 10_000 }, (_, index) => check(`O${index}`, '1'));
    const startedAt = performance.now();
    expect(exposureOf(play(credit, [limit('10000'), ...commands]).state, 'USD')).toBe(10_000n);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });
});
