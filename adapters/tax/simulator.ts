import { z } from 'zod';
import type {
  RunningSimulator,
  SimulatedAnswer,
  SimulatedRequest,
  SimulatedRoute,
  SimulatorOptions,
  SimulatorTools,
} from '../http/simulatedPartner.ts';
import { parseExact } from './exactJson.ts';
import { createRequest, transactionStatus } from './schema.ts';
import { demonstrationRates, type Jurisdiction, printed, regionOf, taxedTransaction } from './simulatorRates.ts';

export type TaxSimulatorOptions = SimulatorOptions & {
  /** Account id and licence key to demand; absent: none. */
  readonly account?: { readonly id: string; readonly licenceKey: string };
  /** Jurisdictions by ship-to region; absent: the demonstration's. A region that is not here is an error, never 0 %. */
  readonly rates?: Readonly<Record<string, readonly Jurisdiction[]>>;
};

/** What it writes down: each state of a transaction replaces the one before. A restart folds these again. */
const bookEntry = z.strictObject({ status: transactionStatus, id: z.int(), request: createRequest });
type BookEntry = z.infer<typeof bookEntry>;

type Book = {
  readonly transactions: Map<string, BookEntry>;
  readonly rates: Readonly<Record<string, readonly Jurisdiction[]>>;
};
type Counts = { duplicatesAttempted: number };

const transactionsMax = 500_000;

/** The real engine has a code once per type. */
const keyOf = (companyCode: string, code: string, type: string): string => `${companyCode}\n${code}\n${type}`;

const refused = (status: number, code: string, message: string, number: number): SimulatedAnswer => {
  const details = [{ code, number, message, faultCode: 'Client', severity: 'Error' }];
  return { status, body: { error: { code, message, target: 'Unknown', details } } };
};
const notFound = refused(404, 'EntityNotFoundError', 'There is no such transaction.', 4);

const shown = (book: Book, { status, id, request }: BookEntry): unknown =>
  printed(taxedTransaction(request, status, book.rates[regionOf(request)] ?? []), id);

/** The body with its numbers as text, or undefined when it is not one of ours. */
const requestOf = (bodyText: string) => {
  const parsed = createRequest.safeParse(parseExact(bodyText));
  return parsed.success ? parsed.data : undefined;
};

const create = (book: Book, counts: Counts, tools: SimulatorTools, bodyText: string): SimulatedAnswer => {
  const request = requestOf(bodyText);
  if (request === undefined) return refused(400, 'ValueRequiredError', 'The transaction is not complete.', 5);
  if (!Object.hasOwn(book.rates, regionOf(request))) {
    return refused(400, 'InvalidAddress', 'The ship-to address cannot be taxed.', 309);
  }
  const key = keyOf(request.companyCode, request.code, request.type);
  const held = book.transactions.get(key);
  if (held !== undefined) {
    counts.duplicatesAttempted += 1;
    if (held.status !== 'Saved') {
      return refused(400, 'DocumentCodeConflict', 'The code belongs to a transaction that is final.', 303);
    }
    if (JSON.stringify(held.request) === JSON.stringify(request)) return { status: 201, body: shown(book, held) };
  }
  if (book.transactions.size >= transactionsMax) return refused(507, 'StorageFull', 'This simulator is full.', 1);
  const entry: BookEntry = { status: 'Saved', id: held?.id ?? book.transactions.size + 1, request };
  try {
    const body = shown(book, entry);
    tools.record(entry);
    return { status: 201, body };
  } catch (error) {
    if (error instanceof RangeError) return refused(400, 'InvalidAmount', 'An amount is finer than the currency.', 300);
    throw error;
  }
};

const heldAs = (book: Book, { params, query }: Pick<SimulatedRequest, 'params' | 'query'>): BookEntry | undefined =>
  book.transactions.get(keyOf(params.company ?? '', params.code ?? '', query.get('documentType') ?? 'SalesInvoice'));

/** Moves a transaction on; asked again in the state it already has, it answers an error as the real engine does. */
const move = (
  book: Book,
  tools: SimulatorTools,
  asked: Pick<SimulatedRequest, 'params' | 'query'>,
  to: 'Committed' | 'Cancelled',
): SimulatedAnswer => {
  const held = heldAs(book, asked);
  if (held === undefined) return notFound;
  if (held.status === 'Cancelled') {
    return refused(400, 'TransactionAlreadyCancelled', 'The transaction has already been cancelled.', 198);
  }
  if (held.status === to) return refused(400, 'InvalidDocumentStatus', `The transaction is ${held.status}.`, 300);
  const entry: BookEntry = { ...held, status: to };
  tools.record(entry);
  return { status: 200, body: shown(book, entry) };
};

const bodyHas = (body: unknown, key: string, value: unknown): boolean =>
  typeof body === 'object' && body !== null && Reflect.get(body, key) === value;

const routesOf = (book: Book, counts: Counts, tools: SimulatorTools): readonly SimulatedRoute[] => {
  const path = '/api/v2/companies/:company/transactions/:code';
  const incomplete = refused(400, 'ValueRequiredError', 'The body is not complete.', 5);
  return [
    {
      operation: 'calculate',
      method: 'POST',
      path: '/api/v2/transactions/create',
      handle: ({ bodyText }) => create(book, counts, tools, bodyText),
    },
    {
      operation: 'findTransaction',
      method: 'GET',
      path,
      handle: (asked) => {
        const held = heldAs(book, asked);
        return held === undefined ? notFound : { status: 200, body: shown(book, held) };
      },
    },
    {
      operation: 'commit',
      method: 'POST',
      path: `${path}/commit`,
      handle: (asked) => (bodyHas(asked.body, 'commit', true) ? move(book, tools, asked, 'Committed') : incomplete),
    },
    {
      operation: 'void',
      method: 'POST',
      path: `${path}/void`,
      handle: (asked) =>
        bodyHas(asked.body, 'code', 'DocVoided') ? move(book, tools, asked, 'Cancelled') : incomplete,
    },
  ];
};

const stateOf = (book: Book, counts: Counts) => {
  const count = (status: BookEntry['status']): number =>
    [...book.transactions.values()].filter((entry) => entry.status === status).length;
  return {
    transactions: book.transactions.size,
    saved: count('Saved'),
    committed: count('Committed'),
    voided: count('Cancelled'),
    ...counts,
  };
};

/** AvaTax acted out with a fixed table of rates: saves, commits and voids transactions by their code. */
export const startTaxSimulator = (options: TaxSimulatorOptions): Promise<RunningSimulator> => {
  const { serve, account, rates = demonstrationRates, ...place } = options;
  const basic = (id: string, key: string): string => `Basic ${Buffer.from(`${id}:${key}`).toString('base64')}`;
  const authorization = account === undefined ? {} : { authorization: basic(account.id, account.licenceKey) };
  return serve({ ...place, name: 'tax', ...authorization }, (tools) => {
    const book: Book = { transactions: new Map(), rates };
    const counts: Counts = { duplicatesAttempted: 0 };
    return {
      routes: routesOf(book, counts, tools),
      apply: (entry) => {
        const parsed = bookEntry.parse(entry);
        book.transactions.set(keyOf(parsed.request.companyCode, parsed.request.code, parsed.request.type), parsed);
      },
      state: () => stateOf(book, counts),
    };
  });
};
