import { describe, expect, test } from '@jest/globals';
import { fold } from '../../../domain/decider.ts';
import type { InvoiceCommand } from '../../../domain/invoice/commands.ts';
import type { InvoiceEvent } from '../../../domain/invoice/events.ts';
import { invoiceDecider } from '../../../domain/invoice/invoice.ts';
import { openOf } from '../../../domain/invoice/settlement.ts';
import { type InvoiceState, invoiceState } from '../../../domain/invoice/state.ts';
import { onlyJournal } from '../ledger/books.ts';
import { acceptedOrder, bearingLine, confirmation, draftOf, eventsOf, issuedInvoice, recorded, taxOf } from './sale.ts';

const shipped = confirmation('A', [{ lineId: '10', item: 'BRG-6204', qty: '7', cost: '4200', itemGroup: 'BEARING' }]);
const draft = draftOf('INV-A', acceptedOrder([bearingLine('10')]), shipped, [['10', '0', '7']], false);
const invoice = issuedInvoice(draft, 'INV-000001', taxOf(draft));
const total = invoice.totals.total;
const key = { invoiceId: draft.invoiceId, orderId: draft.orderId, bu: draft.bu };
const issued = fold(invoiceDecider, invoiceDecider.initial, [
  { type: 'InvoiceDrafted', data: draft },
  { type: 'InvoiceIssued', data: invoice },
] as const satisfies readonly InvoiceEvent[]);

const pay = (depositId: string, upTo: string): InvoiceCommand => ({
  type: 'ApplyDeposit',
  ...{ upTo, day: '2026-11-24' },
  deposit: { depositId, reference: `BANK-${depositId}`, customerGroup: 'G', channel: 'portal' },
});
const back = (creditMemoId: string, qty: string): InvoiceCommand => ({
  ...{ type: 'DraftCreditMemo', creditMemoId, cause: 'RETURN', reason: 'r', charges: [], limit: '1000000', by: 'kim' },
  lines: [{ invoiceLineId: '1', qty }],
});
const issue = (creditMemoId: string): InvoiceCommand => ({
  ...{
    type: 'IssueCreditMemo',
    creditMemoId,
    number: 'CM-1',
    series: 'CM',
    issueDate: '2026-11-27',
    contentSha256: 'd',
  },
});
const takeBack: InvoiceCommand = {
  ...{ type: 'VoidInvoice', reason: 'r', voidDate: '2026-11-28', issuedEventId: 'e' },
};

const stateAfter = (...commands: readonly InvoiceCommand[]): InvoiceState =>
  commands.reduce(
    (state, command) => fold(invoiceDecider, state, eventsOf(invoiceDecider.decide(command, state))),
    issued as InvoiceState,
  );
const given = (...commands: readonly InvoiceCommand[]) => ({
  when: (command: InvoiceCommand) => eventsOf(invoiceDecider.decide(command, stateAfter(...commands))),
});

describe('deposits of an invoice', () => {
  test('it takes as much as is open, up to what is set aside for it, and the same again nothing', () => {
    expect(given().when(pay('D1', '5000'))).toMatchObject([{ type: 'DepositApplied', data: { amount: '5000' } }]);
    expect(given(pay('D1', '5000')).when(pay('D1', '5000'))).toEqual([]);
    const rest = (BigInt(total) - 5000n).toString();
    expect(given(pay('D1', '5000')).when(pay('D2', '90000'))).toMatchObject([{ data: { amount: rest } }]);
    expect(given(pay('D1', total)).when(pay('D2', '1'))).toEqual([]);
    expect(openOf(stateAfter(pay('D1', '5000')))).toBe(BigInt(rest));
  });

  test('a draft takes none', () => {
    const drafted = fold(invoiceDecider, invoiceDecider.initial, [{ type: 'InvoiceDrafted', data: draft }]);
    expect(invoiceDecider.decide(pay('D1', '1'), drafted)).toMatchObject({ refused: 'INVOICE_NOT_ISSUED' });
  });

  test('a void gives all of it back before it says so, what was taken last first', () => {
    expect(given(pay('D1', '5000'), pay('D2', '1000')).when(takeBack)).toMatchObject([
      { type: 'DepositReleased', data: { deposit: { depositId: 'D2' }, amount: '1000', cause: 'INVOICE_VOIDED' } },
      { type: 'DepositReleased', data: { deposit: { depositId: 'D1' }, amount: '5000', day: '2026-11-28' } },
      { type: 'InvoiceVoided' },
    ]);
    expect(openOf(stateAfter(pay('D1', '5000'), takeBack))).toBe(0n);
    expect(given(pay('D1', '5000'), takeBack).when(pay('D1', '5000'))).toEqual([]);
  });

  test('a credit memo gives back what is then paid too much, once', () => {
    const paid = [pay('D1', total), back('CM-A', '2')];
    expect(given(...paid).when(issue('CM-A'))).toMatchObject([
      { type: 'DepositReleased', data: { amount: '2490', cause: 'INVOICE_CREDITED', day: '2026-11-27' } },
      { type: 'CreditMemoIssued' },
    ]);
    expect(openOf(stateAfter(...paid, issue('CM-A')))).toBe(0n);
    expect(given(...paid, issue('CM-A'), back('CM-B', '1')).when(issue('CM-B'))).toHaveLength(2);
    expect(given(pay('D1', '1000'), back('CM-A', '2')).when(issue('CM-A'))).toHaveLength(1);
  });

  test('4.4 it is PARTIALLY_PAID and SETTLED once it is posted', () => {
    const facts = [
      { type: 'TaxCommitted', data: { ...key, engine: 'e', docCode: 'd', tax: '0' } },
      { type: 'InvoicePosted', data: { ...key, batchId: 'b', journalId: 'j', erpDocument: 'GL-1' } },
    ] as const satisfies readonly InvoiceEvent[];
    const postedAfter = (...commands: readonly InvoiceCommand[]) =>
      invoiceState(fold(invoiceDecider, stateAfter(...commands), facts));
    expect(invoiceState(stateAfter(pay('D1', total)))).toBe('ISSUED');
    expect(postedAfter()).toBe('POSTED');
    expect(postedAfter(pay('D1', '5000'))).toBe('PARTIALLY_PAID');
    expect(postedAfter(pay('D1', total))).toBe('SETTLED');
  });

  test('T05 the deposit against the receivable, and the other way round', () => {
    const [applied] = given().when(pay('D1', '5000'));
    const [released] = given(pay('D1', '5000')).when(takeBack);
    const linesOf = (event: InvoiceEvent | undefined) => {
      const { templateId, invoiceId, lines } = onlyJournal(recorded(event as InvoiceEvent));
      return [templateId, invoiceId, lines.map(({ role, debit, credit }) => [role, debit, credit])];
    };
    expect(linesOf(applied)).toEqual([
      ...['T05', draft.invoiceId],
      [
        ['CUSTOMER_DEPOSIT', '5000', '0'],
        ['AR_TRADE', '0', '5000'],
      ],
    ]);
    expect(linesOf(released)).toEqual([
      ...['T05', draft.invoiceId],
      [
        ['CUSTOMER_DEPOSIT', '0', '5000'],
        ['AR_TRADE', '5000', '0'],
      ],
    ]);
  });
});
