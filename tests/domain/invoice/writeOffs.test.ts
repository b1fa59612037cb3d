import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fold, isRefusal } from '../../../domain/decider.ts';
import type { InvoiceEvent } from '../../../domain/invoice/events.ts';
import { invoiceDecider } from '../../../domain/invoice/invoice.ts';
import { openOf, writtenOffOf } from '../../../domain/invoice/settlement.ts';
import { invoiceState } from '../../../domain/invoice/state.ts';
import { postedEventTypes } from '../../../domain/ledger/postings.ts';
import { minor } from '../../../domain/money.ts';
import { demoRules, journalsOf, onlyJournal } from '../ledger/books.ts';
import { eventsOf, recorded } from './sale.ts';
import {
  apply,
  back,
  given,
  invoice,
  issue,
  issued,
  pay,
  someActs,
  stateAfter,
  statusAfter,
  takeBack,
  total,
  writeOff,
} from './settlements.ts';

const linesOf = (event: InvoiceEvent | undefined) => {
  const { templateId, lines } = onlyJournal(recorded(event as InvoiceEvent));
  return [templateId, lines.map(({ role, debit, credit }) => [role, debit, credit])];
};

describe('write-offs of an invoice', () => {
  test('no more is written off than is open, and the same again is no event', () => {
    const rest = (BigInt(total) - 5000n).toString();
    expect(given(pay('P1', '5000')).when(writeOff('W1', rest))).toMatchObject([
      { type: 'InvoiceWrittenOff', data: { amount: rest, cause: 'SMALL_BALANCE', writtenOffBy: 'lee' } },
    ]);
    expect(given(writeOff('W1', '100')).when(writeOff('W1', '100'))).toEqual([]);
    expect(given(pay('P1', '5000')).when(writeOff('W1', `${BigInt(rest) + 1n}`))).toMatchObject({
      ...{ refused: 'WRITE_OFF_EXCEEDS_OPEN', data: { open: rest } },
    });
    expect(given(writeOff('W1', total)).when(writeOff('W2', '1'))).toMatchObject({ refused: 'WRITE_OFF_EXCEEDS_OPEN' });
    expect(given(takeBack).when(writeOff('W1', '1'))).toMatchObject({ refused: 'WRITE_OFF_EXCEEDS_OPEN' });
    const many = Array.from({ length: 200 }, (_, n) => writeOff(`W${n}`, '1'));
    expect(given(...many).when(writeOff('W200', '1'))).toMatchObject({ refused: 'WRITE_OFFS_MAX' });
  });

  test('4.12 who recorded a payment of an invoice does not write it off', () => {
    const byPayer = writeOff('W1', '100', { writtenOffBy: 'kim' });
    expect(given().when(byPayer)).toMatchObject([{ type: 'InvoiceWrittenOff' }]);
    expect(given(pay('P1', '5000')).when(byPayer)).toMatchObject({ refused: 'SOD_VIOLATION' });
  });

  test('O-34 above the limit in all a second person agrees, once for each', () => {
    const some = (id: string, approvalId?: string) =>
      writeOff(id, '300', { limit: '500', ...(approvalId === undefined ? {} : { approvalId }) });
    expect(given(some('W1')).when(some('W2'))).toMatchObject({
      ...{ refused: 'APPROVAL_REQUIRED', data: { limit: '500', asked: '600' } },
    });
    expect(given(some('W1')).when(some('W2', 'A1'))).toMatchObject([{ data: { approvalId: 'A1' } }]);
    expect(given(some('W1'), some('W2', 'A1')).when(some('W3', 'A1'))).toMatchObject({ refused: 'APPROVAL_REQUIRED' });
  });

  test('4.4 WRITTEN_OFF once nothing is open, and what it was before when all of it was taken back', () => {
    expect(statusAfter(pay('P1', '5000'), writeOff('W1', '100'))).toBe('PARTIALLY_PAID');
    expect(statusAfter(writeOff('W1', total))).toBe('WRITTEN_OFF');
    expect(statusAfter(writeOff('W1', total), pay('P1', total))).toBe('SETTLED');
    expect(statusAfter(writeOff('W1', total), pay('P1', total), pay('P2', `-${total}`))).toBe('POSTED');
  });

  test('what is paid after all was not lost, what was written off last first', () => {
    const lost = [writeOff('W1', '3000', { cause: 'BAD_DEBT' }), writeOff('W2', `${BigInt(total) - 3000n}`)];
    expect(given(...lost).when(pay('P1', `${BigInt(total) - 1000n}`))).toMatchObject([
      { type: 'WriteOffReversed', data: { writeOffId: 'W2', because: 'INVOICE_PAID', day: '2026-11-26' } },
      { type: 'WriteOffReversed', data: { writeOffId: 'W1', cause: 'BAD_DEBT', amount: '2000' } },
      { type: 'PaymentRecorded' },
    ]);
    expect(writtenOffOf(stateAfter(...lost, pay('P1', `${BigInt(total) - 1000n}`)))).toBe(1000n);
    expect(given(writeOff('W1', '100')).when(pay('P1', '5000'))).toHaveLength(1);
  });

  test('what is credited after all was not lost, and is no more than that', () => {
    const cents = [pay('P1', `${BigInt(total) - 1n}`), writeOff('W1', '1'), back('CM-A', '7')];
    expect(given(...cents).when(issue('CM-A'))).toMatchObject([
      { type: 'WriteOffReversed', data: { amount: '1', because: 'INVOICE_CREDITED', day: '2026-11-27' } },
      { type: 'CreditMemoIssued' },
    ]);
    expect(openOf(stateAfter(...cents, issue('CM-A')))).toBe(1n - BigInt(total));
  });

  test('then a deposit that paid too much is the deposit again', () => {
    const half = [apply('D1', '4000'), writeOff('W1', `${BigInt(total) - 4000n}`), back('CM-A', '7')];
    expect(given(...half).when(issue('CM-A'))).toMatchObject([
      { type: 'WriteOffReversed', data: { amount: `${BigInt(total) - 4000n}` } },
      { type: 'DepositReleased', data: { amount: '4000' } },
      { type: 'CreditMemoIssued' },
    ]);
    expect(openOf(stateAfter(...half, issue('CM-A')))).toBe(0n);
  });

  test('a void takes it back before it says so', () => {
    expect(given(apply('D1', '4000'), writeOff('W1', '300')).when(takeBack)).toMatchObject([
      { type: 'WriteOffReversed', data: { amount: '300', because: 'INVOICE_VOIDED', day: '2026-11-28' } },
      { type: 'DepositReleased', data: { amount: '4000' } },
      { type: 'InvoiceVoided' },
    ]);
  });

  test('T22 by its cause, and the other way round', () => {
    const lost = writeOff('W1', '300', { cause: 'BAD_DEBT' });
    const [off] = eventsOf(given().when(lost));
    const [on] = eventsOf(given(lost).when(takeBack));
    expect(linesOf(off)).toEqual([
      'T22',
      [
        ['BAD_DEBT', '300', '0'],
        ['AR_TRADE', '0', '300'],
      ],
    ]);
    expect(linesOf(on)).toEqual([
      'T22',
      [
        ['BAD_DEBT', '0', '300'],
        ['AR_TRADE', '300', '0'],
      ],
    ]);
  });
});

