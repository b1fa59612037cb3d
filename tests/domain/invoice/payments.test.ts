import { describe, expect, test } from '@jest/globals';
import { fold } from '../../../domain/decider.ts';
import type { InvoiceCommand } from '../../../domain/invoice/commands.ts';
import type { InvoiceEvent } from '../../../domain/invoice/events.ts';
import { invoiceDecider } from '../../../domain/invoice/invoice.ts';
import { openOf } from '../../../domain/invoice/settlement.ts';
import { demoRules, journalsOf } from '../ledger/books.ts';
import { eventsOf, recorded } from './sale.ts';
import { apply, back, draft, given, pay, stateAfter, statusAfter, takeBack, total } from './settlements.ts';

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
    const rest = (BigInt(total) - 5000n).toString();
    expect(given(pay('P1', '5000')).when(apply('D1', total))).toMatchObject([
      { type: 'DepositApplied', data: { amount: rest } },
    ]);
    expect(given(pay('P1', total)).when(apply('D1', total))).toEqual([]);
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
