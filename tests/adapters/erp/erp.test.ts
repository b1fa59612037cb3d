import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createErpClient } from '../../../adapters/erp/client.ts';
import {
  controlTotalsOf,
  refusalCode,
  toJournalImport,
  toSalesOrder,
  withoutReferences,
} from '../../../adapters/erp/translate.ts';
import { aBatch, aJournal } from '../../contracts/erpContract.ts';
import { byHand, effectsOf, quickHttp, strike, troubleOf } from '../http/peer.ts';
import { anErpOrder } from './order.ts';
import { startErp } from './startErp.ts';

describe('translation', () => {
  test('an order in their words, with exact decimals and discounts in sequence', () => {
    const order = anErpOrder('O-1');
    const [line] = order.lines;
    if (line === undefined) throw new Error('no line');
    const twice = [
      { sequence: 2, kind: 'PROMOTION', ratePct: '2.5' },
      { sequence: 1, kind: 'CONTRACT', ratePct: '8' },
    ];
    expect(toSalesOrder({ ...order, currency: 'KWD', lines: [{ ...line, discounts: twice }] })).toMatchObject({
      externalDocumentNumber: 'O-1',
      lines: [{ quantity: '10', unitPrice: '12.50', discountPercents: ['8', '2.5'] }],
      charges: [{ chargeCode: 'FREIGHT', amount: '1.500' }],
    });
  });

  test('control totals are the sums per currency and account, whatever the journals', () => {
    const amounts = fc.array(fc.tuple(fc.bigInt(0n, 10n ** 20n), fc.constantFrom('5000', '5001')), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(amounts, (list) => {
        const totals = controlTotalsOf(
          list.map(([amount, account], index) => aJournal(`J-${index}`, amount.toString(), account)),
        );
        const sum = (pick: 'debit' | 'credit') => totals.reduce((total, one) => total + one[pick], 0n);
        const expected = list.reduce((total, [amount]) => total + amount, 0n);
        return sum('debit') === expected && sum('credit') === expected && totals.length <= 3;
      }),
    );
  });

  test('the same batch is always the same bytes, in decimal text', () => {
    const batch = aBatch('B-1', [aJournal('J-1', '10214')]);
    expect(JSON.stringify(toJournalImport(batch))).toBe(JSON.stringify(toJournalImport(structuredClone(batch))));
    expect(toJournalImport(batch).journals[0]?.lines[0]).toMatchObject({ debitAmount: '102.14', creditAmount: '0.00' });
  });

  test('a journal names its order and invoice, so that they know whose receivable it is; another names nothing', () => {
    const journal = { ...aJournal('J-1'), orderId: 'O-1', invoiceId: 'I-1' };
    const [named, plain] = toJournalImport(aBatch('B-1', [journal, aJournal('J-2')])).journals;
    expect(named).toMatchObject({ salesOrderReference: 'O-1', invoiceReference: 'I-1' });
    expect(Object.keys(plain ?? {})).not.toEqual(expect.arrayContaining(['salesOrderReference']));
  });

  test.each([
    ['AccountClosed', 'ACCOUNT_CLOSED'],
    ['ERR-17.b', 'ERR_17_B'],
  ])('their code %s is ours %s', (theirs, ours) => {
    expect(refusalCode(theirs)).toBe(ours);
  });
});