describe('whatever becomes of an invoice', () => {
  test('the receivable in the books is to the cent what is open of it, and no loss stands beside what is owed to the customer', () => {
    const rules = { ...demoRules, templates: [...demoRules.templates, 'T06'] };
    const receivable = (event: InvoiceEvent): bigint =>
      journalsOf(recorded(event) as Parameters<typeof journalsOf>[0], { postingRules: rules })
        .flatMap(({ lines }) => lines)
        .filter(({ role }) => role === 'AR_TRADE')
        .reduce((sum, { debit, credit }) => sum + minor(debit) - minor(credit), 0n);
    const isPosted = ({ type }: InvoiceEvent): boolean => (postedEventTypes as readonly string[]).includes(type);
    fc.assert(
      fc.property(someActs, (acts) => {
        let state = issued;
        let books = receivable({ type: 'InvoiceIssued', data: invoice });
        for (const commands of acts) {
          for (const command of commands) {
            const outcome = invoiceDecider.decide(command, state);
            if (isRefusal(outcome)) continue;
            for (const event of outcome.filter(isPosted)) books += receivable(event);
            state = fold(invoiceDecider, state, outcome);
          }
          const { paid } = state.settlement;
          expect(books).toBe(state.voided ? -paid : openOf(state));
          if (openOf(state) < 0n) expect(writtenOffOf(state)).toBe(0n);
          if (invoiceState(state) === 'VOIDED') expect(state.settlement.deposits).toEqual([]);
        }
      }),
      { numRuns: 60 },
    );
  });
});
