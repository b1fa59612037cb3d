import { describe, expect, test } from '@jest/globals';
import { fold } from '../../../domain/decider.ts';
import type { InvoiceCommand } from '../../../domain/invoice/commands.ts';
import type { InvoiceEvent } from '../../../domain/invoice/events.ts';
import { invoiceDecider } from '../../../domain/invoice/invoice.ts';
import { numberingDecider, numberOf } from '../../../domain/invoice/numbering.ts';
import { invoiceState } from '../../../domain/invoice/state.ts';
import { acceptedOrder, bearingLine, confirmation, draftOf, eventsOf, taxOf } from './sale.ts';

const order = acceptedOrder([bearingLine('10')], [{ code: 'FREIGHT', amount: '1500' }]);
const data = draftOf(
  'INV-A',
  order,
  confirmation('A', [{ lineId: '10', item: 'BRG-6204', qty: '7', cost: '4200' }]),
  [['10', '0', '7']],
  true,
);
const lines = taxOf(data);

const tax = { engine: 'avatax', docCode: 'INV-A' };
const draft: InvoiceCommand = { type: 'DraftInvoice', draft: data };
const taxed: InvoiceCommand = { type: 'RecordTax', ...tax, lines, tax: '664' };
const failed: InvoiceCommand = { type: 'RecordTaxFailure', engine: 'avatax', code: 'UNAVAILABLE', detail: 'timeout' };
const issue: InvoiceCommand = {
  type: 'IssueInvoice',
  number: 'INV-000001',
  series: 'INV',
  issueDate: '2026-11-24',
  contentSha256: 'd0',
};
const commit = (amount: string): InvoiceCommand => ({ type: 'RecordTaxCommit', ...tax, tax: amount });
const posted: InvoiceCommand = { type: 'RecordErpPosting', batchId: 'B', journalId: 'J', erpDocument: 'D-1' };
const rejected: InvoiceCommand = { type: 'RecordErpRefusal', batchId: 'B', journalId: 'J', code: 'E1', detail: 'no' };
const voiding: InvoiceCommand = {
  type: 'VoidInvoice',
  reason: 'wrong customer',
  voidDate: '2026-11-25',
  issuedEventId: 'e-1',
  issuedPosition: '42',
};
const taxVoided: InvoiceCommand = { type: 'RecordTaxVoid', ...tax };

const withdraw: InvoiceCommand = {
  type: 'WithdrawDraft',
  reason: 'SHIPMENT_VOIDED',
  shipmentId: 'S1',
  voidDate: '2026-11-25',
};

const given = (...commands: readonly InvoiceCommand[]) => {
  let state = invoiceDecider.initial;
  let last: readonly InvoiceEvent[] = [];
  for (const command of commands) {
    last = eventsOf(invoiceDecider.decide(command, state));
    state = fold(invoiceDecider, state, last);
  }
  return {
    last,
    status: invoiceState(state),
    when: (command: InvoiceCommand) => invoiceDecider.decide(command, state),
  };
};