describe('what the ERP itself checks', () => {
  const rejectedWith = async (journal: ReturnType<typeof aJournal>, options: Parameters<typeof startErp>[0] = {}) => {
    const { erp } = await startErp(options);
    await erp.importJournals(aBatch('B-1', [journal]));
    const outcomes = await erp.journalOutcomes('ACME', 'B-1');
    return outcomes.kind === 'done' ? outcomes.journals : outcomes;
  };

  test('a journal that does not balance', async () => {
    const journal = aJournal('J-1');
    const lines = journal.lines.map((line) => (line.lineNo === 1 ? { ...line, debit: '4199' } : line));
    expect(await rejectedWith({ ...journal, lines })).toMatchObject([
      { outcome: 'REJECTED', code: 'JOURNAL_UNBALANCED' },
    ]);
  });

  test('a closed account, a closed period, a date outside the period', async () => {
    expect(await rejectedWith(aJournal('J-1'), { closedAccounts: ['5000'] })).toMatchObject([
      { code: 'ACCOUNT_CLOSED' },
    ]);
    expect(await rejectedWith(aJournal('J-1'), { closedPeriods: ['202611'] })).toMatchObject([
      { code: 'PERIOD_CLOSED' },
    ]);
    const late = { ...aJournal('J-1'), accountingDate: '2026-12-01' };
    expect(await rejectedWith(late)).toMatchObject([{ code: 'POSTING_DATE_OUTSIDE_PERIOD' }]);
  });

  test('an account closed by hand rejects, and the journal goes through in a later batch when it is open again', async () => {
    const { erp, url } = await startErp();
    await byHand(url, '/control/closed', { accounts: ['5000'], periods: [] });
    await erp.importJournals(aBatch('B-1', [aJournal('J-1')]));
    await byHand(url, '/control/closed', { accounts: [], periods: [] });
    await erp.importJournals(aBatch('B-2', [aJournal('J-1')]));
    expect(await erp.journalOutcomes('ACME', 'B-2')).toMatchObject({ journals: [{ outcome: 'ACKNOWLEDGED' }] });
  });
});

describe('two of us', () => {
  test('ten at once register one order when the ERP keeps external numbers unique', async () => {
    const { erp, url } = await startErp();
    const answers = await Promise.all(Array.from({ length: 10 }, () => erp.registerOrder(anErpOrder('O-1'))));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await effectsOf(url)).toMatchObject({ orders: 1 });
  });

  test('two orders with our reference on their side stop us: a person has to say which one counts', async () => {
    const { erp, url } = await startErp({ uniqueExternalNumbers: false });
    await erp.registerOrder(anErpOrder('O-1'));
    await byHand(url, '/api/v1/salesOrders', toSalesOrder(anErpOrder('O-1')));
    expect(await troubleOf(erp.registerOrder(anErpOrder('O-1')))).toBe('AMBIGUOUS');
  });

  test('an order delivered twice by the network is one order', async () => {
    const { erp, url } = await startErp();
    await strike(url, { mode: 'duplicate', operation: 'createOrder' });
    expect((await erp.registerOrder(anErpOrder('O-1'))).kind).toBe('registered');
    expect(await effectsOf(url)).toMatchObject({ orders: 1, duplicatesAttempted: 1 });
  });
});

describe('answers that cannot be used', () => {
  test('a list that is no list is unavailable, never "there is none"', async () => {
    const { erp, url } = await startErp();
    await strike(url, { mode: 'malformed', operation: 'findOrder', times: 9 });
    expect(await troubleOf(erp.registerOrder(anErpOrder('O-1')))).toBe('BAD_RESPONSE');
    expect(await effectsOf(url)).toMatchObject({ orders: 0 });
  });

  test('a batch that was sent before batches named orders and invoices is found as ours', async () => {
    const { url, erp } = await startErp();
    const batch = aBatch('B-1', [{ ...aJournal('J-1'), orderId: 'O-1', invoiceId: 'I-1' }]);
    await byHand(url, '/api/v1/journalImports', withoutReferences(toJournalImport(batch)));
    expect(await erp.importJournals(batch)).toMatchObject({ kind: 'imported' });
    expect(await effectsOf(url)).toMatchObject({ journalImports: 1, journalsPosted: 1, duplicatesAttempted: 0 });
  });

  test('a wrong address is trouble of ours, not a refusal of the order', async () => {
    const { url } = await startErp();
    const { send } = quickHttp(`${url}/elsewhere`);
    expect(await troubleOf(createErpClient({ system: 'ERP', send }).registerOrder(anErpOrder('O-1')))).toBe(
      'BAD_RESPONSE',
    );
  });

  test('an order that does not fit their format is refused before it is sent', async () => {
    const { erp, url } = await startErp();
    const tooLong = { ...anErpOrder('O-1'), customerPo: 'x'.repeat(101) };
    expect(await erp.registerOrder(tooLong)).toMatchObject({ kind: 'refused', code: 'NOT_REPRESENTABLE' });
    expect(await effectsOf(url)).toMatchObject({ orders: 0 });
  });
});
