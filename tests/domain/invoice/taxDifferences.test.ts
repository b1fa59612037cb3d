import { describe, expect, test } from '@jest/globals';
import type { InvoiceCommand } from '../../../domain/invoice/commands.ts';
import type { AcceptedTax, InvoiceEvent } from '../../../domain/invoice/events.ts';
import type { InvoiceState } from '../../../domain/invoice/state.ts';
import { invoiceState } from '../../../domain/invoice/state.ts';
import type { TaxMismatchAccepted } from '../../../domain/invoice/taxEvents.ts';
import { demoMap, demoRules, journalsOf, onlyJournal } from '../ledger/books.ts';
import { eventsOf, recorded } from './sale.ts';
import { back, given, invoice, issue, issued, stateAfter, takeBack } from './settlements.ts';

// Seven bearings of 80.50, taxed 6.64 by one jurisdiction.

const tax = { engine: 'avatax', docCode: invoice.taxDocCode };
const [home = ''] = invoice.taxes.map(({ jurisdiction }) => jurisdiction);

type Commit = Extract<InvoiceCommand, { type: 'RecordTaxCommit' }>;
const commit = (amount: string, told?: Readonly<Record<string, string>>): Commit => ({
  ...{ type: 'RecordTaxCommit', ...tax, tax: amount },
  ...(told !== undefined && {
    jurisdictions: Object.entries(told).map(([jurisdiction, each]) => ({ jurisdiction, tax: each })),
  }),
});

type Accept = Extract<InvoiceCommand, { type: 'AcceptTaxMismatch' }>;
const accept = (acceptanceId: string, difference: string, more: Partial<Accept> = {}): Accept => ({
  ...{ type: 'AcceptTaxMismatch', acceptanceId, difference, reason: 'rounded by line there' },
  ...{ acceptedOn: '2026-11-25', acceptedBy: 'lee', limit: '1000' },
  ...more,
});

const credited = [back('CM-A', '2'), issue('CM-A')];
const creditCommit = (amount: string, told?: Readonly<Record<string, string>>): InvoiceCommand => {
  const { jurisdictions } = commit(amount, told);
  const about = { type: 'RecordCreditTaxCommit', creditMemoId: 'CM-A', engine: 'avatax', tax: amount } as const;
  return jurisdictions === undefined ? about : { ...about, jurisdictions };
};

const statusOf = (state: InvoiceState): string => invoiceState(state);

describe('an engine that holds another tax than was issued', () => {
  test('says by how much, and of which jurisdiction where it tells', () => {
    const { tax: ours } = invoice.totals;
    expect([ours, home]).toEqual(['664', expect.any(String)]);
    expect(given().when(commit('670'))).toEqual([
      expect.objectContaining({ data: expect.not.objectContaining({ parts: expect.anything() }) }),
    ]);
    expect(given().when(commit('670', { [home]: '600', ELSEWHERE: '70' }))).toMatchObject([
      {
        type: 'TaxCommitMismatch',
        data: {
          ...{ ours: '664', theirs: '670', difference: '6' },
          parts: [
            { jurisdiction: 'ELSEWHERE', difference: '70' },
            { jurisdiction: home, difference: '-64' },
          ],
        },
      },
    ]);
    // What does not add up to its own total tells nothing of jurisdictions.
    const [strange] = eventsOf(given().when(commit('670', { [home]: '600' })));
    expect(strange?.data).not.toHaveProperty('parts');
  });

  test('is no news in the same words; in more of them it is', () => {
    expect(given(commit('670')).when(commit('670'))).toEqual([]);
    expect(given(commit('670')).when(commit('670', { [home]: '670' }))).toMatchObject([{ type: 'TaxCommitMismatch' }]);
    expect(given(commit('670', { [home]: '670' })).when(commit('670'))).toEqual([]);
    expect(given(commit('664')).when(commit('664'))).toEqual([]);
  });

  test('may say so after it had kept what was issued, but of a voided invoice nobody has to decide anything', () => {
    expect(given(commit('664')).when(commit('670'))).toMatchObject([{ type: 'TaxCommitMismatch' }]);
    expect(given(commit('664'), takeBack).when(commit('670'))).toEqual([]);
    expect(given(takeBack).when(commit('670'))).toMatchObject([{ type: 'TaxCommitMismatch' }]);
  });
});

