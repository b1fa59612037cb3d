import type {
  Erp,
  ErpOrder,
  HeldOrder,
  JournalOutcome,
  OrderProgress,
  PostedBatch,
  PostedDocument,
} from '../../commands/partnerPorts.ts';
import type { ReceivablesFigure } from '../../commands/ports.ts';
import type { SealedJournal } from '../../domain/ledger/events.ts';
import { type Minor, majorText, minor, minorOfMajor, minorText } from '../../domain/money.ts';
import type { ProgressStatus } from '../../domain/order/progress.ts';
import { ourSpelling } from '../http/answers.ts';
import {
  type CustomerBalance,
  type JournalImportAnswer,
  type JournalImportRequest,
  type OrderStatusLine,
  orderStatusNames,
  type PostedDocumentAnswer,
  type SalesOrderChange,
  type SalesOrderRequest,
  type SalesOrderStatus,
} from './schema.ts';

/** Our order in their words. Property order is fixed: the same order always gives the same bytes. */
export const toSalesOrder = (order: ErpOrder): SalesOrderRequest => ({
  company: order.bu,
  externalDocumentNumber: order.orderId,
  customerPurchaseOrderNumber: order.customerPo,
  customerNumber: order.soldTo,
  billToCustomerNumber: order.billTo,
  shipToCode: order.shipTo.id,
  currencyCode: order.currency,
  requestedDeliveryDate: order.requestedDate,
  lines: order.lines.map((line) => ({
    lineReference: line.lineId,
    itemNumber: line.item,
    quantity: line.qty,
    unitOfMeasureCode: line.baseUom,
    unitPrice: line.unitPrice,
    discountPercents: [...line.discounts].sort((a, b) => a.sequence - b.sequence).map((discount) => discount.ratePct),
  })),
  charges: order.charges.map((charge) => ({
    chargeCode: charge.code,
    amount: majorText(minor(charge.amount), order.currency),
  })),
});

/** The order as it is after so many changes. */
export const toChangedOrder = (order: Parameters<Erp['changeOrder']>[0]): SalesOrderChange => ({
  ...toSalesOrder(order),
  sourceRevision: order.changes,
});

type Sums = { readonly currency: string; readonly account: string; readonly debit: Minor; readonly credit: Minor };

/** Sums per currency and account, in the order of first appearance: the ERP adds up the same and compares. */
export const controlTotalsOf = (journals: readonly SealedJournal[]): readonly Sums[] => {
  const totals = new Map<string, Sums>();
  for (const { currency, lines } of journals) {
    for (const { account, debit, credit } of lines) {
      const key = `${currency}:${account}`;
      const sums = totals.get(key) ?? { currency, account, debit: 0n, credit: 0n };
      totals.set(key, { ...sums, debit: sums.debit + minor(debit), credit: sums.credit + minor(credit) });
    }
  }
  return [...totals.values()];
};

export type JournalBatch = {
  readonly batchId: string;
  readonly bu: string;
  readonly ledger: string;
  readonly period: string;
  readonly journals: readonly SealedJournal[];
  readonly contentSha256: string;
};

/** A sealed batch in their words. The same batch always gives the same bytes, so its hash tells whether they hold ours. */
export const toJournalImport = (batch: JournalBatch): JournalImportRequest => ({
  batchId: batch.batchId,
  company: batch.bu,
  ledger: batch.ledger,
  period: batch.period,
  journals: batch.journals.map((journal) => ({
    journalId: journal.journalId,
    postingDate: journal.accountingDate,
    journalTemplate: journal.templateId,
    documentNumber: journal.documentRef,
    currencyCode: journal.currency,
    ...(journal.orderId !== null && { salesOrderReference: journal.orderId }),
    ...(journal.invoiceId !== null && { invoiceReference: journal.invoiceId }),
    lines: journal.lines.map((line) => ({
      lineNumber: line.lineNo,
      accountNumber: line.account,
      debitAmount: majorText(minor(line.debit), journal.currency),
      creditAmount: majorText(minor(line.credit), journal.currency),
    })),
  })),
  controlTotals: controlTotalsOf(batch.journals).map((total) => ({
    currencyCode: total.currency,
    accountNumber: total.account,
    debitAmount: majorText(total.debit, total.currency),
    creditAmount: majorText(total.credit, total.currency),
  })),
  contentSha256: batch.contentSha256,
});

