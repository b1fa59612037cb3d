import { z } from 'zod';
import { type Minor, majorText, minor, minorOfMajor, minorText } from '../../domain/money.ts';
import type { CustomerBalance, JournalImportRequest } from './schema.ts';

/** What changes a customer's balance; `amount` in minor units. */
export const receivable = z.strictObject({
  customerNumber: z.string(),
  currencyCode: z.string(),
  amount: z.string(),
  invoiceReference: z.string().optional(),
});
export type Receivable = z.infer<typeof receivable>;

type Account = { balance: Minor; lastMs: number };
type Invoice = { readonly customerNumber: string; readonly currencyCode: string; open: Minor };

/** Mutable, like the books that it belongs to. */
export type Receivables = {
  readonly accounts: Map<string, Account>;
  readonly invoices: Map<string, Invoice>;
  /** Every change of a company, with the balance behind it: what the cursor counts. */
  readonly changes: Map<string, CustomerBalance[]>;
};

export const emptyReceivables = (): Receivables => ({ accounts: new Map(), invoices: new Map(), changes: new Map() });

export const invoiceOf = ({ invoices }: Receivables, company: string, reference: string): Invoice | undefined =>
  invoices.get(`${company}\n${reference}`);

/** An account's instants rise with every posting, however many there are in a millisecond. */
export const postReceivable = (book: Receivables, company: string, posting: Receivable, atMs: number): void => {
  const { customerNumber, currencyCode, invoiceReference } = posting;
  const amount = minor(posting.amount);
  const key = `${company}\n${customerNumber}\n${currencyCode}`;
  const before = book.accounts.get(key) ?? { balance: 0n, lastMs: 0 };
  const account = { balance: before.balance + amount, lastMs: Math.max(atMs, before.lastMs + 1) };
  book.accounts.set(key, account);
  const known = invoiceReference === undefined ? undefined : invoiceOf(book, company, invoiceReference);
  if (known !== undefined) known.open += amount;
  const isNew = invoiceReference !== undefined && known === undefined;
  if (isNew) book.invoices.set(`${company}\n${invoiceReference}`, { customerNumber, currencyCode, open: amount });
  const changes = book.changes.get(company) ?? [];
  book.changes.set(company, changes);
  changes.push({
    ...{ company, customerNumber, currencyCode },
    openAmount: majorText(account.balance, currencyCode),
    asOf: new Date(account.lastMs).toISOString(),
    postedInvoiceReferences: isNew ? [invoiceReference] : [],
  });
};

/** What customers owe by the journals that were posted. One that names no order of ours is nobody's. */
export const receivablesIn = (
  { company, journals }: JournalImportRequest,
  results: readonly { readonly status: string }[],
  { orders }: { readonly orders: ReadonlyMap<string, readonly { readonly customerNumber?: string | undefined }[]> },
  accounts: readonly string[],
): Receivable[] =>
  journals.flatMap(({ salesOrderReference, invoiceReference, currencyCode, lines }, index) => {
    const customerNumber = orders.get(`${company}\n${salesOrderReference}`)?.[0]?.customerNumber;
    const owed = lines.filter(({ accountNumber }) => accounts.includes(accountNumber));
    if (results[index]?.status !== 'Posted' || customerNumber === undefined || owed.length === 0) return [];
    const amount = owed.reduce(
      (sum, line) => sum + minorOfMajor(line.debitAmount, currencyCode) - minorOfMajor(line.creditAmount, currencyCode),
      0n,
    );
    return [{ customerNumber, currencyCode, amount: minorText(amount), ...(invoiceReference && { invoiceReference }) }];
  });

const changesPerPage = 500;

/** Every account that changed, once, as it is behind the last of these changes. */
export const balancesAfter = ({ changes: all }: Receivables, company: string, after: number) => {
  const changes = all.get(company) ?? [];
  const through = Math.min(changes.length, after + changesPerPage);
  const rows = new Map<string, CustomerBalance>();
  for (const change of changes.slice(after, through)) {
    const key = `${change.company}\n${change.customerNumber}\n${change.currencyCode}`;
    const earlier = rows.get(key)?.postedInvoiceReferences ?? [];
    rows.set(key, { ...change, postedInvoiceReferences: [...earlier, ...change.postedInvoiceReferences] });
  }
  return { value: [...rows.values()], next: String(through), more: through < changes.length };
};
