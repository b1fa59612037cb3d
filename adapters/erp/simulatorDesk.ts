import { createHash } from 'node:crypto';
import type { SimulatedAnswer, SimulatorTools } from '../http/simulatedPartner.ts';
import { journalImportRequest, salesOrderChange, salesOrderRequest } from './schema.ts';
import { refused } from './simulatorAnswers.ts';
import { type BookEntry, type Books, type Import, importOf, type Order, orderKey, stateOf } from './simulatorBooks.ts';
import { controlTotalsHold, postJournals } from './simulatorJournals.ts';
import { documentsIn } from './simulatorPosted.ts';
import { receivablesIn } from './simulatorReceivables.ts';

export type DeskOptions = {
  /** False: takes a second order with the same external number, as Business Central does. */
  readonly uniqueExternalNumbers?: boolean;
  /** How long an import is shown as `InProgress`. */
  readonly importDelayMs?: number;
  /** What is posted to these is what customers owe. */
  readonly receivableAccounts?: readonly string[];
};

const documentsMax = 1_000_000;

/** Its progress is asked for by itself. */
const shownOrder = ({ sourceVersion: _version, statusLines: _lines, ...order }: Order) => ({
  ...order,
  status: 'Open',
});
const shownImport = ({ batchId, fileSha256, readyAtMs, journals }: Import, nowMs: number) =>
  nowMs < readyAtMs
    ? { batchId, fileSha256, status: 'InProgress', journals: [] }
    : { batchId, fileSha256, status: 'Completed', journals };

/**
 * What the simulated ERP does with an order or a batch of journals, whichever way it came in. Answers are those of its REST
 * interface; the other interfaces put them into their own words.
 */
export const deskOf = (
  books: Books,
  tools: SimulatorTools,
  { uniqueExternalNumbers = true, importDelayMs = 50, receivableAccounts = ['1100'] }: DeskOptions,
) => {
  let duplicatesAttempted = 0;

  const createOrder = (body: unknown): SimulatedAnswer => {
    const parsed = salesOrderRequest.safeParse(body);
    if (!parsed.success) return refused(422, 'SalesOrderInvalid', 'The sales order is not complete.');
    const { company, externalDocumentNumber } = parsed.data;
    const held = books.orders.get(orderKey(company, externalDocumentNumber))?.[0];
    if (held !== undefined) {
      duplicatesAttempted += 1;
      if (uniqueExternalNumbers)
        return refused(409, 'DuplicateExternalDocument', `The external number is taken by ${held.number}.`);
    }
    if (books.orderCount >= documentsMax) return refused(507, 'StorageFull', 'This simulator is full.');
    const { customerNumber } = parsed.data;
    const order = { externalDocumentNumber, company, customerNumber, number: `SO-${100_001 + books.orderCount}` };
    tools.record({ kind: 'order', ...order } satisfies BookEntry);
    return { status: 201, body: shownOrder(order) };
  };

  const changeOrder = (number: string, body: unknown): SimulatedAnswer => {
    const parsed = salesOrderChange.safeParse(body);
    if (!parsed.success) return refused(422, 'SalesOrderInvalid', 'The sales order is not complete.');
    const { company, externalDocumentNumber, sourceRevision, lines } = parsed.data;
    const find = () =>
      books.orders.get(orderKey(company, externalDocumentNumber))?.find((order) => order.number === number);
    const held = find();
    if (held === undefined) return refused(404, 'SalesOrderNotFound', 'There is no such sales order.');
    if (sourceRevision > (held.sourceRevision ?? 0)) {
      const kept = lines.map(({ lineReference, itemNumber, quantity }) => ({ lineReference, itemNumber, quantity }));
      const change = { externalDocumentNumber, company, number, sourceRevision, lines: kept };
      tools.record({ kind: 'orderChange', ...change } satisfies BookEntry);
    }
    return { status: 200, body: shownOrder(find() ?? held) };
  };

  const findOrders = (company: string, externalDocumentNumber: string): SimulatedAnswer => {
    const found = books.orders.get(orderKey(company, externalDocumentNumber)) ?? [];
    return { status: 200, body: { value: found.map(shownOrder) } };
  };

  /** `received`: the text as it came, whose hash they tell. */
  const importJournals = (body: unknown, received: string): SimulatedAnswer => {
    const parsed = journalImportRequest.safeParse(body);
    if (!parsed.success) return refused(422, 'JournalImportInvalid', 'The journal import is not complete.');
    const fileSha256 = createHash('sha256').update(received).digest('hex');
    const { company, batchId } = parsed.data;
    const held = importOf(books, company, batchId);
    if (held !== undefined) {
      duplicatesAttempted += 1;
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
    const times = { readyAtMs: nowMs + importDelayMs, postedAtMs: nowMs };
    const documents = [...documentsIn(parsed.data, journals)];
    const made = { company, batchId, fileSha256, ...times, journals, receivables, documents };
    tools.record({ kind: 'import', ...made } satisfies BookEntry);
    return { status: 202, body: shownImport(made, nowMs) };
  };

  const findImport = (company: string, batchId: string): SimulatedAnswer => {
    const held = importOf(books, company, batchId);
    if (held === undefined) return refused(404, 'BatchNotFound', 'There is no such batch.');
    return { status: 200, body: shownImport(held, Date.now()) };
  };

  return {
    ...{ createOrder, changeOrder, findOrders, importJournals, findImport },
    /** What really exists. */
    state: () => ({ ...stateOf(books), duplicatesAttempted }),
  };
};

export type Desk = ReturnType<typeof deskOf>;
