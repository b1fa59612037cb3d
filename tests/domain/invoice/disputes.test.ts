import { describe, expect, test } from '@jest/globals';
import { fold } from '../../../domain/decider.ts';
import type { InvoiceCommand } from '../../../domain/invoice/commands.ts';
import { invoiceDecider } from '../../../domain/invoice/invoice.ts';
import { openOf } from '../../../domain/invoice/settlement.ts';
import { back, draft, given, issue, pay, stateAfter, statusAfter, takeBack, total, writeOff } from './settlements.ts';

const dispute = (disputeId: string, invoiceLineIds: readonly string[] = []): InvoiceCommand => ({
  ...{ type: 'DisputeInvoice', disputeId, cause: 'PRICE', reason: 'r', invoiceLineIds, disputedBy: 'portal' },
});
const resolve = (disputeId: string, outcome: 'ACCEPTED' | 'REJECTED'): InvoiceCommand => ({
  ...{ type: 'ResolveDispute', disputeId, outcome, reason: 'r', resolvedBy: 'kim' },
});

describe('disputes of an invoice', () => {
  test('one at a time, over lines with their tax or all of it', () => {
    const lines = { orderLineIds: ['10'] };
    expect(given().when(dispute('D1'))).toMatchObject([{ data: { amount: total, invoiceLineIds: [], ...lines } }]);
    expect(given().when(dispute('D1', ['1', '1']))).toMatchObject([
      { data: { amount: total, invoiceLineIds: ['1'], ...lines } },
    ]);
    expect(given().when(dispute('D1', ['9', '1', '8']))).toMatchObject({
      ...{ refused: 'LINE_UNKNOWN', data: { lineIds: ['9', '8'] } },
    });
    expect(given(dispute('D1')).when(dispute('D1'))).toEqual([]);
    expect(given(dispute('D1')).when(dispute('D2'))).toMatchObject({
      ...{ refused: 'INVOICE_NOT_DISPUTABLE', data: { disputeId: 'D1' } },
    });
    expect(given(takeBack).when(dispute('D1'))).toMatchObject({ refused: 'INVOICE_NOT_DISPUTABLE' });
    const drafted = fold(invoiceDecider, invoiceDecider.initial, [{ type: 'InvoiceDrafted', data: draft }]);
    expect(invoiceDecider.decide(dispute('D1'), drafted)).toMatchObject({ refused: 'INVOICE_NOT_ISSUED' });
  });

  test('is resolved once, and the next one may follow', () => {
    const over = [dispute('D1'), resolve('D1', 'ACCEPTED')];
    expect(given(...over).when(resolve('D1', 'ACCEPTED'))).toEqual([]);
    expect(given(...over).when(resolve('D1', 'REJECTED'))).toMatchObject({ refused: 'DISPUTE_RESOLVED' });
    expect(given(...over).when(resolve('D2', 'REJECTED'))).toMatchObject({ refused: 'NOT_FOUND' });
    expect(given().when(resolve('D1', 'REJECTED'))).toMatchObject({ refused: 'NOT_FOUND' });
    expect(given(...over).when(dispute('D2'))).toMatchObject([{ type: 'InvoiceDisputed' }]);
  });

  test('4.4 it is DISPUTED above everything else but a void, and then what it was', () => {
    expect(statusAfter(pay('P1', total), dispute('D1'))).toBe('DISPUTED');
    expect(statusAfter(pay('P1', total), dispute('D1'), resolve('D1', 'REJECTED'))).toBe('SETTLED');
    expect(statusAfter(dispute('D1'), takeBack)).toBe('VOIDED');
  });

  test('it may be paid, credited, written off and voided all the same, and a dispute of what was voided is resolved', () => {
    expect(openOf(stateAfter(dispute('D1'), pay('P1', '5000')))).toBe(BigInt(total) - 5000n);
    expect(given(dispute('D1'), back('CM-A', '2')).when(issue('CM-A'))).toMatchObject([{ type: 'CreditMemoIssued' }]);
    expect(given(dispute('D1')).when(writeOff('W1', '100'))).toMatchObject([{ type: 'InvoiceWrittenOff' }]);
    expect(given(dispute('D1')).when(takeBack)).toMatchObject([{ type: 'InvoiceVoided' }]);
    expect(given(dispute('D1'), takeBack).when(resolve('D1', 'ACCEPTED'))).toMatchObject([{ type: 'DisputeResolved' }]);
  });
});
