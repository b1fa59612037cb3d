import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Tax, TaxRequest } from '../../commands/partnerPorts.ts';
import type { TaxLookup } from '../../commands/ports.ts';

/** A tax engine that a contract run may break. Region `US-CA` has one rate of 8.25 %, freight is not taxed. */
type TaxUnderTest = {
  readonly tax: Tax;
  readonly lookup: TaxLookup;
  readonly strike: (fault: {
    mode: string;
    times?: number;
    operation?: string;
    ms?: number;
    code?: string;
    status?: number;
  }) => Promise<void>;
  readonly calm: () => Promise<void>;
  /** Counted on their side. */
  readonly effects: () => Promise<{ transactions: number; saved: number; committed: number; voided: number }>;
  readonly close: () => Promise<void>;
};

/** The first invoice of the golden example: 7 × 12.50 less 8 %, and freight. */
export const aTaxRequest = (docCode: string, overrides: Partial<TaxRequest> = {}): TaxRequest => ({
  docCode,
  bu: 'ACME',
  customer: 'C-1001',
  customerTaxCode: 'TAXABLE',
  date: '2026-11-23',
  currency: 'USD',
  shipTo: { id: 'MAIN', region: 'US-CA' },
  lines: [
    { reference: 'I-1:10', item: 'BRG-6204', engineCode: 'P0000000', qty: '7', amount: '8050' },
    { reference: 'charge:FREIGHT', item: 'FREIGHT', engineCode: 'FR020100', qty: '1', amount: '1500' },
  ],
  ...overrides,
});