/** As batches were written down before they named orders and invoices. */
export const withoutReferences = (request: JournalImportRequest): JournalImportRequest => ({
  ...request,
  journals: request.journals.map(({ salesOrderReference: _order, invoiceReference: _invoice, ...journal }) => journal),
});

/** Throws `RangeError` for an amount that is finer than a minor unit. */
export const toFigure = (balance: CustomerBalance): ReceivablesFigure => ({
  bu: balance.company,
  customer: balance.customerNumber,
  currency: balance.currencyCode,
  openAr: minorText(minorOfMajor(balance.openAmount, balance.currencyCode)),
  asOf: balance.asOf,
  contains: balance.postedInvoiceReferences,
});

/** Their code in our spelling: `AccountClosed` is `ACCOUNT_CLOSED`. */
export const refusalCode = ourSpelling;

export const toOutcomes = (answer: JournalImportAnswer): readonly JournalOutcome[] =>
  answer.journals.map((journal) =>
    journal.status === 'Posted'
      ? { journalId: journal.journalId, outcome: 'ACKNOWLEDGED', erpDocument: journal.documentNumber }
      : {
          journalId: journal.journalId,
          outcome: 'REJECTED',
          code: refusalCode(journal.errorCode),
          detail: journal.errorMessage,
        },
  );

/** How far an order is, in their words. */
export const toOrderStatus = ({ orderId, erpNumber, version, lines }: OrderProgress): SalesOrderStatus => ({
  externalDocumentNumber: orderId,
  number: erpNumber,
  sourceVersion: version,
  lines: lines.map(({ lineId, status, shipped, invoiced, cancelled }) => ({
    ...{ lineReference: lineId, status: orderStatusNames[status] },
    ...{ quantityShipped: shipped, quantityInvoiced: invoiced, quantityCancelled: cancelled },
  })),
});

const statusOf = Object.fromEntries(
  Object.entries(orderStatusNames).map(([ours, theirs]) => [theirs, ours]),
) as Readonly<Record<OrderStatusLine['status'], ProgressStatus>>;

/** Leading zeros of theirs would make equal numbers differ. */
const whole = (quantity: string): string => BigInt(quantity).toString();

export const toHeldOrder = (order: SalesOrderStatus): HeldOrder => ({
  ...{ orderId: order.externalDocumentNumber, erpNumber: order.number, version: order.sourceVersion },
  lines: order.lines.map((line) => ({
    ...{ lineId: line.lineReference, status: statusOf[line.status], shipped: whole(line.quantityShipped) },
    ...{ invoiced: whole(line.quantityInvoiced), cancelled: whole(line.quantityCancelled) },
  })),
});

/** Throws `RangeError` for an amount that is finer than a minor unit. */
const minorAmount = (amount: string, currency: string): string => minorText(minorOfMajor(amount, currency));

type TotalsOfBatch = {
  readonly batchId: string;
  readonly documents: number;
  readonly totals: readonly { readonly currencyCode: string; readonly debitAmount: string }[];
};

/** Throws `RangeError` as `toPostedDocument`. */
export const toPostedBatch = ({ batchId, documents, totals }: TotalsOfBatch): PostedBatch => ({
  ...{ batchId, documents },
  amounts: Object.fromEntries(
    totals.map(({ currencyCode, debitAmount }) => [currencyCode, minorAmount(debitAmount, currencyCode)]),
  ),
});

/** Throws `RangeError` for an amount that is finer than a minor unit. */
export const toPostedDocument = (found: PostedDocumentAnswer): PostedDocument => ({
  ...{ journalId: found.journalId, document: found.documentNumber, currency: found.currencyCode },
  amount: minorAmount(found.debitAmount, found.currencyCode),
});