describe('accepting a difference of tax', () => {
  test('takes what was seen and nothing else, once, and the invoice goes on', () => {
    const open = given(commit('670'));
    expect(open.when(accept('A1', '6'))).toMatchObject([
      {
        type: 'TaxMismatchAccepted',
        data: {
          ...{ difference: '6', number: invoice.number, engine: 'avatax', docCode: invoice.taxDocCode },
          ...{ parts: [{ jurisdiction: home, difference: '6' }], acceptedBy: 'lee' },
        },
      },
    ]);
    expect(open.when(accept('A1', '7'))).toMatchObject({
      ...{ refused: 'TAX_DIFFERENCE_CHANGED', data: { difference: '6' } },
    });
    expect(given(commit('670'), accept('A1', '6')).when(accept('A1', '6'))).toEqual([]);
    expect(given(commit('670'), accept('A1', '6')).when(accept('A2', '6'))).toMatchObject({
      refused: 'TAX_NOT_MISMATCHED',
    });
    expect(statusOf(stateAfter(commit('670')))).toBe('ISSUED');
    expect(statusOf(stateAfter(commit('670'), accept('A1', '6')))).toBe('TAX_COMMITTED');
  });

  test('is refused where there is nothing to accept', () => {
    for (const earlier of [[], [commit('664')], [commit('670'), commit('664')], [commit('670'), takeBack]])
      expect(given(...earlier).when(accept('A1', '6'))).toMatchObject({ refused: 'TAX_NOT_MISMATCHED' });
    expect(given(commit('670')).when(accept('A1', '6', { creditMemoId: 'CM-X' }))).toMatchObject({
      refused: 'NOT_FOUND',
    });
    expect(given(back('CM-A', '2')).when(accept('A1', '6', { creditMemoId: 'CM-A' }))).toMatchObject({
      refused: 'INVOICE_NOT_ISSUED',
    });
  });

  test('O-34 above the limit in all, whichever way, a second person agrees, once for each', () => {
    const some = (id: string, difference: string, approvalId?: string) =>
      accept(id, difference, { limit: '10', ...(approvalId !== undefined && { approvalId }) });
    const before = [commit('670'), some('A1', '6'), commit('664')];
    expect(given(...before).when(some('A2', '-6'))).toMatchObject({
      ...{ refused: 'APPROVAL_REQUIRED', data: { limit: '10', asked: '12' } },
    });
    expect(given(...before).when(some('A2', '-6', 'AP'))).toMatchObject([{ data: { approvalId: 'AP' } }]);
    const more = [...before, some('A2', '-6', 'AP'), commit('670')];
    expect(given(...more).when(some('A3', '6', 'AP'))).toMatchObject({ refused: 'APPROVAL_REQUIRED' });
  });

  test('is measured against what the books have by then', () => {
    const accepted = [commit('670'), accept('A1', '6')];
    expect(given(...accepted).when(commit('670'))).toEqual([]);
    expect(given(...accepted).when(commit('664'))).toMatchObject([
      { type: 'TaxCommitMismatch', data: { ours: '670', theirs: '664', difference: '-6' } },
    ]);
    const again = [...accepted, commit('668', { [home]: '660', ELSEWHERE: '8' })];
    expect(given(...again).when(accept('A2', '-2'))).toMatchObject([
      {
        data: {
          parts: [
            { jurisdiction: 'ELSEWHERE', difference: '8' },
            { jurisdiction: home, difference: '-10' },
          ],
        },
      },
    ]);
    expect(given(...again).when(commit('670'))).toMatchObject([{ type: 'TaxCommitted', data: { tax: '670' } }]);
  });

  test('is of a credit memo where that is named, and leaves the tax of the invoice alone', () => {
    const mine = [...credited, creditCommit('189')];
    expect(given(...mine, commit('664')).when(accept('A1', '-1', { creditMemoId: 'CM-A' }))).toMatchObject([
      {
        type: 'TaxMismatchAccepted',
        data: { creditMemoId: 'CM-A', number: 'N-CM-A', docCode: 'CM-A', difference: '-1' },
      },
    ]);
    expect(given(...mine, commit('670')).when(accept('A1', '-1'))).toMatchObject({ refused: 'TAX_DIFFERENCE_CHANGED' });
    const done = given(...mine, accept('A1', '-1', { creditMemoId: 'CM-A' }));
    expect(done.when(creditCommit('189'))).toEqual([]);
    expect(done.when(creditCommit('190'))).toMatchObject([{ type: 'CreditTaxCommitted', data: { difference: '1' } }]);
    expect(done.when(accept('A2', '-1', { creditMemoId: 'CM-A' }))).toMatchObject({ refused: 'TAX_NOT_MISMATCHED' });
  });
});

test('the engine may be asked again of what is issued and stands', () => {
  const ask = (more: object = {}): InvoiceCommand => ({ type: 'RequestTaxCheck', requestedBy: 'lee', ...more });
  for (const earlier of [[], [commit('664')], [commit('670')]])
    expect(given(...earlier).when(ask())).toMatchObject([{ type: 'TaxCheckRequested', data: { requestedBy: 'lee' } }]);
  expect(given(...credited).when(ask({ creditMemoId: 'CM-A' }))).toMatchObject([{ data: { creditMemoId: 'CM-A' } }]);
  expect(given(takeBack).when(ask())).toMatchObject({ refused: 'TAX_NOT_MISMATCHED' });
  expect(given().when(ask({ creditMemoId: 'CM-X' }))).toMatchObject({ refused: 'NOT_FOUND' });
});