describe('invoice', () => {
  test('it runs from draft over issue and tax commit to posted', () => {
    const path = [draft, taxed, issue, commit('664'), posted];
    expect(path.map((_command, index) => given(...path.slice(0, index + 1)).status)).toEqual([
      'DRAFT',
      'DRAFT',
      'ISSUED',
      'TAX_COMMITTED',
      'POSTED',
    ]);
    expect(given().status).toBe('NONE');
  });

  test('S-17 while the tax engine is down it awaits tax; every failed attempt is an event, so that it is tried again; it heals', () => {
    expect(given(draft, failed).status).toBe('AWAITING_TAX');
    expect(given(draft, failed, failed, failed).last).toMatchObject([
      { type: 'TaxCalculationFailed', data: { code: 'UNAVAILABLE' } },
    ]);
    expect(given(draft, taxed).when(failed)).toEqual([]);
    expect(given(draft, failed, taxed, issue).status).toBe('ISSUED');
  });

  test('every command repeated gives no second event', () => {
    const path = [draft, taxed, issue, commit('664'), posted, voiding, taxVoided];
    const done = given(...path);
    for (const command of path.filter((one) => one !== voiding)) expect(done.when(command)).toEqual([]);
    expect(done.when(voiding)).toMatchObject({ refused: 'INVOICE_NOT_VOIDABLE', data: { number: 'INV-000001' } });
  });

  test('the issued document repeats lines, tax and totals, and total = gross − discount + charges + tax', () => {
    expect(given(draft, taxed, issue).last).toMatchObject([
      {
        type: 'InvoiceIssued',
        data: {
          number: 'INV-000001',
          issueDate: '2026-11-24',
          dueDate: '2026-12-24',
          taxDocCode: 'INV-A',
          contentSha256: 'd0',
          lines: [{ net: '8050', tax: '664', cost: '4200' }],
          charges: [{ code: 'FREIGHT', amount: '1500', tax: '0' }],
          totals: { gross: '8750', discount: '700', charges: '1500', tax: '664', total: '10214' },
        },
      },
    ]);
  });

  test('P-23 tax is never calculated again after issue, and never taken from an answer that does not reconcile', () => {
    const other: InvoiceCommand = { type: 'RecordTax', ...tax, lines: [], tax: '0' };
    expect(given(draft, taxed, issue).when(other)).toMatchObject({ refused: 'INVOICE_NOT_DRAFT' });
    expect(given(draft).when({ ...taxed, tax: '665' } as InvoiceCommand)).toMatchObject([
      { type: 'TaxCalculationFailed', data: { code: 'TAX_ANSWER_UNUSABLE' } },
    ]);
  });

  test('a draft whose lines do not add up is refused', () => {
    const tilted = { ...data, lines: data.lines.map((line) => ({ ...line, net: '8051' })) };
    expect(given().when({ type: 'DraftInvoice', draft: tilted })).toMatchObject({ refused: 'INVOICE_UNBALANCED' });
    expect(given().when({ type: 'DraftInvoice', draft: { ...data, lines: [] } })).toMatchObject({
      refused: 'INVOICE_UNBALANCED',
    });
  });

  test('nothing is issued without tax, and an issued invoice takes no second number', () => {
    expect(given(draft).when(issue)).toMatchObject({ refused: 'INVOICE_NOT_DRAFT' });
    expect(given(draft, taxed, issue).when({ ...issue, number: 'INV-000002' } as InvoiceCommand)).toMatchObject({
      refused: 'INVOICE_NOT_DRAFT',
    });
  });

  test('an engine that committed another amount is recorded as a mismatch, and nothing is changed silently', () => {
    const mismatch = given(draft, taxed, issue, commit('670'));
    expect(mismatch.last).toMatchObject([
      { type: 'TaxCommitMismatch', data: { ours: '664', theirs: '670', difference: '6' } },
    ]);
    expect(mismatch.status).toBe('ISSUED');
    expect(mismatch.when(commit('670'))).toEqual([]);
    expect(given(draft, taxed, issue, commit('670'), commit('664')).status).toBe('TAX_COMMITTED');
    expect(given(draft, taxed, issue).when({ ...commit('664'), docCode: 'X' } as InvoiceCommand)).toMatchObject({
      refused: 'NOT_FOUND',
    });
  });

  test('a commit that fails is recorded each time until it succeeds, and no longer once the invoice is void', () => {
    const refusal: InvoiceCommand = { type: 'RecordTaxCommitFailure', ...tax, code: 'UNAVAILABLE', detail: 'timeout' };
    expect(given(draft, taxed, issue, refusal, refusal).last).toMatchObject([{ type: 'TaxCommitFailed' }]);
    expect(given(draft, taxed, issue, refusal, commit('664')).status).toBe('TAX_COMMITTED');
    expect(given(draft, taxed, issue, commit('664')).when(refusal)).toEqual([]);
    expect(given(draft, taxed, issue, voiding).when(refusal)).toEqual([]);
  });

  test('P-25 the ERP may refuse first and post later; posted counts once the tax is committed', () => {
    expect(given(draft, taxed, issue, rejected, posted).status).toBe('ISSUED');
    expect(given(draft, taxed, issue, rejected, posted, commit('664')).status).toBe('POSTED');
    expect(given(draft, taxed, issue, posted).when(rejected)).toEqual([]);
  });

  test('a void carries the whole issued document and names the event that it reverses', () => {
    const { last, status } = given(draft, taxed, issue, voiding);
    expect(status).toBe('VOIDED');
    expect(last).toMatchObject([
      {
        type: 'InvoiceVoided',
        data: {
          number: 'INV-000001',
          issuedEventId: 'e-1',
          issuedPosition: '42',
          issued: { totals: { total: '10214' } },
        },
      },
    ]);
    expect(given(draft, taxed).when(voiding)).toMatchObject({ refused: 'INVOICE_NOT_ISSUED' });
  });

  test('a draft is withdrawn once and then neither taxed nor issued; what is issued is not withdrawn', () => {
    for (const before of [[draft], [draft, failed], [draft, taxed]]) {
      const withdrawn = given(...before, withdraw);
      expect(withdrawn.last).toMatchObject([{ type: 'InvoiceWithdrawn', data: { shipmentId: 'S1' } }]);
      expect(withdrawn.status).toBe('VOIDED');
      expect(withdrawn.when(issue)).toMatchObject({ refused: 'INVOICE_NOT_DRAFT' });
      for (const late of [withdraw, draft, taxed, failed]) expect(withdrawn.when(late)).toEqual([]);
    }
    expect(given().when(withdraw)).toEqual([]);
    expect(given(draft, taxed, issue).when(withdraw)).toMatchObject({ refused: 'INVOICE_NOT_DRAFT' });
  });

  test('a commit that arrives after the void is still a fact, so that it can be voided at the engine', () => {
    expect(given(draft, taxed, issue, voiding, commit('664')).last).toMatchObject([{ type: 'TaxCommitted' }]);
    expect(given(draft, taxed, issue, voiding, commit('664'), taxVoided).status).toBe('VOIDED');
  });
});

