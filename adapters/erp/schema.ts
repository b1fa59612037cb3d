import { z } from 'zod';
import { explanation, listOf, named } from '../http/wire.ts';

/**
 * The wire of a generic distributor ERP, in the manner of Business Central (resource names, `value` lists, error shape)
 * and NetSuite (an external number that the ERP keeps unique, asynchronous imports that are asked for by id).
 *
 * - `POST /api/v1/salesOrders` → 201 sales order. 409 `DuplicateExternalDocument` when the external number is taken.
 * - `GET  /api/v1/salesOrders?company=&externalDocumentNumber=` → `{ value: [sales order] }`, empty when there is none.
 * - `PUT  /api/v1/salesOrders/{number}` → 200 sales order: it is the one that is sent from then on. An older `sourceRevision` than the
 *   one it has changes nothing and is answered with what it has; an order without lines is cancelled.
 * - `POST /api/v1/journalImports` → 202; the same batch of a company again → 202 with the first; other content → 409 `BatchContentDiffers`.
 * - `GET  /api/v1/journalImports/{batchId}?company=` → each journal `Posted` with a document number or `Rejected` with a code.
 * - `GET  /api/v1/customerBalances?company=&after=` → `{ value: [customer balance], next, more }`: accounts whose balance changed after
 *   the cursor (empty at first), each as it is behind the last of these changes. `asOf` rises, by a millisecond at least,
 *   with every change of an account. `postedInvoiceReferences` are invoices that came with these changes, paid or not.
 * - `POST /api/v1/salesOrderStatuses` with `{ company, value: [sales order status] }`, 100 at most → 200 `{ value }`: those that were not
 *   taken, each with a code. Of an order the greatest `sourceVersion`, as text, stays. A 4xx refuses all of it: halves are sent then.
 * - `GET  /api/v1/salesOrderStatuses?company=&externalDocumentNumbers=` (by commas, 100 at most) → `{ value: [sales order status] }`: of
 *   every order under these references, `sourceVersion` empty and without lines where they were never told.
 * - `GET  /api/v1/journalImportTotals?company=&batchIds=` (by commas, 100 at most) → `{ value }`: of each batch that they know how many documents
 *   there are and what their debits come to by currency.
 * - `GET  /api/v1/journalImports/{batchId}/documents?company=&after=` → `{ value: [document], next }` by journal id; `next` is null at the end.
 * - Bearer token. Errors: `{ error: { code, message } }`.
 *
 * Amounts, prices and quantities are decimal text in major units (as SAP sends them), dates `YYYY-MM-DD`.
 */
const code = named(100).min(1);
const amount = z.string().regex(/^-?\d{1,30}(\.\d{1,12})?$/);

const orderLine = z.strictObject({
  lineReference: code,
  itemNumber: code,
  quantity: amount,
  unitOfMeasureCode: code,
  unitPrice: amount,
  discountPercents: z.array(amount).max(20),
});

/** What we send: strict, so that a slip of ours is found here and not in their books. */
export const salesOrderRequest = z.strictObject({
  company: code,
  externalDocumentNumber: code,
  customerPurchaseOrderNumber: z.string().max(100),
  customerNumber: code,
  billToCustomerNumber: code,
  shipToCode: code,
  currencyCode: z.string().length(3),
  requestedDeliveryDate: z.iso.date(),
  lines: z.array(orderLine).min(1).max(2_000),
  charges: z.array(z.strictObject({ chargeCode: code, amount })).max(100),
});
export type SalesOrderRequest = z.infer<typeof salesOrderRequest>;

/** All of the order as it is now. `sourceRevision` rises with every change. */
export const salesOrderChange = salesOrderRequest.extend({
  sourceRevision: z.int().min(1),
  lines: z.array(orderLine).max(2_000),
});
export type SalesOrderChange = z.infer<typeof salesOrderChange>;

/** What we read: only the fields that we need; an ERP may add others at any time. */
export const salesOrderAnswer = z.looseObject({ number: code, externalDocumentNumber: code });
export const changedOrderAnswer = salesOrderAnswer.extend({ sourceRevision: z.int().min(0) });
export const salesOrderList = z.looseObject({ value: listOf(salesOrderAnswer, 1_000) });

const journalLine = z.strictObject({
  lineNumber: z.int().min(1),
  accountNumber: code,
  debitAmount: amount,
  creditAmount: amount,
});

