import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CreditCommand } from '../../../domain/credit/commands.ts';
import { credit, exposureOf } from '../../../domain/credit/credit.ts';
import { isRefusal } from '../../../domain/decider.ts';
import { sizeOf, valuesOf } from '../../../domain/stock/orderedMap.ts';
import { play, scenarios } from '../order/scenario.ts';

const given = scenarios(credit);
const account = { bu: 'ACME', customer: 'C-1002', currency: 'USD' };
const limit = (text: string): CreditCommand => ({ ...account, type: 'SetLimit', limit: text });
const check = (orderId: string, amount: string): CreditCommand => ({
  ...{ ...account, type: 'CheckCredit', orderId, amount, override: false },
});
const invoiced = (invoiceId: string, orderId: string, amount: string, net: string, hour = '09'): CreditCommand => ({
  ...{ ...account, type: 'RecordReceivable', invoiceId, orderId, amount, net },
  issuedAt: `2026-11-24T${hour}:00:00.000Z`,
});

describe('B-17 a figure that names our invoices', () => {
  const naming = (openAr: string, hour: string, ...contains: string[]): CreditCommand => ({
    ...{ ...account, type: 'SynchroniseExposure', openAr, contains },
    asOf: `2026-11-24T${hour}:00:00.000Z`,
  });
  const issued = [limit('10000'), invoiced('I1', 'A', '1000', '900', '08'), invoiced('I2', 'B', '2000', '1900', '10')];
  const exposureAfter = (...commands: readonly CreditCommand[]): bigint =>
    exposureOf(play(credit, [...issued, ...commands]).state, 'USD');

  test('takes the place of those, whenever they were issued: the others are not in their books yet', () => {
    given(...issued)
      .when(naming('2000', '12', 'I2'))
      .then({ type: 'ExposureSynchronised', data: { openAr: '2000', contains: ['I2'], receivables: '1000' } });
    expect(exposureAfter(naming('2000', '12', 'I2'))).toBe(3000n);
    expect(exposureAfter(naming('0', '12'))).toBe(3000n);
    // Posted late, under an instant before it was issued by our clock.
    expect(exposureAfter(naming('3000', '07', 'I1', 'I2'))).toBe(3000n);
    // Paid: it stays in their books and is not named again.
    expect(exposureAfter(naming('3000', '12', 'I1', 'I2'), naming('0', '13'))).toBe(0n);
  });

  test('told before we have heard of the invoice, it counts once all the same', () => {
    const told = [naming('1500', '12', 'I3'), invoiced('I3', 'C', '1500', '1500', '11')];
    expect(exposureAfter(...told)).toBe(4500n);
    expect(exposureAfter(...told, naming('0', '13', 'I1', 'I2'))).toBe(0n);
  });

  test('told again is no event, and an older amount never comes back', () => {
    const told = [...issued, naming('1000', '12', 'I1'), naming('200', '13')];
    given(...told)
      .when(naming('200', '13'))
      .thenNothing();
    given(...told)
      .when(naming('1000', '12', 'I1'))
      .thenNothing();
    expect(exposureAfter(naming('200', '13'), naming('9000', '12'))).toBe(3200n);
  });

  test('an older figure that comes late still tells which invoices are in their books', () => {
    given(...issued, naming('3000', '13', 'I2'))
      .when(naming('1000', '12', 'I1'))
      .then({ type: 'ExposureSynchronised', data: { openAr: '3000', contains: ['I1'], receivables: '0' } });
    expect(exposureAfter(naming('3000', '13', 'I2'), naming('1000', '12', 'I1'))).toBe(3000n);
  });

  test('every currency has a figure of its own, and an invoice counts in its own only', () => {
    const euros = { ...naming('700', '12', 'I1'), currency: 'EUR' };
    const { state } = play(credit, [...issued, naming('2000', '12', 'I2'), euros]);
    expect([exposureOf(state, 'USD'), exposureOf(state, 'EUR')]).toEqual([3000n, 700n]);
  });

  test('we may owe them: a credit balance is headroom', () => {
    given(limit('1000'), naming('-500', '12'))
      .when(check('A', '1500'))
      .then({ type: 'CreditReserved', data: { exposure: '1000', override: false } });
  });

  test('names that nobody here ever hears of do not pile up', () => {
    const names = Array.from({ length: 1_000 }, (_, n) => `I${String(n).padStart(4, '0')}`);
    const { state } = play(credit, [naming('0', '12', ...names)]);
    expect(sizeOf(state.ahead)).toBe(200);
    expect([...valuesOf(state.ahead)][0]).toBe('I0800');
  });

  test('whatever the order in which invoices are issued, posted, paid and told, each counts exactly once', () => {
    const step = fc.record({
      kind: fc.constantFrom('issue' as const, 'record' as const, 'post' as const, 'pay' as const, 'tell' as const),
      pick: fc.nat(20),
      again: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let { state } = play(credit, [limit('1')]);
        const play1 = (command: CreditCommand): void => {
          const outcome = credit.decide(command, state);
          if (isRefusal(outcome)) throw new Error(outcome.detail);
          for (const event of outcome) state = credit.evolve(state, event);
        };
        const all = {
          issued: [] as string[],
          recorded: [] as string[],
          posted: [] as string[],
          paid: [] as string[],
        };
        const told: CreditCommand[] = [];
        let unnamed: string[] = [];
        const next = (from: readonly string[], to: string[]): string | undefined => {
          const id = from.find((each) => !to.includes(each));
          if (id !== undefined) to.push(id);
          return id;
        };
        const at = () => new Date(Date.parse('2026-11-24T00:00:00.000Z') + told.length * 1_000).toISOString();
        const record = (): void => {
          const id = next(all.issued, all.recorded);
          if (id !== undefined) play1(invoiced(id, id, '100', '0'));
        };
        const tell = (): void => {
          const openAr = String(100 * (all.posted.length - all.paid.length));
          told.push({ ...account, type: 'SynchroniseExposure', openAr, asOf: at(), contains: unnamed });
          unnamed = [];
          play1(told.at(-1) as CreditCommand);
        };
        for (const { kind, pick, again } of steps) {
          if (kind === 'issue') all.issued.push(`I${all.issued.length}`);
          else if (kind === 'record') record();
          else if (kind === 'post') unnamed.push(...[next(all.issued, all.posted) ?? []].flat());
          else if (kind === 'pay') next(all.posted, all.paid);
          else if (again && told.length > 0) play1(told[pick % told.length] as CreditCommand);
          else tell();
        }
        while (all.recorded.length < all.issued.length) record();
        tell();
        expect(exposureOf(state, 'USD')).toBe(BigInt(100 * (all.issued.length - all.paid.length)));
      }),
      { numRuns: 300 },
    );
  });
});
