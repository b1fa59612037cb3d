import { z } from 'zod';
import { asDocuments } from '../../projections/invoices/creditMemoQueries.ts';
import { invoiceSourceAt } from '../asOf/documents.ts';
import { invoiceListAt } from '../asOf/lists.ts';
import { report } from '../asOf/report.ts';
import { unknownBooks } from '../books.ts';
import { longCommand, type Route } from '../route.ts';
import {
  creditMemo,
  creditMemoAnswer,
  creditMemoBody,
  creditMemoList,
  creditMemoQuery,
} from '../schemas/creditMemos.ts';
import { anyId } from '../schemas/fields.ts';
import { requireInvoice } from '../visibility.ts';

const tag = 'Invoices';
const params = z.strictObject({ creditMemoId: anyId });
const asDocument = {
  models: ['invoices'],
  alsoKnows: ['event_index'],
  datedBy: 'the issue date of the credit memo',
} as const;

const list = report({
  operation: 'listCreditMemos',
  path: '/v1/credit-memos',
  tag,
  summary: 'Credit memos, newest first',
  query: creditMemoQuery,
  objections: unknownBooks,
  answer: creditMemoList,
  fields: true,
  ...asDocument,
  rowCount: ({ items }) => items.length,
  bus: ({ items }) => items.map(({ bu }) => bu),
  handle: async ({ query }, call, deps, { knownAsOf, validAsOf }) => {
    const filter = { ...query, ...(validAsOf !== undefined && { validAsOf }) };
    const source =
      knownAsOf === undefined ? undefined : await invoiceListAt(asDocuments(filter), call, deps, knownAsOf);
    return deps.reads.listCreditMemos(filter, call.scope, source);
  },
});

const readOne = report({
  operation: 'readCreditMemo',
  path: '/v1/credit-memos/{creditMemoId}',
  tag,
  summary: 'One credit memo',
  params,
  answer: creditMemo,
  fields: true,
  ...asDocument,
  rowCount: ({ lines }) => lines.length,
  bus: ({ bu }) => [bu],
  handle: async ({ params: { creditMemoId } }, call, deps, { knownAsOf, validAsOf }) => {
    const source = knownAsOf === undefined ? undefined : await invoiceSourceAt(deps, creditMemoId, knownAsOf);
    return deps.reads.creditMemoById(creditMemoId, call.scope, source, validAsOf);
  },
});

const creditInvoice = longCommand({
  operation: 'creditInvoice',
  path: '/v1/credit-memos',
  tag,
  summary: 'Give back part of an issued invoice',
  description:
    'RETURN names the quantity of each line that came back, PRICE and GOODWILL an amount of each line, FREIGHT charges. Everything is given back at the price, discount and tax that were invoiced, and no more than is left (CREDIT_EXCEEDS_INVOICED). It is decided with this call; number and issue date follow in a moment, the tax engine and the ERP are told by themselves. Where more of the invoice is credited in all than `creditMemoLimit` of the business unit, the first call is refused APPROVAL_REQUIRED with the id of an approval; once another person agreed there, the same request (under a new key) is carried out.',
  body: creditMemoBody,
  status: 201,
  answer: creditMemoAnswer,
  refusals: [404, 409],
  ask: async ({ body }, call, deps) => {
    await requireInvoice(body.invoiceId, call, deps);
    return deps.application.creditInvoice({ lines: [], charges: [], ...body, ...call.condition }, call.context);
  },
  tell: (value, receipt) => ({
    body: { ...value, receipt },
    etag: receipt.revision,
    location: `/v1/credit-memos/${value.creditMemoId}`,
  }),
});

export const creditMemoRoutes: readonly Route[] = [list, readOne, creditInvoice];
