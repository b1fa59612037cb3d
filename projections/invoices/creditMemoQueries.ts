import { defineQuery, type Question } from '../question.ts';
import type { Scope } from '../readModel.ts';
import { type DocumentRow, documentById, documentPage, type InvoiceFilter, type InvoiceView } from './queries.ts';
import { type InvoiceSource, liveInvoices } from './source.ts';

/** What is given back of an invoice; every amount says so much. A restocking fee is a charge below zero. */
export type CreditMemoView = Pick<
  InvoiceView,
  | ('bu' | 'number' | 'kind' | 'orderId' | 'state' | 'revision' | 'soldTo' | 'billTo' | 'issueDate' | 'currency')
  | (
      | 'charges'
      | 'taxes'
      | 'totals'
      | 'receiptOfTax'
      | 'taxProblem'
      | 'taxDifference'
      | 'contentSha256'
      | 'position'
      | 'updatedAt'
    )
> & {
  readonly creditMemoId: string;
  /** The invoice that it credits. */
  readonly invoiceId: string;
  readonly cause: string;
  readonly reason: string;
  /** `qty`: what came back; "0" where the goods stay with the customer. */
  readonly lines: readonly Omit<InvoiceView['lines'][number], 'unitPrice' | 'cost'>[];
};

const toView = (row: DocumentRow): CreditMemoView => {
  const { invoiceId: creditMemoId, creditedInvoiceId, cause, reason, lines, ...document } = row;
  const { bu, number, kind, orderId, state, revision, soldTo, billTo, issueDate, currency } = document;
  const { charges, taxes, totals, receiptOfTax, taxProblem, taxDifference, contentSha256, position, updatedAt } =
    document;
  return {
    ...{ creditMemoId, bu, number, kind, invoiceId: creditedInvoiceId ?? '', orderId, state, revision },
    ...{ cause: cause ?? '', reason: reason ?? '', soldTo, billTo, issueDate, currency },
    lines: lines.map(({ unitPrice: _price, cost: _cost, ...line }) => line),
    ...{ charges, taxes, totals, receiptOfTax, taxProblem, taxDifference, contentSha256, position, updatedAt },
  };
};

export const creditMemoById = defineQuery(
  (
    creditMemoId: string,
    scope?: Scope,
    source: InvoiceSource = liveInvoices,
    validAsOf?: string,
  ): Question<DocumentRow, CreditMemoView | undefined> => ({
    statement: documentById('CREDIT_MEMO', creditMemoId, scope, source, validAsOf),
    form: 'single',
    answer: ([row]) => (row === undefined ? undefined : toView(row)),
  }),
);

export type CreditMemoFilter = Omit<InvoiceFilter, 'kind' | 'creditedInvoiceId'> & { readonly invoiceId?: string };

export const asDocuments = ({ invoiceId, ...filter }: CreditMemoFilter): InvoiceFilter => ({
  ...filter,
  kind: 'CREDIT_MEMO',
  ...(invoiceId !== undefined && { creditedInvoiceId: invoiceId }),
});

/** Newest first. */
export const listCreditMemos = defineQuery(
  (filter: CreditMemoFilter, scope?: Scope, source: InvoiceSource = liveInvoices) =>
    documentPage(asDocuments(filter), scope, source, toView),
);
