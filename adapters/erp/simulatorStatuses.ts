import { z } from 'zod';
import type { SimulatedAnswer, SimulatedRoute, SimulatorTools } from '../http/simulatedPartner.ts';
import { type SalesOrderStatus, salesOrderStatus, salesOrderStatusRequest, statusesAtOnceMax } from './schema.ts';
import { refused } from './simulatorAnswers.ts';
import { type BookEntry, type Books, type Order, orderKey } from './simulatorBooks.ts';

const path = '/api/v1/salesOrderStatuses';

const shown = ({ externalDocumentNumber, number, sourceVersion = '', statusLines = [] }: Order): SalesOrderStatus => ({
  ...{ externalDocumentNumber, number, sourceVersion, lines: [...statusLines] },
});

/** In the order of what it was asked for. */
const found = ({ orders }: Books, company: string, references: readonly string[]): readonly SalesOrderStatus[] =>
  references.flatMap((reference) => (orders.get(orderKey(company, reference)) ?? []).map(shown));

const untaken = (
  books: Books,
  company: string,
  status: SalesOrderStatus,
): { readonly errorCode: string } | undefined => {
  const held = books.orders.get(orderKey(company, status.externalDocumentNumber)) ?? [];
  return held.some(({ number }) => number === status.number) ? undefined : { errorCode: 'SalesOrderNotFound' };
};

const taken = (books: Books, tools: SimulatorTools, body: unknown): SimulatedAnswer => {
  const parsed = salesOrderStatusRequest.safeParse(body);
  if (!parsed.success) return refused(422, 'StatusesInvalid', 'The statuses are not complete.');
  const { company, value } = parsed.data;
  const no: { externalDocumentNumber: string; errorCode: string }[] = [];
  for (const status of value) {
    const { externalDocumentNumber } = status;
    const wish = tools.faultFor('refuse', 'orderStatus', externalDocumentNumber);
    const problem = wish === undefined ? untaken(books, company, status) : { errorCode: wish.code ?? 'OrderLocked' };
    if (problem !== undefined) no.push({ externalDocumentNumber, ...problem });
    else if (tools.faultFor('lose', 'orderStatus', externalDocumentNumber) === undefined)
      tools.record({ kind: 'orderStatus', company, status } satisfies BookEntry);
  }
  return { status: 200, body: { value: no } };
};

const text = z.string().min(1).max(100);
/** Without a status: the order goes away. */
const byAPerson = z.strictObject({ company: text, externalDocumentNumber: text, status: salesOrderStatus.optional() });

/** How far orders are: told and asked, and a door for tests and visitors by which somebody there changes or deletes one. */
export const statusRoutes = (books: Books, tools: SimulatorTools): readonly SimulatedRoute[] => [
  { operation: 'tellOrderStatuses', method: 'POST', path, handle: ({ body }) => taken(books, tools, body) },
  {
    operation: 'orderStatuses',
    method: 'GET',
    path,
    handle: ({ query }) => {
      const references = (query.get('externalDocumentNumbers') ?? '').split(',');
      if (references.length > statusesAtOnceMax) return refused(422, 'TooMany', 'Ask for fewer orders.');
      return { status: 200, body: { value: found(books, query.get('company') ?? '', references) } };
    },
  },
  {
    operation: 'control',
    method: 'POST',
    path: '/control/orderStatuses',
    handle: ({ body }) => {
      const parsed = byAPerson.safeParse(body);
      if (!parsed.success) return refused(422, 'StatusInvalid', 'Send company and externalDocumentNumber.');
      const { company, externalDocumentNumber, status } = parsed.data;
      if (status === undefined)
        tools.record({ kind: 'orderDeleted', company, externalDocumentNumber } satisfies BookEntry);
      else tools.record({ kind: 'orderStatus', company, status, byHand: true } satisfies BookEntry);
      return { status: 201, body: parsed.data };
    },
  },
];
