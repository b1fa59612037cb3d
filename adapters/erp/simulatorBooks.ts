import { z } from 'zod';
import { journalResult, postedDocument, salesOrderStatus } from './schema.ts';
import { withDocuments } from './simulatorPosted.ts';
import { emptyReceivables, postReceivable, type Receivables, receivable } from './simulatorReceivables.ts';

/** What the simulated ERP writes down. A restart folds these again. */
export const bookEntry = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('order'),
    externalDocumentNumber: z.string(),
    company: z.string(),
    number: z.string(),
    /** Absent in older entries. */
    customerNumber: z.string().optional(),
  }),
  z.strictObject({
    kind: z.literal('orderChange'),
    externalDocumentNumber: z.string(),
    company: z.string(),
    number: z.string(),
    sourceRevision: z.number(),
    lines: z.array(z.strictObject({ lineReference: z.string(), itemNumber: z.string(), quantity: z.string() })),
  }),
  z.strictObject({
    kind: z.literal('orderStatus'),
    company: z.string(),
    status: salesOrderStatus,
    /** A person there changes it, whatever was told of it. */
    byHand: z.boolean().optional(),
  }),
  z.strictObject({ kind: z.literal('orderDeleted'), company: z.string(), externalDocumentNumber: z.string() }),
  z.strictObject({
    kind: z.literal('import'),
    /** Absent in what was written down when one company was thought to be all there is. */
    company: z.string().optional(),
    batchId: z.string(),
    fileSha256: z.string(),
    /** Milliseconds since 1970 from which the results are shown. */
    readyAtMs: z.number(),
    journals: z.array(journalResult),
    /** What customers owe by it; absent in older entries. */
    receivables: z.array(receivable).optional(),
    /** Milliseconds since 1970. */
    postedAtMs: z.number().optional(),
    /** Of what was posted; absent in older entries. */
    documents: z.array(postedDocument).optional(),
  }),
  z.strictObject({
    ...{ kind: z.literal('documents'), company: z.string(), batchId: z.string(), journalId: z.string() },
    ...{ documents: z.array(postedDocument), told: z.boolean().optional() },
  }),
  z.strictObject({ kind: z.literal('receivable'), company: z.string(), postedAtMs: z.number(), posting: receivable }),
  z.strictObject({ kind: z.literal('closed'), accounts: z.array(z.string()), periods: z.array(z.string()) }),
]);
export type BookEntry = z.infer<typeof bookEntry>;

export type Import = Omit<Extract<BookEntry, { kind: 'import' }>, 'kind'>;
type OrderChange = Extract<BookEntry, { kind: 'orderChange' }>;
type OrderStatus = Extract<BookEntry, { kind: 'orderStatus' }>;
/** Lines are kept of orders that were changed, and how far they are of those that were told of. */
export type Order = Omit<Extract<BookEntry, { kind: 'order' }>, 'kind'> &
  Partial<Pick<OrderChange, 'sourceRevision' | 'lines'>> & {
    readonly sourceVersion?: string;
    readonly statusLines?: OrderStatus['status']['lines'];
  };

/** Mutable on purpose: it belongs to one simulator and is rebuilt from its entries. */
export type Books = {
  readonly orders: Map<string, readonly Order[]>;
  readonly imports: Map<string, Import>;
  /** Document number by journal. */
  readonly posted: Map<string, string>;
  readonly receivables: Receivables;
  orderCount: number;
  rejectedCount: number;
  closedAccounts: ReadonlySet<string>;
  closedPeriods: ReadonlySet<string>;
};

export const emptyBooks = (closedAccounts: readonly string[], closedPeriods: readonly string[]): Books => ({
  orders: new Map(),
  imports: new Map(),
  posted: new Map(),
  receivables: emptyReceivables(),
  orderCount: 0,
  rejectedCount: 0,
  closedAccounts: new Set(closedAccounts),
  closedPeriods: new Set(closedPeriods),
});

export const orderKey = (company: string, externalDocumentNumber: string): string =>
  `${company}\n${externalDocumentNumber}`;

const importKey = (company: string | undefined, batchId: string): string => `${company ?? ''}\n${batchId}`;

/** Every company numbers its batches for itself. */
export const importOf = ({ imports }: Books, company: string, batchId: string): Import | undefined =>
  imports.get(importKey(company, batchId)) ?? imports.get(importKey(undefined, batchId));

const changeOrder = (books: Books, { company, externalDocumentNumber, number, sourceRevision, lines }: OrderChange) => {
  const key = orderKey(company, externalDocumentNumber);
  const changed = (order: Order) => (order.number === number ? { ...order, sourceRevision, lines } : order);
  books.orders.set(key, (books.orders.get(key) ?? []).map(changed));
};

/** An older state than the one that is there changes nothing, unless somebody wants it so. */
const takeStatus = (books: Books, { company, status, byHand = false }: OrderStatus): void => {
  const { externalDocumentNumber, number, sourceVersion, lines } = status;
  const key = orderKey(company, externalDocumentNumber);
  const changed = (order: Order): Order =>
    order.number === number && (byHand || sourceVersion >= (order.sourceVersion ?? ''))
      ? { ...order, sourceVersion, statusLines: lines }
      : order;
  books.orders.set(key, (books.orders.get(key) ?? []).map(changed));
};

const putRight = (
  books: Books,
  { company, batchId, journalId, documents, told = true }: Extract<BookEntry, { kind: 'documents' }>,
): void => {
  const held = importOf(books, company, batchId);
  if (held === undefined) return;
  const now = withDocuments(held, journalId, documents, told);
  books.imports.set(importKey(held.company, batchId), now);
  const [document] = documents;
  if (document !== undefined) books.posted.set(journalId, document.documentNumber);
};

export const applyEntry = (books: Books, entry: BookEntry): void => {
  if (entry.kind === 'order') {
    const key = orderKey(entry.company, entry.externalDocumentNumber);
    books.orders.set(key, [...(books.orders.get(key) ?? []), entry]);
    books.orderCount += 1;
  } else if (entry.kind === 'orderChange') {
    changeOrder(books, entry);
  } else if (entry.kind === 'orderStatus') {
    takeStatus(books, entry);
  } else if (entry.kind === 'orderDeleted') {
    books.orders.delete(orderKey(entry.company, entry.externalDocumentNumber));
  } else if (entry.kind === 'documents') {
    putRight(books, entry);
  } else if (entry.kind === 'import') {
    books.imports.set(importKey(entry.company, entry.batchId), entry);
    for (const journal of entry.journals) {
      if (journal.status === 'Posted') books.posted.set(journal.journalId, journal.documentNumber);
      else books.rejectedCount += 1;
    }
    for (const posting of entry.receivables ?? [])
      postReceivable(books.receivables, entry.company ?? '', posting, entry.postedAtMs ?? 0);
  } else if (entry.kind === 'receivable') {
    postReceivable(books.receivables, entry.company, entry.posting, entry.postedAtMs);
  } else {
    books.closedAccounts = new Set(entry.accounts);
    books.closedPeriods = new Set(entry.periods);
  }
};

/** What really exists. */
export const stateOf = (books: Books) => ({
  orders: books.orderCount,
  ordersWithTheSameReference: [...books.orders.values()].filter((orders) => orders.length > 1).length,
  journalImports: books.imports.size,
  journalsPosted: books.posted.size,
  journalsRejected: books.rejectedCount,
});