export const journalImportRequest = z.strictObject({
  batchId: code,
  company: code,
  ledger: code,
  period: z.string().regex(/^\d{6}$/),
  journals: z
    .array(
      z.strictObject({
        journalId: code,
        postingDate: z.iso.date(),
        journalTemplate: code,
        documentNumber: z.string().max(200),
        currencyCode: z.string().length(3),
        /** Whose receivable it is, and of which document: in their books by these, so that a balance can name what it contains. */
        salesOrderReference: code.optional(),
        invoiceReference: code.optional(),
        lines: z.array(journalLine).min(1).max(20_000),
      }),
    )
    .min(1)
    .max(100_000),
  controlTotals: z.array(
    z.strictObject({
      currencyCode: z.string().length(3),
      accountNumber: code,
      debitAmount: amount,
      creditAmount: amount,
    }),
  ),
  contentSha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type JournalImportRequest = z.infer<typeof journalImportRequest>;
export type ImportedJournal = JournalImportRequest['journals'][number];

export const journalResult = z.discriminatedUnion('status', [
  z.looseObject({ journalId: code, status: z.literal('Posted'), documentNumber: code }),
  z.looseObject({ journalId: code, status: z.literal('Rejected'), errorCode: code, errorMessage: explanation }),
]);

export const journalImportAnswer = z.looseObject({
  batchId: code,
  status: z.enum(['InProgress', 'Completed']),
  /** Of the request body as the ERP received it. */
  fileSha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Empty until `Completed`. */
  journals: listOf(journalResult, 100_000),
});
export type JournalImportAnswer = z.infer<typeof journalImportAnswer>;

/** More would be no sum that people owe, and no number that can be added up here. */
const balance = z.string().regex(/^-?\d{1,15}(\.\d{1,4})?$/);

const customerBalance = z.looseObject({
  company: code,
  customerNumber: code,
  currencyCode: z.string().regex(/^[A-Z]{3}$/),
  openAmount: balance,
  asOf: z.iso.datetime({ offset: true }),
  postedInvoiceReferences: listOf(code, 1_000),
});
export type CustomerBalance = z.infer<typeof customerBalance>;

export const customerBalanceList = z.looseObject({
  value: listOf(customerBalance, 1_000),
  next: named(100),
  /** False: there was nothing further when they answered. */
  more: z.boolean(),
});

export const orderStatusNames = {
  OPEN: 'Open',
  PARTIALLY_SHIPPED: 'PartiallyShipped',
  SHIPPED: 'Shipped',
  PARTIALLY_INVOICED: 'PartiallyInvoiced',
  CLOSED: 'Closed',
  CANCELLED: 'Cancelled',
} as const;

const wholeQuantity = z.string().regex(/^\d{1,30}$/);

const statusLine = z.looseObject({
  lineReference: code,
  status: z.enum(orderStatusNames),
  quantityShipped: wholeQuantity,
  quantityInvoiced: wholeQuantity,
  quantityCancelled: wholeQuantity,
});
export type OrderStatusLine = z.infer<typeof statusLine>;

export const salesOrderStatus = z.looseObject({
  externalDocumentNumber: code,
  number: code,
  sourceVersion: named(100),
  lines: listOf(statusLine, 2_000),
});
export type SalesOrderStatus = z.infer<typeof salesOrderStatus>;

export const statusesAtOnceMax = 100;

/** One reference may be there many times; more than this is no answer of sense. */
export const salesOrderStatusList = z.looseObject({ value: listOf(salesOrderStatus, 1_000) });

export const toldOrderStatus = salesOrderStatus.extend({ sourceVersion: code });

export const salesOrderStatusRequest = z.strictObject({
  company: code,
  value: z.array(toldOrderStatus).min(1).max(statusesAtOnceMax),
});
export type SalesOrderStatusRequest = z.infer<typeof salesOrderStatusRequest>;

export const untakenStatusList = z.looseObject({
  value: listOf(z.looseObject({ externalDocumentNumber: code, errorCode: code }), statusesAtOnceMax),
});

/** More would be no sum of documents. */
const total = z.string().regex(/^-?\d{1,30}(\.\d{1,4})?$/);
const currencyCode = z.string().regex(/^[A-Z]{3}$/);

export const journalImportTotals = z.looseObject({
  value: listOf(
    z.looseObject({
      batchId: code,
      documents: z.int().min(0),
      totals: listOf(z.looseObject({ currencyCode, debitAmount: total }), 200),
    }),
    statusesAtOnceMax,
  ),
});

export const postedDocument = z.looseObject({
  journalId: code,
  documentNumber: code,
  currencyCode,
  debitAmount: total,
});
export type PostedDocumentAnswer = z.infer<typeof postedDocument>;

export const postedDocumentList = z.looseObject({ value: listOf(postedDocument, 5_000), next: named(100).nullable() });

export const errorAnswer = z.looseObject({ error: z.looseObject({ code, message: explanation }) });
