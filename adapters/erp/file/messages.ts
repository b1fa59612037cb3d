import type { JournalImportRequest, SalesOrderChange, SalesOrderRequest } from '../schema.ts';
import { canBeField, type FileRecord, rowsIn } from './records.ts';

type Order = SalesOrderRequest | SalesOrderChange;

/** `number`: the order that is changed; empty for a new one. */
export const orderRecords = (order: Order, number = ''): readonly FileRecord[] => [
  [
    'ORDER',
    ...[order.company, order.externalDocumentNumber, number],
    'sourceRevision' in order ? String(order.sourceRevision) : '0',
    ...[order.customerPurchaseOrderNumber, order.customerNumber, order.billToCustomerNumber, order.shipToCode],
    ...[order.currencyCode, order.requestedDeliveryDate],
  ],
  ...order.lines.map((line): FileRecord => {
    const { lineReference, itemNumber, quantity, unitOfMeasureCode, unitPrice, discountPercents } = line;
    return ['LINE', lineReference, itemNumber, quantity, unitOfMeasureCode, unitPrice, ...discountPercents];
  }),
  ...order.charges.map(({ chargeCode, amount }): FileRecord => ['CHARGE', chargeCode, amount]),
];

export const batchRecords = (batch: JournalImportRequest): readonly FileRecord[] => [
  ['BATCH', batch.batchId, batch.company, batch.ledger, batch.period, batch.contentSha256],
  ...batch.journals.flatMap((journal): readonly FileRecord[] => [
    [
      'JOURNAL',
      ...[journal.journalId, journal.postingDate, journal.journalTemplate, journal.documentNumber],
      ...[journal.currencyCode, journal.salesOrderReference ?? '', journal.invoiceReference ?? ''],
    ],
    ...journal.lines.map(
      ({ lineNumber, accountNumber, debitAmount, creditAmount }): FileRecord => [
        ...(['LINE', String(lineNumber), accountNumber, debitAmount, creditAmount] as const),
      ],
    ),
  ]),
  ...batch.controlTotals.map(
    ({ currencyCode, accountNumber, debitAmount, creditAmount }): FileRecord => [
      ...(['TOTAL', currencyCode, accountNumber, debitAmount, creditAmount] as const),
    ],
  ),
];

/** A line end in a field would make two rows of one. */
export const canBeRecords = (records: readonly FileRecord[]): boolean =>
  records.every((record) => record.every(canBeField));

/** Which journals a file that we sent has. */
export const journalsIn = (sent: string): readonly string[] =>
  rowsIn(sent).rows.flatMap(({ fields }) => (fields?.[0] === 'JOURNAL' ? [fields[1] ?? ''] : []));
