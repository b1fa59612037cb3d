import { describe, expect, test } from '@jest/globals';
import { serveSimulator } from '../../../adapters/http/simulatorHost.ts';
import { createTaxClient } from '../../../adapters/tax/client.ts';
import { startTaxSimulator } from '../../../adapters/tax/simulator.ts';
import { isTakenCode, printCreate, toCalculated, toCommitted, toCreate } from '../../../adapters/tax/translate.ts';
import { aTaxRequest } from '../../contracts/taxContract.ts';
import { closingAfterEach } from '../../support/closing.ts';
import { effectsOf, quickHttp, troubleOf, withFolder } from '../http/peer.ts';

const closed = closingAfterEach();

const start = async (options: Partial<Parameters<typeof startTaxSimulator>[0]> = {}) => {
  const running = closed(await startTaxSimulator({ serve: serveSimulator, ...options }));
  return { ...running, tax: createTaxClient({ engine: 'AVATAX', send: quickHttp(running.url).send }) };
};

describe('translation', () => {
  test('a draft in their words, line by line, with numbers that are numbers', () => {
    const body = printCreate(toCreate(aTaxRequest('I-1'), 'ACMECO'));
    expect(body).toContain('"amount":80.50,');
    expect(JSON.parse(body)).toMatchObject({
      type: 'SalesInvoice',
      commit: false,
      companyCode: 'ACMECO',
      code: 'I-1',
      customerCode: 'C-1001',
      addresses: { shipTo: { locationCode: 'MAIN', country: 'US', region: 'CA' } },
      lines: [
        { number: '1', quantity: 7, amount: 80.5, taxCode: 'P0000000', itemCode: 'BRG-6204', ref1: 'I-1:10' },
        { number: '2', quantity: 1, amount: 15, taxCode: 'FR020100', itemCode: 'FREIGHT', ref1: 'charge:FREIGHT' },
      ],
    });
  });

  const answer = (overrides: object = {}) => ({
    code: 'I-1',
    status: 'Saved' as const,
    customerCode: 'C-1001',
    currencyCode: 'USD',
    totalTax: '6.64',
    lines: [
      {
        lineNumber: '2',
        quantity: '1',
        lineAmount: '15.00',
        tax: '0.0',
        details: [{ jurisName: 'CA', taxType: 'Sales', rate: '0.0825', taxableAmount: '0', tax: '0.0' }],
      },
      {
        lineNumber: '1',
        quantity: '7',
        lineAmount: '80.5',
        tax: '6.640',
        details: [
          { jurisName: 'STATE', taxType: 'Sales', rate: '0.0600', taxableAmount: '80.50', tax: '4.83' },
          { jurisName: 'COUNTY', taxType: 'Use', rate: '0.0225', taxableAmount: '80.50', tax: '1.81' },
        ],
      },
    ],
    ...overrides,
  });

  test('each jurisdiction of a line is a tax line of ours, whatever order their lines come in', () => {
    expect(toCalculated(aTaxRequest('I-1'), answer()).lines).toEqual([
      { reference: 'I-1:10', jurisdiction: 'STATE', type: 'Sales', rate: '0.06', taxable: '8050', tax: '483' },
      { reference: 'I-1:10', jurisdiction: 'COUNTY', type: 'Use', rate: '0.0225', taxable: '8050', tax: '181' },
    ]);
  });

  test.each([
    ['a total that is not the sum', { totalTax: '6.65' }],
    ['a line that is missing', { lines: [answer().lines[0]] }],
    ['another currency', { currencyCode: 'EUR' }],
    ['money finer than a cent', { totalTax: '6.645' }],
    ['jurisdictions that do not add up', { lines: answer().lines.map((line) => ({ ...line, tax: '0.01' })) }],
  ])('%s is not used and not repaired', (_, overrides) => {
    expect(() => toCalculated(aTaxRequest('I-1'), answer(overrides) as ReturnType<typeof answer>)).toThrow(RangeError);
  });

  test('what is kept is told by jurisdiction where they tell it of every line, and else as a total alone', () => {
    expect(toCommitted(answer())).toEqual({
      ...{ kind: 'committed', tax: '664' },
      jurisdictions: [
        { jurisdiction: 'CA', tax: '0' },
        { jurisdiction: 'STATE', tax: '483' },
        { jurisdiction: 'COUNTY', tax: '181' },
      ],
    });
    const [, goods] = answer().lines;
    const { details: _details, ...freight } = answer().lines[0] ?? {};
    for (const lines of [undefined, [], [freight, goods]])
      expect(toCommitted(answer({ lines }) as ReturnType<typeof answer>)).toEqual({ kind: 'committed', tax: '664' });
  });

  test('a code that is taken is told by any of their ways to say it', () => {
    expect(isTakenCode({ error: { code: 'DocumentCodeConflict' } })).toBe(true);
    expect(isTakenCode({ error: { code: 'X', details: [{ code: 'TransactionAlreadyExists' }] } })).toBe(true);
    expect(
      isTakenCode({ error: { code: 'GetTaxError', details: [{ code: 'GetTaxError', refersTo: 'DocStatus' }] } }),
    ).toBe(true);
    expect(isTakenCode({ error: { code: 'InvalidAddress', details: [] } })).toBe(false);
  });
});

