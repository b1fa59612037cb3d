import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { RunningSimulator, SimulatedRoute, SimulatorOptions, SimulatorTools } from '../http/simulatedPartner.ts';
import { journalImportRequest, salesOrderRequest } from './schema.ts';
import { refused } from './simulatorAnswers.ts';
import {
  applyEntry,
  type BookEntry,
  type Books,
  bookEntry,
  controlTotalsHold,
  emptyBooks,
  type Import,
  importOf,
  type Order,
  orderKey,
  postJournals,
  stateOf,
} from './simulatorBooks.ts';
import { receivableRoutes } from './simulatorReceivableRoutes.ts';
import { receivablesIn } from './simulatorReceivables.ts';

export type ErpSimulatorOptions = SimulatorOptions & {
  /** Bearer token to demand; absent: none. */
  readonly token?: string;
  /** False: takes a second order with the same external number, as Business Central does. */
  readonly uniqueExternalNumbers?: boolean;
  /** How long an import is shown as `InProgress`. */
  readonly importDelayMs?: number;
  readonly closedAccounts?: readonly string[];
  readonly closedPeriods?: readonly string[];
  /** What is posted to these is what customers owe. */
  readonly receivableAccounts?: readonly string[];
};

const documentsMax = 1_000_000;

const shownOrder = (order: Order) => ({ ...order, status: 'Open' });
const shownImport = ({ batchId, fileSha256, readyAtMs, journals }: Import, nowMs: number) =>
  nowMs < readyAtMs
    ? { batchId, fileSha256, status: 'InProgress', journals: [] }
    : { batchId, fileSha256, status: 'Completed', journals };

type Counts = { duplicatesAttempted: number };

const orderRoutes = (
  books: Books,
  counts: Counts,
  record: (entry: BookEntry) => void,
  unique: boolean,
): readonly SimulatedRoute[] => [
  {
    operation: 'createOrder',
    method: 'POST',
    path: '/api/v1/salesOrders',
    handle: ({ body }) => {
      const parsed = salesOrderRequest.safeParse(body);
      if (!parsed.success) return refused(422, 'SalesOrderInvalid', 'The sales order is not complete.');
      const { company, externalDocumentNumber } = parsed.data;
      const held = books.orders.get(orderKey(company, externalDocumentNumber))?.[0];
      if (held !== undefined) {
        counts.duplicatesAttempted += 1;
        if (unique) return refused(409, 'DuplicateExternalDocument', `The external number is taken by ${held.number}.`);
      }
      if (books.orderCount >= documentsMax) return refused(507, 'StorageFull', 'This simulator is full.');
      const { customerNumber } = parsed.data;
      const order = { externalDocumentNumber, company, customerNumber, number: `SO-${100_001 + books.orderCount}` };
      record({ kind: 'order', ...order });
      return { status: 201, body: shownOrder(order) };
    },
  },
  {
    operation: 'findOrder',
    method: 'GET',
    path: '/api/v1/salesOrders',
    handle: ({ query }) => {
      const key = orderKey(query.get('company') ?? '', query.get('externalDocumentNumber') ?? '');
      return { status: 200, body: { value: (books.orders.get(key) ?? []).map(shownOrder) } };
    },
  },
];

const importRoutes = (
  books: Books,
  counts: Counts,
  tools: SimulatorTools,
  { delayMs, receivableAccounts }: { readonly delayMs: number; readonly receivableAccounts: readonly string[] },
): readonly SimulatedRoute[] => [
  {
    operation: 'importJournals',
    method: 'POST',
    path: '/api/v1/journalImports',
    handle: ({ body, bodyText }) => {
      const parsed = journalImportRequest.safeParse(body);
      if (!parsed.success) return refused(422, 'JournalImportInvalid', 'The journal import is not complete.');
      const fileSha256 = createHash('sha256').update(bodyText).digest('hex');
      const { company, batchId } = parsed.data;
      const held = importOf(books, company, batchId);
      if (held !== undefined) {
        counts.duplicatesAttempted += 1;
        if (held.fileSha256 !== fileSha256)
          return refused(409, 'BatchContentDiffers', 'This batch was sent with other content.');
        return { status: 202, body: shownImport(held, Date.now()) };
      }
      if (!controlTotalsHold(parsed.data))
        return refused(422, 'ControlTotalMismatch', 'The totals are not those of the journals.');
      if (books.posted.size + parsed.data.journals.length > documentsMax)
        return refused(507, 'StorageFull', 'This simulator is full.');
      const refusedOnRequest = (journalId: string) => tools.faultFor('refuse', 'postJournal', journalId);
      const journals = postJournals(parsed.data, books, refusedOnRequest);
      const nowMs = Date.now();
      const receivables = receivablesIn(parsed.data, journals, books, receivableAccounts);
      const made = {
        company,
        batchId,
        fileSha256,
        readyAtMs: nowMs + delayMs,
        journals,
        postedAtMs: nowMs,
        receivables,
      };
      tools.record({ kind: 'import', ...made } satisfies BookEntry);
      return { status: 202, body: shownImport(made, nowMs) };
    },
  },
  {
    operation: 'findJournalImport',
    method: 'GET',
    path: '/api/v1/journalImports/:batchId',
    handle: ({ params, query }) => {
      const held = importOf(books, query.get('company') ?? '', params.batchId ?? '');
      if (held === undefined) return refused(404, 'BatchNotFound', 'There is no such batch.');
      return { status: 200, body: shownImport(held, Date.now()) };
    },
  },
];

const closings = z.strictObject({ accounts: z.array(z.string()).max(10_000), periods: z.array(z.string()).max(1_000) });

const closingRoute = (tools: SimulatorTools): SimulatedRoute => ({
  operation: 'control',
  method: 'POST',
  path: '/control/closed',
  handle: ({ body }) => {
    const parsed = closings.safeParse(body);
    if (!parsed.success) return refused(422, 'ClosingInvalid', 'Send accounts and periods.');
    tools.record({ kind: 'closed', ...parsed.data } satisfies BookEntry);
    return { status: 200, body: parsed.data };
  },
});

/** A distributor's ERP acted out: numbers orders, checks and posts journals, remembers both. */
export const startErpSimulator = (options: ErpSimulatorOptions): Promise<RunningSimulator> => {
  const {
    serve,
    token,
    uniqueExternalNumbers = true,
    importDelayMs = 50,
    closedAccounts = [],
    closedPeriods = [],
    receivableAccounts = ['1100'],
    ...place
  } = options;
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return serve({ ...place, name: 'erp', ...authorization }, (tools) => {
    const books = emptyBooks(closedAccounts, closedPeriods);
    const counts: Counts = { duplicatesAttempted: 0 };
    return {
      routes: [
        ...orderRoutes(books, counts, tools.record, uniqueExternalNumbers),
        ...importRoutes(books, counts, tools, { delayMs: importDelayMs, receivableAccounts }),
        ...receivableRoutes(books.receivables, tools.record),
        closingRoute(tools),
      ],
      apply: (entry) => applyEntry(books, bookEntry.parse(entry)),
      state: () => ({ ...stateOf(books), ...counts }),
    };
  });
};
