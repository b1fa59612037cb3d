import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fold } from '../../../domain/decider.ts';
import type { InvoiceCommand } from '../../../domain/invoice/commands.ts';
import type { CreditMemoEvent } from '../../../domain/invoice/creditEvents.ts';
import { creditOf } from '../../../domain/invoice/creditMemos.ts';
import type { InvoiceEvent } from '../../../domain/invoice/events.ts';
import { invoiceDecider } from '../../../domain/invoice/invoice.ts';
import type { InvoiceState } from '../../../domain/invoice/state.ts';
import { onlyJournal, table } from '../ledger/books.ts';
import { acceptedOrder, bearingLine, confirmation, draftOf, eventsOf, issuedInvoice, recorded, taxOf } from './sale.ts';

const order = acceptedOrder([bearingLine('10')], [{ code: 'FREIGHT', amount: '1500' }]);
const shipped = confirmation('A', [{ lineId: '10', item: 'BRG-6204', qty: '7', cost: '4200', itemGroup: 'BEARING' }]);
const draft = draftOf('INV-A', order, shipped, [['10', '0', '7']], true);
const invoice = issuedInvoice(draft, 'INV-000001', taxOf(draft));
const issued = fold(invoiceDecider, invoiceDecider.initial, [
  { type: 'InvoiceDrafted', data: draft },
  { type: 'InvoiceIssued', data: invoice },
] as const satisfies readonly InvoiceEvent[]);

type Draft = Extract<InvoiceCommand, { type: 'DraftCreditMemo' }>;

const credit = (creditMemoId: string, more: Partial<Draft>): Draft => ({
  ...{ type: 'DraftCreditMemo', creditMemoId, cause: 'RETURN', reason: 'wrong bearing', lines: [], charges: [] },
  ...{ limit: '1000000', by: 'kim' },
  ...more,
});
const back = (id: string, qty: string): Draft => credit(id, { lines: [{ invoiceLineId: '1', qty }] });
const off = (id: string, amount: string): Draft =>
  credit(id, { cause: 'PRICE', lines: [{ invoiceLineId: '1', amount }] });
const freight = (id: string, amount: string): Draft =>
  credit(id, { cause: 'FREIGHT', charges: [{ code: 'FREIGHT', amount }] });
const issue = (creditMemoId: string): InvoiceCommand => ({
  ...{ type: 'IssueCreditMemo', creditMemoId, number: 'CM-000001', series: 'CM', issueDate: '2026-11-27' },
  contentSha256: 'd1',
});

const given = (...commands: readonly InvoiceCommand[]) => {
  const from = (state: InvoiceState) => ({
    state,
    when: (command: InvoiceCommand) => invoiceDecider.decide(command, state),
  });
  return from(
    commands.reduce(
      (state, command) => fold(invoiceDecider, state, eventsOf(invoiceDecider.decide(command, state))),
      issued as InvoiceState,
    ),
  );
};

const memosOf = ({ credits }: InvoiceState) => credits.map(({ memo }) => memo);
const sum = (amounts: readonly string[]): bigint => amounts.reduce((total, amount) => total + BigInt(amount), 0n);

