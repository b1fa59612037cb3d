import { z } from 'zod';
import type { RunningSimulator, SimulatedRoute, SimulatorOptions, SimulatorTools } from '../http/simulatedPartner.ts';
import { refused } from './simulatorAnswers.ts';
import { applyEntry, type BookEntry, type Books, bookEntry, emptyBooks } from './simulatorBooks.ts';
import { type Desk, type DeskOptions, deskOf } from './simulatorDesk.ts';
import { documentRoutes } from './simulatorDocuments.ts';
import { receivableRoutes } from './simulatorReceivableRoutes.ts';
import { statusRoutes } from './simulatorStatuses.ts';

export type ErpSimulatorOptions = SimulatorOptions &
  DeskOptions & {
    /** Of its memory; each of several has one of its own. */
    readonly name?: string;
    /** Bearer token to demand; absent: none. */
    readonly token?: string;
    readonly closedAccounts?: readonly string[];
    readonly closedPeriods?: readonly string[];
  };

const deskRoutes = (desk: Desk): readonly SimulatedRoute[] => [
  {
    operation: 'createOrder',
    method: 'POST',
    path: '/api/v1/salesOrders',
    handle: ({ body }) => desk.createOrder(body),
  },
  {
    operation: 'changeOrder',
    method: 'PUT',
    path: '/api/v1/salesOrders/:number',
    handle: ({ params, body }) => desk.changeOrder(params.number ?? '', body),
  },
  {
    operation: 'findOrder',
    method: 'GET',
    path: '/api/v1/salesOrders',
    handle: ({ query }) => desk.findOrders(query.get('company') ?? '', query.get('externalDocumentNumber') ?? ''),
  },
  {
    operation: 'importJournals',
    method: 'POST',
    path: '/api/v1/journalImports',
    handle: ({ body, bodyText }) => desk.importJournals(body, bodyText),
  },
  {
    operation: 'findJournalImport',
    method: 'GET',
    path: '/api/v1/journalImports/:batchId',
    handle: ({ params, query }) => desk.findImport(query.get('company') ?? '', params.batchId ?? ''),
  },
];

const closings = z.strictObject({ accounts: z.array(z.string()).max(10_000), periods: z.array(z.string()).max(1_000) });

/** A door for tests and visitors. */
export const closingRoute = (tools: SimulatorTools): SimulatedRoute => ({
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

type Behind = { readonly desk: Desk; readonly books: Books; readonly tools: SimulatorTools };

/** The books of a simulated ERP behind the routes of one of its interfaces. */
export const serveBooks = (
  options: ErpSimulatorOptions,
  routesOf: (behind: Behind) => readonly SimulatedRoute[],
): Promise<RunningSimulator> => {
  const { serve, name = 'erp', token, closedAccounts = [], closedPeriods = [], host, port, directory } = options;
  const place = { ...(host && { host }), ...(port !== undefined && { port }), ...(directory && { directory }) };
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return serve({ ...place, name, ...authorization }, (tools) => {
    const books = emptyBooks(closedAccounts, closedPeriods);
    const desk = deskOf(books, tools, options);
    return {
      routes: routesOf({ desk, books, tools }),
      apply: (entry) => applyEntry(books, bookEntry.parse(entry)),
      state: desk.state,
    };
  });
};

/** A distributor's ERP acted out: numbers orders, checks and posts journals, remembers both. */
export const startErpSimulator = (options: ErpSimulatorOptions): Promise<RunningSimulator> =>
  serveBooks(options, ({ desk, books, tools }) => [
    ...deskRoutes(desk),
    ...receivableRoutes(books.receivables, tools.record),
    ...statusRoutes(books, tools),
    ...documentRoutes(books, tools),
    closingRoute(tools),
  ]);
