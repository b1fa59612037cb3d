import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  cumulativePart,
  currencyExponent,
  decimal,
  decimalText,
  divideRounded,
  extend,
  minor,
  percentOf,
  quotientDecimal,
  rateOf,
  spread,
} from '../../../domain/money.ts';

const abs = (amount: bigint): bigint => (amount < 0n ? -amount : amount);

describe('money', () => {
  test('R1 half a minor unit is rounded away from zero, in both directions', () => {
    expect([divideRounded(5n, 10n), divideRounded(-5n, 10n), divideRounded(4n, 10n), divideRounded(-4n, 10n)]).toEqual([
      1n,
      -1n,
      0n,
      0n,
    ]);
    expect([divideRounded(15n, -10n), divideRounded(-15n, -10n)]).toEqual([-2n, 2n]);
    expect(() => divideRounded(1n, 0n)).toThrow(RangeError);
  });

  test('R1 rounding is never further off than half a unit', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 30n), 10n ** 30n), fc.bigInt(1n, 10n ** 20n), (numerator, denominator) => {
        const rest = numerator - divideRounded(numerator, denominator) * denominator;
        expect(abs(rest) * 2n <= denominator).toBe(true);
      }),
    );
  });

  test('R2 a line is extended once: 3 at 0.333333 is 1.00, not 0.99', () => {
    expect(extend(3n, decimal('0.333333'), 'USD')).toBe(100n);
    expect(extend(7n, decimal('12.50'), 'USD')).toBe(8750n);
  });

  test('R2 each currency has its own minor unit', () => {
    expect([
      currencyExponent('JPY'),
      currencyExponent('USD'),
      currencyExponent('KWD'),
      currencyExponent('CLF'),
    ]).toEqual([0, 2, 3, 4]);
    expect([extend(1n, decimal('1.2345'), 'JPY'), extend(1n, decimal('1.2345'), 'KWD')]).toEqual([1n, 1235n]);
  });

  test('R4 spreading is exact, follows the weights, and gives ties to the earlier line', () => {
    expect(spread(100n, [1n, 1n, 1n])).toEqual([34n, 33n, 33n]);
    expect(spread(-100n, [1n, 1n, 1n])).toEqual([-34n, -33n, -33n]);
    expect(spread(7n, [0n, 0n])).toEqual([7n, 0n]);
    expect(() => spread(1n, [])).toThrow(RangeError);
    expect(() => spread(1n, [1n, -1n])).toThrow(RangeError);
  });

  test('R4 shares add up and none is a whole unit away from its exact share', () => {
    const weights = fc.array(fc.bigInt(0n, 10n ** 12n), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 15n), 10n ** 15n), weights, (total, parts) => {
        const shares = spread(total, parts);
        const sum = parts.reduce((a, b) => a + b, 0n);
        expect(shares.reduce((a, b) => a + b, 0n)).toBe(total);
        if (sum > 0n)
          expect(shares.every((share, index) => abs(share * sum - total * (parts[index] ?? 0n)) < sum)).toBe(true);
      }),
    );
  });

  test('R6 parts of any split add up to the whole', () => {
    const splits = fc.array(fc.bigInt(1n, 500n), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(splits, fc.bigInt(1n, 10n ** 9n), (parts, millionths) => {
        const amountOf = (qty: bigint) => extend(qty, { digits: millionths, scale: 6 }, 'USD');
        let at = 0n;
        let sum = 0n;
        for (const part of parts) {
          sum += cumulativePart(amountOf, at, part);
          at += part;
        }
        expect(sum).toBe(amountOf(at));
      }),
    );
  });

  test('R9 a moving average keeps six places and is rounded once', () => {
    expect(decimalText(quotientDecimal(100n, 3n, 6))).toBe('33.333333');
    expect(decimalText(quotientDecimal(-2n, 3n, 6))).toBe('-0.666667');
  });

  test('percentages and rates are rounded once', () => {
    expect(percentOf(8750n, decimal('8'))).toBe(700n);
    expect(rateOf(8050n, decimal('0.0825'))).toBe(664n);
  });

  test('text that is not money is refused, also when it would nearly be', () => {
    for (const text of ['', '1.0', '01', '-0', '+1', '1e3', ' 1', '1 ', '１', '9'.repeat(39)])
      expect(() => minor(text)).toThrow(RangeError);
    for (const text of ['', '.5', '1.', '1,5', 'NaN', '1e3', '00.5']) expect(() => decimal(text)).toThrow(RangeError);
  });

  test('a decimal written out and read again is the same number', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 15n), 10n ** 15n), fc.integer({ min: 0, max: 6 }), (digits, scale) => {
        const again = decimal(decimalText({ digits, scale }));
        expect(again.digits * 10n ** BigInt(scale)).toBe(digits * 10n ** BigInt(again.scale));
      }),
    );
  });
});