describe('rates', () => {
  test('any amount of minor units goes there and back unchanged', async () => {
    const { tax } = await start({ rates: { 'US-CA': [{ jurisName: 'ALL', taxType: 'Sales', rate: '1' }] } });
    for (const amount of ['1', '10', '99', '123456789012345678', '9007199254740993', '-250']) {
      const lines = [{ reference: 'L', item: 'I', engineCode: 'P', qty: '1', amount }];
      expect(await tax.calculate(aTaxRequest(`I${amount}`, { lines }))).toMatchObject({
        tax: amount,
        lines: [{ taxable: amount, tax: amount }],
      });
    }
  });

  test('several jurisdictions are rounded each by itself, half away from zero, and exempt buyers pay nothing', async () => {
    const { tax } = await start();
    const lines = [{ reference: 'L', item: 'I', engineCode: 'P', qty: '1', amount: '1000' }];
    const newYork = { shipTo: { id: 'MAIN', region: 'US-NY' }, lines };
    // 10.00 at 4.5 % = 0.45, at 4 % = 0.40, at 0.375 % = 0.0375 → 0.04.
    expect(await tax.calculate(aTaxRequest('I-1', newYork))).toMatchObject({ tax: '89' });
    const half = [{ reference: 'L', item: 'I', engineCode: 'P', qty: '1', amount: '-200' }];
    // −2.00 at 6.25 % = −0.125 → −0.13.
    expect(
      await tax.calculate(aTaxRequest('I-2', { shipTo: { id: 'M', region: 'US-IL' }, lines: half })),
    ).toMatchObject({ tax: '-13' });
    expect(await tax.calculate(aTaxRequest('I-3', { ...newYork, customerTaxCode: 'RESALE' }))).toMatchObject({
      tax: '0',
      lines: [],
    });
  });
});

test('a document number longer than their field is refused before it is sent', async () => {
  const { tax, url } = await start();
  expect(await tax.calculate(aTaxRequest('I'.repeat(51)))).toMatchObject({
    kind: 'refused',
    code: 'NOT_REPRESENTABLE',
  });
  expect(await effectsOf(url)).toMatchObject({ transactions: 0 });
});

test('wrong credentials are trouble of ours, not a refusal of the document', async () => {
  const { tax } = await start({ account: { id: '1', licenceKey: 'k' } });
  expect(await troubleOf(tax.calculate(aTaxRequest('I-1')))).toBe('CREDENTIALS');
});

test('the simulator knows after a restart what it saved, committed and voided', async () => {
  await withFolder(async (directory) => {
    const first = await start({ directory });
    for (const code of ['I-1', 'I-2', 'I-3']) await first.tax.calculate(aTaxRequest(code));
    await first.tax.commit('ACME', 'I-2');
    await first.tax.void('ACME', 'I-3');
    await first.close();
    const second = await start({ directory });
    expect(await effectsOf(second.url)).toMatchObject({ transactions: 3, saved: 1, committed: 1, voided: 1 });
    expect(await second.tax.commit('ACME', 'I-1')).toMatchObject({ kind: 'committed', tax: '664' });
    await second.close();
  });
});
