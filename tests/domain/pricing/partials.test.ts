import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type DiscountRate,
  lineAmounts,
  partialAmounts,
  partialCost,
  partialCosts,
} from '../../../domain/pricing/lineAmounts.ts';

const price = fc
  .tuple(fc.integer({ min: 0, max: 99_999 }), fc.integer({ min: 0, max: 999_999 }))
  .map(([whole, millionths]) => `${whole}.${String(millionths).padStart(6, '0')}`);
const rate = fc
  .integer({ min: 0, max: 1_000_000 })
  .map((parts) => `${Math.floor(parts / 10_000)}.${String(parts % 10_000).padStart(4, '0')}`);
const chain = fc
  .array(rate, { maxLength: 4 })
  .map((rates): readonly DiscountRate[] =>
    rates.map((ratePct, index) => ({ sequence: index + 1, kind: 'CONTRACT', ratePct })),
  );
const split = fc.array(fc.bigInt(1n, 400n), { minLength: 1, maxLength: 25 });
const currency = fc.constantFrom('USD', 'JPY', 'KWD');

const total = (parts: readonly bigint[]): bigint => parts.reduce((a, b) => a + b, 0n);

describe('partial amounts', () => {
  test('P-21 price, each discount and net of many parts equal those of one full line to the minor unit', () => {
    fc.assert(
      fc.property(price, chain, split, currency, (unitPrice, rates, parts, in_) => {
        const whole = lineAmounts(total(parts), unitPrice, rates, in_);
        let at = 0n;
        const pieces = parts.map((part) => {
          const amounts = partialAmounts(at, part, unitPrice, rates, in_);
          at += part;
          return amounts;
        });
        expect(total(pieces.map((piece) => piece.gross))).toBe(whole.gross);
        expect(total(pieces.map((piece) => piece.net))).toBe(whole.net);
        expect(
          whole.discounts.map((_amount, index) => total(pieces.map((piece) => piece.discounts[index] ?? 0n))),
        ).toEqual(whole.discounts);
        expect(pieces.every((piece) => piece.gross - piece.discount === piece.net)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test('P-21 no part of a line is ever negative', () => {
    fc.assert(
      fc.property(price, chain, split, (unitPrice, rates, parts) => {
        let at = 0n;
        for (const part of parts) {
          const { gross, net } = partialAmounts(at, part, unitPrice, rates, 'USD');
          expect(gross >= 0n && net >= 0n).toBe(true);
          at += part;
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('R6 the cost of a shipped line is spent exactly, however it is invoiced', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 9n), split, (cost, parts) => {
        let at = 0n;
        let spent = 0n;
        for (const part of parts) {
          spent += partialCost(cost, total(parts), at, part);
          at += part;
        }
        expect(spent).toBe(cost);
      }),
    );
  });

  test('R6 so is that of each component of a kit, and within a part they come to what the part costs', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt(0n, 10n ** 4n), { minLength: 1, maxLength: 6 }), split, (costs, parts) => {
        let at = 0n;
        let spent = costs.map(() => 0n);
        for (const part of parts) {
          const shares = partialCosts(costs, total(parts), at, part);
          expect(total(shares)).toBe(partialCost(total(costs), total(parts), at, part));
          spent = spent.map((sum, index) => sum + (shares[index] ?? 0n));
          at += part;
        }
        expect(spent).toEqual(costs);
      }),
    );
  });
});
