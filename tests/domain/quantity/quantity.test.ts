import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { maxQty, minQty, qty, toBase } from '../../../domain/quantity.ts';

const conversions = [
  { uom: 'BX', num: '12', den: '1' },
  { uom: 'HALF', num: '1', den: '2' },
];

describe('quantities', () => {
  test('a box of twelve is twelve pieces, and the fraction used is told', () => {
    expect(toBase(3n, 'BX', 'EA', conversions)).toEqual({
      base: 36n,
      conversion: { from: 'BX', to: 'EA', num: '12', den: '1' },
    });
    expect(toBase(3n, 'EA', 'EA', [])).toEqual({ base: 3n, conversion: { from: 'EA', to: 'EA', num: '1', den: '1' } });
  });

  test('what is not a whole number of base units is refused and never rounded', () => {
    expect(toBase(3n, 'HALF', 'EA', conversions)).toMatchObject({ code: 'UOM_NOT_DIVISIBLE' });
    expect(toBase(4n, 'HALF', 'EA', conversions)).toMatchObject({ base: 2n });
  });

  test('a unit that the item does not have is refused', () => {
    expect(toBase(1n, 'PAL', 'EA', conversions)).toMatchObject({ code: 'UOM_UNKNOWN' });
  });

  test('a conversion that succeeds is exact', () => {
    const factor = fc.integer({ min: 1, max: 10_000 }).map(String);
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 9n), factor, factor, (entered, num, den) => {
        const outcome = toBase(entered, 'X', 'EA', [{ uom: 'X', num, den }]);
        if ('base' in outcome) expect(outcome.base * BigInt(den)).toBe(entered * BigInt(num));
        else expect((entered * BigInt(num)) % BigInt(den)).not.toBe(0n);
      }),
    );
  });

  test('text that is no quantity is refused', () => {
    for (const text of ['', '1.5', '01', '-0', '1e3', '9'.repeat(19)]) expect(() => qty(text)).toThrow(RangeError);
    expect([qty('-12'), minQty(1n, 2n), maxQty(1n, 2n)]).toEqual([-12n, 1n, 2n]);
  });
});