describe('document numbers', () => {
  const ask = (documentId: string) => ({
    type: 'AssignNumber' as const,
    bu: 'ACME',
    series: 'INV',
    prefix: 'INV-',
    documentId,
  });

  test('numbers are gapless, and a document that asks again has the number it had, however late', () => {
    let state = numberingDecider.initial;
    for (let index = 1; index <= 5_000; index += 1) {
      const events = eventsOf(numberingDecider.decide(ask(`D${index}`), state));
      expect(events).toMatchObject([{ type: 'NumberAssigned', data: { sequence: index } }]);
      state = fold(numberingDecider, state, events);
    }
    expect(numberingDecider.decide(ask('D1'), state)).toEqual([]);
    expect([numberOf(state, 'D1'), numberOf(state, 'D5000'), numberOf(state, 'D5001')]).toEqual([
      'INV-000001',
      'INV-005000',
      undefined,
    ]);
  });

  test('a document has its number or never gets one, whichever is told first', () => {
    const withhold = (documentId: string) =>
      ({ type: 'WithholdNumber', bu: 'ACME', series: 'INV', documentId }) as const;
    let state = numberingDecider.initial;
    for (const command of [ask('D1'), withhold('D2'), ask('D3')]) {
      state = fold(numberingDecider, state, eventsOf(numberingDecider.decide(command, state)));
    }
    expect(numberingDecider.decide(withhold('D1'), state)).toMatchObject({ refused: 'INVOICE_NOT_DRAFT' });
    expect(numberingDecider.decide(ask('D2'), state)).toMatchObject({ refused: 'INVOICE_NOT_DRAFT' });
    expect(numberingDecider.decide(withhold('D2'), state)).toEqual([]);
    expect(['D1', 'D2', 'D3'].map((id) => numberOf(state, id))).toEqual(['INV-000001', undefined, 'INV-000002']);
  });
});