/** What every tax adapter must do, whichever engine is behind it. */
export const taxContract = (name: string, open: () => Promise<TaxUnderTest>): void => {
  describe(`${name} keeps the tax contract`, () => {
    let under: TaxUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());

    test('P-23: tax comes per line and jurisdiction, to the cent, and freight is not taxed', async () => {
      expect(await under.tax.calculate(aTaxRequest('I-1'))).toEqual({
        kind: 'calculated',
        docCode: 'I-1',
        tax: '664',
        lines: [
          {
            reference: 'I-1:10',
            jurisdiction: expect.stringMatching(/\S/),
            type: 'Sales',
            rate: '0.0825',
            taxable: '8050',
            tax: '664',
          },
        ],
      });
      const second = aTaxRequest('I-2', {
        lines: [{ reference: 'I-2:10', item: 'BRG-6204', engineCode: 'P0000000', qty: '3', amount: '3450' }],
      });
      expect(await under.tax.calculate(second)).toMatchObject({ tax: '285' });
    });

    test('calculated, committed, voided: one document from beginning to end', async () => {
      await under.tax.calculate(aTaxRequest('I-1'));
      expect(await under.effects()).toMatchObject({ transactions: 1, saved: 1 });
      const jurisdictions = ['664', '0'].map((tax) => ({ jurisdiction: expect.stringMatching(/\S/), tax }));
      const kept = { kind: 'committed', tax: '664', jurisdictions };
      expect(await under.tax.commit('ACME', 'I-1')).toEqual(kept);
      // Asked again it says what it keeps.
      expect(await under.tax.commit('ACME', 'I-1')).toEqual(kept);
      expect(await under.effects()).toMatchObject({ transactions: 1, committed: 1 });
      expect(await under.tax.void('ACME', 'I-1')).toEqual({ kind: 'voided' });
      expect(await under.effects()).toMatchObject({ transactions: 1, voided: 1 });
    });

    test('a credit memo is a document of its own below zero, with exactly the tax that it is given', async () => {
      const line = { reference: 'I-1:10', item: 'BRG-6204', engineCode: 'P0000000', qty: '2' };
      const request = aTaxRequest('I-1', {
        lines: [{ ...line, amount: '-2300', tax: '-191' }],
        credits: { invoiceNumber: 'INV-000001', taxDate: '2026-11-23' },
      });
      await under.tax.calculate(aTaxRequest('I-1'));
      const calculated = await under.tax.calculate(request);
      expect(calculated).toMatchObject({ kind: 'calculated', docCode: 'I-1', tax: '-191' });
      expect(await under.lookup.creditMemo('ACME', 'I-1', new AbortController().signal)).toEqual({ status: 'SAVED' });
      const committed = await under.tax.commit('ACME', 'I-1', 'credit');
      const jurisdictions = [{ jurisdiction: expect.stringMatching(/\S/), tax: '-191' }];
      expect(committed).toEqual({ kind: 'committed', tax: '-191', jurisdictions });
      // An answer that was lost: everything again.
      expect(await under.tax.calculate(request)).toEqual(calculated);
      expect(await under.tax.commit('ACME', 'I-1', 'credit')).toEqual(committed);
      expect(await under.effects()).toMatchObject({ transactions: 2, saved: 1, committed: 1 });
    });

    test('every call may be repeated: the second answer is the first, and there is one document', async () => {
      const calculated = await under.tax.calculate(aTaxRequest('I-1'));
      expect(await under.tax.calculate(aTaxRequest('I-1'))).toEqual(calculated);
      expect(await under.tax.commit('ACME', 'I-1')).toEqual(await under.tax.commit('ACME', 'I-1'));
      expect(await under.tax.calculate(aTaxRequest('I-1'))).toEqual(calculated);
      expect(await under.tax.void('ACME', 'I-1')).toEqual(await under.tax.void('ACME', 'I-1'));
      expect((await under.effects()).transactions).toBe(1);
    });

    test.each([
      'calculate',
      'commit',
      'void',
    ] as const)('the answer to %s is lost 20 times: one document', async (operation) => {
      await under.strike({ mode: 'lose-answer', operation, times: 20 });
      const again = async <T>(call: () => Promise<T>): Promise<T> => {
        for (let tries = 0; tries < 20; tries += 1) {
          const answer = await call().catch(() => undefined);
          if (answer !== undefined) return answer;
        }
        throw new Error('never answered');
      };
      expect((await again(() => under.tax.calculate(aTaxRequest('I-1')))).kind).toBe('calculated');
      expect(await again(() => under.tax.commit('ACME', 'I-1'))).toMatchObject({ kind: 'committed', tax: '664' });
      expect(await again(() => under.tax.void('ACME', 'I-1'))).toEqual({ kind: 'voided' });
      expect(await under.effects()).toMatchObject({ transactions: 1, voided: 1 });
    });

    test('answered late or delivered twice: one document', async () => {
      await under.strike({ mode: 'delay', operation: 'calculate', ms: 600 });
      await under.strike({ mode: 'duplicate', operation: 'calculate' });
      await under.strike({ mode: 'duplicate', operation: 'commit' });
      expect((await under.tax.calculate(aTaxRequest('I-1'))).kind).toBe('calculated');
      expect((await under.tax.commit('ACME', 'I-1')).kind).toBe('committed');
      expect(await under.effects()).toMatchObject({ transactions: 1, committed: 1 });
    });

    test('S-17: the engine is down at invoice time, and after it is back there is exactly one tax document', async () => {
      await under.strike({ mode: 'fail', times: 1_000 });
      for (let tries = 0; tries < 3; tries += 1) {
        await expect(under.tax.calculate(aTaxRequest('I-1'))).rejects.toMatchObject({ name: 'PartnerUnavailable' });
      }
      await under.calm();
      expect((await under.tax.calculate(aTaxRequest('I-1'))).kind).toBe('calculated');
      expect((await under.tax.commit('ACME', 'I-1')).kind).toBe('committed');
      expect(await under.effects()).toMatchObject({ transactions: 1, committed: 1 });
    });

    test('an answer that nobody understands is not a tax amount', async () => {
      await under.strike({ mode: 'malformed', operation: 'calculate', times: 9 });
      await expect(under.tax.calculate(aTaxRequest('I-1'))).rejects.toMatchObject({ class: 'BAD_RESPONSE' });
    });

    test('a region that the engine cannot tax is a refusal, never 0 %', async () => {
      const nowhere = aTaxRequest('I-1', { shipTo: { id: 'MAIN', region: 'XX-NOWHERE' } });
      expect(await under.tax.calculate(nowhere)).toMatchObject({ kind: 'refused', code: 'INVALID_ADDRESS' });
      expect(await under.tax.calculate(aTaxRequest('I-1', { shipTo: { id: 'MAIN' } }))).toMatchObject({
        kind: 'refused',
      });
      expect((await under.effects()).transactions).toBe(0);
    });

    test('a saved document is replaced by new content, a committed one is not', async () => {
      await under.tax.calculate(aTaxRequest('I-1'));
      const other = aTaxRequest('I-1', {
        lines: [{ reference: 'I-1:10', item: 'BRG-6204', engineCode: 'P0000000', qty: '3', amount: '3450' }],
      });
      expect(await under.tax.calculate(other)).toMatchObject({ tax: '285' });
      await under.tax.commit('ACME', 'I-1');
      expect(await under.tax.calculate(aTaxRequest('I-1'))).toMatchObject({
        kind: 'refused',
        code: 'TAX_DOCUMENT_DIFFERS',
      });
      expect(await under.tax.calculate(other)).toMatchObject({ kind: 'calculated', tax: '285' });
      await under.tax.void('ACME', 'I-1');
      expect(await under.tax.calculate(other)).toMatchObject({ kind: 'refused', code: 'TAX_DOCUMENT_VOIDED' });
    });

    test('committing or voiding what they do not know, or what is voided, is a refusal', async () => {
      expect(await under.tax.commit('ACME', 'I-9')).toMatchObject({ kind: 'refused', code: 'ENTITY_NOT_FOUND_ERROR' });
      expect(await under.tax.void('ACME', 'I-9')).toMatchObject({ kind: 'refused', code: 'ENTITY_NOT_FOUND_ERROR' });
      await under.tax.calculate(aTaxRequest('I-1'));
      await under.tax.void('ACME', 'I-1');
      expect(await under.tax.commit('ACME', 'I-1')).toMatchObject({
        kind: 'refused',
        code: 'TRANSACTION_ALREADY_CANCELLED',
      });
    });

    describe('what they hold is asked without touching it', () => {
      const { signal } = new AbortController();
      const heldAs = (docCode: string) => under.lookup.document('ACME', docCode, signal);

      test('a document: nothing, saved, committed, voided', async () => {
        expect(await heldAs('I-1')).toBeUndefined();
        await under.strike({ mode: 'lose-answer', operation: 'calculate' });
        await under.tax.calculate(aTaxRequest('I-1'));
        expect(await heldAs('I-1')).toEqual({ status: 'SAVED' });
        await under.tax.commit('ACME', 'I-1');
        expect(await heldAs('I-1')).toEqual({ status: 'COMMITTED' });
        await under.tax.void('ACME', 'I-1');
        expect(await heldAs('I-1')).toEqual({ status: 'VOIDED' });
        expect(await under.effects()).toMatchObject({ transactions: 1, voided: 1 });
      });

      test('an engine that is away, broken or silent is unavailable, never "nothing"', async () => {
        await under.strike({ mode: 'fail', times: 4 });
        await expect(heldAs('I-1')).rejects.toMatchObject({ name: 'PartnerUnavailable' });
        await under.strike({ mode: 'malformed' });
        await expect(heldAs('I-1')).rejects.toMatchObject({ class: 'BAD_RESPONSE' });
        await under.strike({ mode: 'delay', ms: 5_000 });
        const givenUp = under.lookup.document('ACME', 'I-1', AbortSignal.timeout(50));
        await expect(givenUp).rejects.toMatchObject({ class: 'ABORTED' });
      });
    });
  });
};