describe('T23', () => {
  const accepted = (...commands: readonly InvoiceCommand[]): TaxMismatchAccepted => {
    const state = stateAfter(...commands.slice(0, -1));
    const last = eventsOf(given(...commands.slice(0, -1)).when(commands.at(-1) as InvoiceCommand)).at(-1);
    if (last?.type !== 'TaxMismatchAccepted') throw new Error(`${last?.type} of ${state.issued?.number}`);
    return last;
  };
  const linesOf = (event: InvoiceEvent) =>
    onlyJournal(recorded(event)).lines.map(({ role, debit, credit }) => [role, debit, credit]);

  test('posts what the engine has more, or less, and the other way round for a credit memo', () => {
    expect(linesOf(accepted(commit('670'), accept('A1', '6')))).toEqual([
      ['TAX_VARIANCE', '6', '0'],
      ['TAX_PAYABLE', '0', '6'],
    ]);
    expect(linesOf(accepted(commit('660'), accept('A1', '-4')))).toEqual([
      ['TAX_VARIANCE', '0', '4'],
      ['TAX_PAYABLE', '4', '0'],
    ]);
    // One cent less is given back than was credited, so it stays payable.
    const ofCredit = accepted(...credited, creditCommit('189'), accept('A1', '-1', { creditMemoId: 'CM-A' }));
    expect(linesOf(ofCredit)).toEqual([
      ['TAX_VARIANCE', '1', '0'],
      ['TAX_PAYABLE', '0', '1'],
    ]);
    expect(onlyJournal(recorded(ofCredit))).toMatchObject({ templateId: 'T23', documentRef: 'N-CM-A' });
  });

  test('is posted to the account of each jurisdiction', () => {
    const event = accepted(commit('670', { [home]: '600', ELSEWHERE: '70' }), accept('A1', '6'));
    const accounts = [
      ...demoMap.accounts,
      { account: '2201', name: 'Elsewhere', activeFrom: '2000-01-01', activeTo: null },
    ];
    const rule = { role: 'TAX_PAYABLE' as const, account: '2201', match: { taxJurisdiction: 'ELSEWHERE' } };
    const accountMap = { ...demoMap, accounts, rules: [...demoMap.rules, rule] };
    const { lines, state } = onlyJournal(recorded(event), { accountMap });
    expect(state).toBe('READY');
    expect(lines.map(({ account, debit, credit }) => [account, debit, credit])).toEqual([
      ['7010', '70', '0'],
      ['2201', '0', '70'],
      ['7010', '0', '64'],
      ['2200', '64', '0'],
    ]);
  });

  test('T11 takes it back with the invoice, by the accounts of then, and a void that does not know of it waits', () => {
    const before = [commit('670'), accept('A1', '6')];
    const event = recorded(accepted(...before));
    const { reason: _reason, ...data } = event.data;
    const named: AcceptedTax = { eventId: event.eventId, position: event.position, accepted: data };
    expect(given(...before).when(takeBack)).toMatchObject({ refused: 'INVOICE_NOT_VOIDABLE' });
    const [voided] = eventsOf(given(...before).when({ ...takeBack, taxAccepted: [named] } as InvoiceCommand));
    if (voided?.type !== 'InvoiceVoided') throw new Error('it is not voided');
    const moved = demoMap.rules.map((rule) => (rule.role === 'TAX_VARIANCE' ? { ...rule, account: '7020' } : rule));
    const accountMapAt = (position: string) => (position === event.position ? demoMap : undefined);
    const more = { accountMap: { ...demoMap, rules: moved }, accountMapAt };
    const [ofInvoice, ofTax, ...others] = journalsOf(recorded(voided), more);
    expect([ofInvoice?.templateId, ofTax?.templateId, others]).toEqual(['T11', 'T11', []]);
    expect(ofTax?.reversalOf).toBe(`${event.eventId}:T23:PRIMARY`);
    expect(ofTax?.journalId).not.toBe(ofInvoice?.journalId);
    expect(ofTax?.lines.map(({ account, debit, credit }) => [account, debit, credit])).toEqual([
      ['7010', '0', '6'],
      ['2200', '6', '0'],
    ]);
    expect(JSON.stringify(voided)).not.toContain('rounded by line there');
    const withoutT11 = { ...demoRules, templates: demoRules.templates.filter((each) => each !== 'T11') };
    expect(journalsOf(recorded(voided), { postingRules: withoutT11 })).toEqual([]);
    expect(issued.acceptances).toEqual([]);
  });
});
