import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { exactNumber, parseExact, plainDecimal } from '../../../adapters/tax/exactJson.ts';

describe('money as JSON numbers', () => {
  test('is read as it was printed: no digit is lost that a float would lose', () => {
    expect(parseExact('{"a":9007199254740993,"b":[0.10,-1.250e2],"c":"1","d":null,"e":true}')).toEqual({
      a: '9007199254740993',
      b: ['0.10', '-1.250e2'],
      c: '1',
      d: null,
      e: true,
    });
  });

  test('is written digit by digit, and only when it is a number', () => {
    expect(JSON.stringify({ amount: exactNumber('90071992547409930.10') })).toBe('{"amount":90071992547409930.10}');
    for (const text of ['1e5', '01', '1.', '--1', '', 'NaN', '{"a":1}'])
      expect(() => exactNumber(text)).toThrow(RangeError);
  });

  test.each([
    ['6.64', '6.64'],
    ['1.25E+2', '125'],
    ['1.25e1', '12.5'],
    ['125e-4', '0.0125'],
    ['-0.00', '0.00'],
    ['-5e-1', '-0.5'],
    ['0e5', '0'],
    ['1e400', undefined],
    ['rubbish', undefined],
  ])('%s is %p', (printed, plain) => {
    expect(plainDecimal(printed)).toBe(plain);
  });

  test('plain decimals stand for the same value, whatever the exponent', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 18n), 10n ** 18n), fc.integer({ min: -20, max: 20 }), (digits, exponent) => {
        const plain = plainDecimal(`${digits}e${exponent}`);
        if (plain === undefined) return false;
        const [whole = '', fraction = ''] = plain.replace('-', '').split('.');
        const scaled = BigInt(whole + fraction) * 10n ** BigInt(40 - fraction.length);
        const expected = (digits < 0n ? -digits : digits) * 10n ** BigInt(40 + exponent);
        return scaled === expected && plain.startsWith('-') === digits < 0n;
      }),
    );
  });
});
