import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CreditCommand } from '../../../domain/credit/commands.ts';
import { credit, exposureOf } from '../../../domain/credit/credit.ts';
import { play, scenarios } from '../order/scenario.ts';

const given = scenarios(credit);
const account = { bu: 'ACME', customer: 'C-1002', currency: 'USD' };
const invoiced = (invoiceId: string, amount: string): CreditCommand => ({
  ...{ ...account, type: 'RecordReceivable', invoiceId, orderId: invoiceId, amount, net: '0' },
  issuedAt: '2026-11-24T09:00:00.000Z',
});
const paid = (invoiceId: string, amount: string, settlementId = `${invoiceId}-${amount}`): CreditCommand => ({
  ...{ ...account, type: 'SettleReceivable', invoiceId, orderId: invoiceId, settlementId, cause: 'PAYMENT', amount },
});
const told = (openAr: string, seconds: number, ...contains: readonly string[]): CreditCommand => ({
  ...{ ...account, type: 'SynchroniseExposure', openAr, contains },
  asOf: new Date(Date.parse('2026-11-24T12:00:00.000Z') + seconds * 1_000).toISOString(),
});
const exposureAfter = (...commands: readonly CreditCommand[]): bigint =>
  exposureOf(play(credit, commands).state, 'USD');

describe('B-17 recorded payments and what the ERP tells', () => {
  const open = [invoiced('I1', '1000'), invoiced('I2', '2000')];

  test('as long as the ERP tells nothing, a payment lowers what is owed, once, and what comes back is owed again', () => {
    expect(exposureAfter(...open, paid('I1', '600'), paid('I1', '600'))).toBe(2400n);
    expect(exposureAfter(...open, paid('I1', '600'), paid('I1', '-100'))).toBe(2500n);
    expect(exposureAfter(...open, paid('I1', '1200'))).toBe(1800n);
  });

  test('what the ERP told takes the place of payments, also of an invoice that it does not count yet', () => {
    given(...open, told('0', 0))
      .when(paid('I1', '600'))
      .thenNothing();
    // It has the cash and not yet the invoice.
    expect(exposureAfter(...open, paid('I1', '600'), told('-600', 0))).toBe(2400n);
    expect(exposureAfter(...open, paid('I1', '600'), told('-600', 0), told('400', 1, 'I1'))).toBe(2400n);
    given(...open, paid('I1', '600'))
      .when(told('-600', 0))
      .then({ type: 'ExposureSynchronised', data: { openAr: '-600', receivables: '3000' } });
  });

  test('a credit memo of an invoice that was paid beyond its total takes nothing off', () => {
    const credited = { ...account, type: 'CreditReceivable', invoiceId: 'I1', orderId: 'I1' } as const;
    given(...open, paid('I1', '1200'))
      .when({ ...credited, creditMemoId: 'CM', amount: '300' })
      .thenNothing();
    given(...open, paid('I1', '800'))
      .when({ ...credited, creditMemoId: 'CM', amount: '300' })
      .then({ type: 'ReceivableCredited', data: { amount: '200' } });
  });

  test('whatever the order in which invoices and payments reach the ERP, no payment counts twice, and in the end each once', () => {
    const step = fc.record({
      kind: fc.constantFrom('issue', 'pay', 'postInvoice', 'postCash', 'tell'),
      pick: fc.nat(9),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const [commands, invoices, payments]: [CreditCommand[], string[], string[]] = [[], [], []];
        const [inBooks, cash, unnamed] = [new Set<string>(), new Set<string>(), new Set<string>()];
        let n = 0;
        const figure = (): void => {
          n += 1;
          commands.push(told(String(100 * inBooks.size - 30 * cash.size), n, ...unnamed));
          unnamed.clear();
        };
        const post = (invoiceId: string): void => {
          if (!inBooks.has(invoiceId)) unnamed.add(invoiceId);
          inBooks.add(invoiceId);
        };
        for (const { kind, pick } of steps) {
          const invoiceId = invoices[pick % Math.max(1, invoices.length)];
          const payment = payments[pick % Math.max(1, payments.length)];
          if (kind === 'issue') commands.push(invoiced(`I${invoices.push(`I${invoices.length}`) - 1}`, '100'));
          else if (kind === 'pay' && invoiceId !== undefined)
            commands.push(paid(invoiceId, '30', `P${payments.push(`P${payments.length}`) - 1}`));
          else if (kind === 'postInvoice' && invoiceId !== undefined) post(invoiceId);
          else if (kind === 'postCash' && payment !== undefined) cash.add(payment);
          else if (kind === 'tell') figure();
          const owed = BigInt(100 * invoices.length - 30 * payments.length);
          expect(exposureAfter(...commands)).toBeGreaterThanOrEqual(owed);
        }
        for (const invoiceId of invoices) post(invoiceId);
        for (const payment of payments) cash.add(payment);
        figure();
        expect(exposureAfter(...commands)).toBe(BigInt(100 * invoices.length - 30 * payments.length));
      }),
      { numRuns: 100 },
    );
  });
});
