import { describe, expect, test } from '@jest/globals';
import { fold } from '../../../domain/decider.ts';
import type { InvoiceCommand } from '../../../domain/invoice/commands.ts';
import type { InvoiceEvent } from '../../../domain/invoice/events.ts';
import { invoiceDecider } from '../../../domain/invoice/invoice.ts';
import { openOf } from '../../../domain/invoice/settlement.ts';
import { type InvoiceState, invoiceState } from '../../../domain/invoice/state.ts';
import { demoRules, journalsOf } from '../ledger/books.ts';
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

const pay = (paymentId: string, amount: string): InvoiceCommand => ({
  ...{ type: 'RecordPayment', paymentId, reference: `BANK-${paymentId}`, amount },
  ...{ paidAt: '2026-11-24T08:00:00Z', recordedBy: 'kim' },
});
const back = (creditMemoId: string, qty: string): InvoiceCommand => ({
  ...{ type: 'DraftCreditMemo', creditMemoId, cause: 'RETURN', reason: 'r', charges: [], limit: '1000000', by: 'kim' },
  lines: [{ invoiceLineId: '1', qty }],
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
  when: (command: InvoiceCommand) => invoiceDecider.decide(command, stateAfter(...commands)),
});
const posted = [
  { type: 'TaxCommitted', data: { ...key, engine: 'e', docCode: 'd', tax: '0' } },
  { type: 'InvoicePosted', data: { ...key, batchId: 'b', journalId: 'j', erpDocument: 'GL-1' } },
] as const satisfies readonly InvoiceEvent[];
const statusAfter = (...commands: readonly InvoiceCommand[]) =>
  invoiceState(fold(invoiceDecider, stateAfter(...commands), posted));

describe('payments of an invoice', () => {
  test('a payment is a fact, also beyond what is open, and the same one again is none', () => {
    expect(given().when(pay('P1', '90000'))).toMatchObject([{ type: 'PaymentRecorded', data: { amount: '90000' } }]);
    expect(given(pay('P1', '5000')).when(pay('P1', '5000'))).toEqual([]);
    expect(openOf(stateAfter(pay('P1', '5000')))).toBe(BigInt(total) - 5000n);
    const drafted = fold(invoiceDecider, invoiceDecider.initial, [{ type: 'InvoiceDrafted', data: draft }]);
    expect(invoiceDecider.decide(pay('P1', '1'), drafted)).toMatchObject({ refused: 'INVOICE_NOT_ISSUED' });
  });

  test('what comes back is open again, and no more comes back than was paid', () => {
    expect(openOf(stateAfter(pay('P1', '5000'), pay('P2', '-2000')))).toBe(BigInt(total) - 3000n);
    expect(given(pay('P1', '5000')).when(pay('P2', '-5001'))).toMatchObject({
      ...{ refused: 'PAYMENT_EXCEEDED', data: { paid: '5000' } },
    });
  });

  test('an invoice has two hundred of them at most', () => {
    const many = Array.from({ length: 200 }, (_, n) => pay(`P${n}`, '1'));
    expect(given(...many).when(pay('P200', '1'))).toMatchObject({ refused: 'PAYMENTS_MAX' });
    expect(given(...many).when(pay('P0', '1'))).toEqual([]);
  });

  test('a deposit takes what payments left open', () => {
    const deposit = { depositId: 'D1', reference: 'BANK-D1', customerGroup: 'G', channel: 'portal' };
    const apply: InvoiceCommand = { type: 'ApplyDeposit', deposit, upTo: total, day: '2026-11-24' };
    const rest = (BigInt(total) - 5000n).toString();
    expect(given(pay('P1', '5000')).when(apply)).toMatchObject([{ type: 'DepositApplied', data: { amount: rest } }]);
    expect(given(pay('P1', total)).when(apply)).toEqual([]);
  });

  test('4.4 PARTIALLY_PAID and SETTLED', () => {
    expect(statusAfter(pay('P1', '5000'))).toBe('PARTIALLY_PAID');
    expect(statusAfter(pay('P1', total))).toBe('SETTLED');
    expect(statusAfter(pay('P1', total), pay('P2', `-${total}`))).toBe('POSTED');
  });

  test('what was paid is not voided but credited, unless all of it came back; what was voided may still be paid', () => {
    expect(given(pay('P1', '1')).when(takeBack)).toMatchObject({ refused: 'INVOICE_NOT_VOIDABLE' });
    expect(given(pay('P1', '1'), pay('P2', '-1')).when(takeBack)).toMatchObject([{ type: 'InvoiceVoided' }]);
    expect(given(pay('P1', total)).when(back('CM-A', '2'))).toMatchObject([{ type: 'CreditMemoDrafted' }]);
    expect(given(takeBack).when(pay('P1', '5000'))).toMatchObject([{ type: 'PaymentRecorded' }]);
    expect(openOf(stateAfter(takeBack, pay('P1', '5000')))).toBe(0n);
  });

  test('T06 only where the rules have it, and the other way round for what came back', () => {
    const posted = (payment: InvoiceCommand, ...before: readonly InvoiceCommand[]) => {
      const [event] = eventsOf(given(...before).when(payment));
      expect(journalsOf(recorded(event as InvoiceEvent))).toEqual([]);
      const kept = { ...demoRules, templates: [...demoRules.templates, 'T06'] };
      const [journal] = journalsOf(recorded(event as InvoiceEvent), { postingRules: kept });
      return [journal?.templateId, journal?.lines.map(({ role, debit, credit }) => [role, debit, credit])];
    };
    expect(posted(pay('P1', '5000'))).toEqual([
      'T06',
      [
        ['CASH_CLEARING', '5000', '0'],
        ['AR_TRADE', '0', '5000'],
      ],
    ]);
    expect(posted(pay('P2', '-2000'), pay('P1', '5000'))).toEqual([
      'T06',
      [
        ['CASH_CLEARING', '0', '2000'],
        ['AR_TRADE', '2000', '0'],
      ],
    ]);
  });
});
