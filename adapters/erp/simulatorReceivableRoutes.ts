import { z } from 'zod';
import { minorOfMajor, minorText } from '../../domain/money.ts';
import type { SimulatedRoute } from '../http/simulatedPartner.ts';
import { refused } from './simulatorAnswers.ts';
import type { BookEntry } from './simulatorBooks.ts';
import { balancesAfter, invoiceOf, type Receivables } from './simulatorReceivables.ts';

const amount = z.string().regex(/^-?\d{1,15}(\.\d{1,4})?$/);
const text = z.string().min(1).max(100);

/** Absent: all that is open of the invoice. */
const payment = z.strictObject({ company: text, invoiceReference: text, amount: amount.optional() });
/** What did not come from us: older balances, other sales, payments on account. */
const other = z.strictObject({ company: text, customerNumber: text, currencyCode: text.length(3), amount });

const accountsMax = 1_000_000;

/** The question, and two doors for tests and visitors: a customer pays an invoice, or owes for something else. */
export const receivableRoutes = (book: Receivables, record: (entry: BookEntry) => void): readonly SimulatedRoute[] => [
  {
    operation: 'customerBalances',
    method: 'GET',
    path: '/api/v1/customerBalances',
    handle: ({ query }) => {
      const after = query.get('after') ?? '';
      if (!/^\d{0,9}$/.test(after)) return refused(400, 'CursorInvalid', 'That is no cursor of ours.');
      return { status: 200, body: balancesAfter(book, query.get('company') ?? '', Number(after)) };
    },
  },
  {
    operation: 'control',
    method: 'POST',
    path: '/control/payments',
    handle: ({ body }) => {
      const parsed = payment.safeParse(body);
      if (!parsed.success) return refused(422, 'PaymentInvalid', 'Send company and invoiceReference.');
      const { company, invoiceReference } = parsed.data;
      const invoice = invoiceOf(book, company, invoiceReference);
      if (invoice === undefined) return refused(404, 'InvoiceNotFound', 'There is no such invoice in these books.');
      const { customerNumber, currencyCode, open } = invoice;
      const paid = parsed.data.amount === undefined ? open : minorOfMajor(parsed.data.amount, currencyCode);
      const posting = { customerNumber, currencyCode, invoiceReference, amount: minorText(-paid) };
      record({ kind: 'receivable', company, postedAtMs: Date.now(), posting });
      return { status: 201, body: { company, ...posting } };
    },
  },
  {
    operation: 'control',
    method: 'POST',
    path: '/control/receivables',
    handle: ({ body }) => {
      const parsed = other.safeParse(body);
      if (!parsed.success)
        return refused(422, 'ReceivableInvalid', 'Send company, customerNumber, currencyCode, amount.');
      if (book.accounts.size >= accountsMax) return refused(507, 'StorageFull', 'This simulator is full.');
      const { company, customerNumber, currencyCode } = parsed.data;
      const posting = {
        customerNumber,
        currencyCode,
        amount: minorText(minorOfMajor(parsed.data.amount, currencyCode)),
      };
      record({ kind: 'receivable', company, postedAtMs: Date.now(), posting });
      return { status: 201, body: { company, ...posting } };
    },
  },
];