describe('credit memos', () => {
  test('the worked example: 2 of 7 come back at original price, discount and tax, T08', () => {
    const { state } = given(back('CM-A', '2'), issue('CM-A'));
    expect(memosOf(state)).toMatchObject([
      { totals: { gross: '2500', discount: '200', charges: '0', tax: '190', total: '2490' }, lines: [{ qty: '2' }] },
    ]);
    const data = creditOf(state, 'CM-A')?.issued;
    if (data == null) throw new Error('not issued');
    const journal = onlyJournal(recorded({ type: 'CreditMemoIssued', data }));
    expect(table(journal)).toEqual({
      debit: { SALES_RETURNS: '2500', TAX_PAYABLE: '190' },
      credit: { SALES_DISCOUNT: '200', AR_TRADE: '2490' },
    });
    expect(journal).toMatchObject({
      templateId: 'T08',
      documentRef: 'CM-000001',
      invoiceId: 'INV-A',
      reversalOf: null,
    });
    for (const line of journal.lines)
      expect(line.lineage).toMatchObject({ orderLineId: '10', shipmentId: 'SH-A', invoiceLineId: '1' });
    expect(data).not.toHaveProperty('reason');
  });

  test('T10 posts by cause: a price is an allowance, freight is taken off revenue, goodwill is a cost', () => {
    const posted = (command: Draft) => {
      const data = creditOf(given(command, issue('CM-A')).state, 'CM-A')?.issued;
      if (data == null) throw new Error('not issued');
      return onlyJournal(recorded({ type: 'CreditMemoIssued', data }));
    };
    const goodwill = credit('CM-A', { cause: 'GOODWILL', lines: [{ invoiceLineId: '1', amount: '805' }] });
    expect([off('CM-A', '805'), goodwill, freight('CM-A', '1500')].map((command) => table(posted(command)))).toEqual([
      { debit: { SALES_ALLOWANCE: '805', TAX_PAYABLE: '66' }, credit: { AR_TRADE: '871' } },
      { debit: { GOODWILL: '805', TAX_PAYABLE: '66' }, credit: { AR_TRADE: '871' } },
      { debit: { REVENUE_FREIGHT: '1500' }, credit: { AR_TRADE: '1500' } },
    ]);
    expect(posted(goodwill).templateId).toBe('T10');
  });

  test('a return may give freight back and keep a restocking fee', () => {
    const command = { ...back('CM-A', '2'), charges: [{ code: 'FREIGHT', amount: '500' }], restockingFee: '300' };
    const { state } = given(command, issue('CM-A'));
    const data = creditOf(state, 'CM-A')?.issued;
    if (data == null) throw new Error('not issued');
    expect(table(onlyJournal(recorded({ type: 'CreditMemoIssued', data })))).toEqual({
      debit: { SALES_RETURNS: '2500', TAX_PAYABLE: '190', REVENUE_FREIGHT: '500' },
      credit: { SALES_DISCOUNT: '200', RESTOCKING_FEE: '300', AR_TRADE: '2690' },
    });
    expect(given().when({ ...command, restockingFee: '3000' })).toMatchObject({ refused: 'CREDIT_MEMO_INVALID' });
  });

  test('no more is given back than is left, by line, by charge and after each other', () => {
    const { when } = given(back('CM-A', '5'), off('CM-B', '2000'), freight('CM-C', '1000'));
    expect(when(back('CM-D', '3'))).toMatchObject({ refused: 'CREDIT_EXCEEDS_INVOICED', data: { left: '2' } });
    expect(when(off('CM-D', '301'))).toMatchObject({ refused: 'CREDIT_EXCEEDS_INVOICED', data: { left: '300' } });
    expect(when(freight('CM-D', '501'))).toMatchObject({ refused: 'CREDIT_EXCEEDS_INVOICED', data: { left: '500' } });
    expect(when(off('CM-D', '300'))).toHaveLength(1);
  });

  test('goods whose price was lowered come back at the lowered price', () => {
    const { state } = given(off('CM-A', '700'), back('CM-B', '2'));
    expect(memosOf(state)[1]).toMatchObject({
      lines: [{ qty: '2', gross: '2300', discount: '200', net: '2100', allowance: '200' }],
    });
  });

  test('the same id again is the same credit memo, and issue and tax are told once', () => {
    const { when } = given(back('CM-A', '2'), issue('CM-A'));
    expect([when(back('CM-A', '2')), when(issue('CM-A')), when(issue('CM-X'))]).toMatchObject([
      [],
      [],
      { refused: 'NOT_FOUND' },
    ]);
    const commit: InvoiceCommand = { type: 'RecordCreditTaxCommit', creditMemoId: 'CM-A', engine: 'e', tax: '190' };
    const failed: InvoiceCommand = {
      ...{ type: 'RecordCreditTaxFailure', creditMemoId: 'CM-A', engine: 'e' },
      ...{ code: 'AWAY', detail: 'd' },
    };
    expect(when(commit)).toMatchObject([{ type: 'CreditTaxCommitted', data: { docCode: 'CM-A', tax: '190' } }]);
    expect((when(commit) as readonly CreditMemoEvent[])[0]?.data).not.toHaveProperty('difference');
    expect(when({ ...commit, tax: '189' })).toMatchObject([{ data: { difference: '-1' } }]);
    expect(when(failed)).toMatchObject([{ type: 'CreditTaxCommitFailed', data: { code: 'AWAY' } }]);
    const done = given(back('CM-A', '2'), issue('CM-A'), commit);
    expect([done.when(commit), done.when(failed)]).toEqual([[], []]);
  });

  test('an invoice is credited or voided, and only after its issue', () => {
    const voiding: InvoiceCommand = { type: 'VoidInvoice', reason: 'r', voidDate: '2026-11-27', issuedEventId: 'e-1' };
    expect(given(back('CM-A', '2')).when(voiding)).toMatchObject({
      ...{ refused: 'INVOICE_NOT_VOIDABLE', data: { creditMemos: ['CM-A'] } },
    });
    expect(given(voiding).when(back('CM-A', '2'))).toMatchObject({ refused: 'INVOICE_NOT_CREDITABLE' });
    expect(invoiceDecider.decide(back('CM-A', '2'), invoiceDecider.initial)).toMatchObject({
      refused: 'INVOICE_NOT_ISSUED',
    });
  });

  test('O-34 what was credited of an invoice in all needs a second person above the limit', () => {
    const { when } = given(back('CM-A', '2'));
    const next = { ...back('CM-B', '2'), limit: '4978' };
    expect(when(next)).toMatchObject({ refused: 'APPROVAL_REQUIRED', data: { limit: '4978', asked: '4979' } });
    expect(when({ ...next, approvalId: 'AP' })).toMatchObject([{ data: { approvalId: 'AP' } }]);
    expect(when({ ...next, limit: '4979' })).toHaveLength(1);
    const approved = given(back('CM-A', '2'), { ...next, approvalId: 'AP' });
    expect(approved.when({ ...back('CM-C', '1'), limit: '0', approvalId: 'AP' })).toMatchObject({
      refused: 'APPROVAL_REQUIRED',
    });
  });

  test.each([
    ['a line that is not on the invoice', credit('A', { lines: [{ invoiceLineId: '9', qty: '1' }] })],
    ['a quantity of nothing', back('A', '0')],
    ['an amount of nothing', off('A', '0')],
    ['an amount of goods that came back', credit('A', { lines: [{ invoiceLineId: '1', amount: '1' }] })],
    [
      'a line named twice',
      credit('A', {
        lines: [
          { invoiceLineId: '1', qty: '1' },
          { invoiceLineId: '1', qty: '1' },
        ],
      }),
    ],
    ['no lines', credit('A', {})],
    ['a charge that was not billed', credit('A', { cause: 'FREIGHT', charges: [{ code: 'HANDLING', amount: '1' }] })],
    ['freight as goodwill', { ...freight('A', '1'), cause: 'GOODWILL' as const }],
  ])('%s is no credit memo', (_what, command) => {
    expect(given().when(command)).toMatchObject({ refused: 'CREDIT_MEMO_INVALID' });
  });

  test('R6 however it is given back, all of it is exactly the invoice, and nothing on the way is below zero', () => {
    const wanted = fc.oneof(
      fc.record({ kind: fc.constant('back' as const), part: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ kind: fc.constant('off' as const), part: fc.integer({ min: 1, max: 3_000 }) }),
    );
    fc.assert(
      fc.property(fc.array(wanted, { maxLength: 8 }), (all) => {
        let state = issued as InvoiceState;
        const ask = (command: Draft) => {
          const answer = invoiceDecider.decide(command, state);
          if (!('refused' in answer)) state = fold(invoiceDecider, state, answer);
        };
        for (const [index, { kind, part }] of all.entries())
          ask(kind === 'back' ? back(`${index}`, `${part}`) : off(`${index}`, `${part}`));
        const lines = () => memosOf(state).flatMap((memo) => memo.lines);
        const left = 7n - sum(lines().map((line) => line.qty));
        if (left > 0n) ask(back('rest', left.toString()));
        ask(freight('freight', '1500'));
        for (const line of lines()) expect([line.net, line.tax].every((amount) => BigInt(amount) >= 0n)).toBe(true);
        expect(sum(lines().map(({ net }) => net)).toString()).toBe(invoice.lines[0]?.net);
        expect(sum(memosOf(state).map(({ totals }) => totals.tax)).toString()).toBe(invoice.totals.tax);
        expect(sum(memosOf(state).map(({ totals }) => totals.total)).toString()).toBe(invoice.totals.total);
      }),
    );
  });
});
