import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { convert, functionalAmounts } from '../../../domain/ledger/functional.ts';
import { decimal, spread } from '../../../domain/money.ts';

const lines = (debits: readonly bigint[], credits: readonly bigint[]) => [
  ...debits.map((amount) => ({ debit: amount.toString(), credit: '0' })),
  ...credits.map((amount) => ({ debit: '0', credit: amount.toString() })),
];

describe('functional currency', () => {
  test('R8 each line is converted and rounded, and the residue goes to the largest line', () => {
    const amounts = functionalAmounts(lines([101n], [34n, 34n, 33n]), decimal('0.5'), 'USD', 'USD');
    expect(amounts.map((line) => [line.functionalDebit, line.functionalCredit])).toEqual([
      ['51', '0'],
      ['0', '17'],
      ['0', '17'],
      ['0', '17'],
    ]);
    const uneven = functionalAmounts(lines([100n], [33n, 33n, 34n]), decimal('0.5'), 'USD', 'USD');
    expect(uneven.map((line) => line.functionalCredit)).toEqual(['0', '17', '17', '16']);
  });

  test('R8 currencies with other minor units are converted between them', () => {
    expect([
      convert(10214n, decimal('150.25'), 'USD', 'JPY'),
      convert(15347n, decimal('0.006656'), 'JPY', 'USD'),
    ]).toEqual([15347n, 10215n]);
  });

  test('G2 a balanced journal stays balanced in any currency at any rate', () => {
    const weights = fc.array(fc.bigInt(1n, 1_000n), { minLength: 1, maxLength: 12 });
    const rate = fc.bigInt(1n, 10n ** 9n).map((digits) => ({ digits, scale: 6 }));
    fc.assert(
      fc.property(
        fc.bigInt(1n, 10n ** 12n),
        weights,
        weights,
        rate,
        fc.constantFrom('USD', 'JPY', 'KWD'),
        (total, left, right, at, to) => {
          const amounts = functionalAmounts(lines(spread(total, left), spread(total, right)), at, 'USD', to);
          const debit = amounts.reduce((sum, line) => sum + BigInt(line.functionalDebit), 0n);
          const credit = amounts.reduce((sum, line) => sum + BigInt(line.functionalCredit), 0n);
          expect(debit).toBe(credit);
          expect(debit).toBe(convert(total, at, 'USD', to));
        },
      ),
    );
  });
});
