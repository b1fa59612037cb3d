import { z } from 'zod';
import type { InvoiceView } from '../../projections/invoices/queries.ts';
import { invoiceSourceAt } from '../asOf/documents.ts';
import { invoiceListAt } from '../asOf/lists.ts';
import { report } from '../asOf/report.ts';
import { unknownBooks } from '../books.ts';
import { maySeeCost, type Principal } from '../principal.ts';
import { sheetAsHtml } from '../rendering/html.ts';
import { invoiceOnPaper } from '../rendering/invoiceSheet.ts';
import { sheetAsText } from '../rendering/text.ts';
import { command, type Route, read } from '../route.ts';
import { anyId } from '../schemas/fields.ts';
import { invoiceSheet } from '../schemas/invoiceSheets.ts';
import { invoice, invoiceAnswer, invoiceList, invoiceQuery } from '../schemas/invoices.ts';
import { voidBody } from '../schemas/shipments.ts';
import { requireInvoice } from '../visibility.ts';

const tag = 'Invoices';
const params = z.strictObject({ invoiceId: anyId });

const withoutCost = (view: InvoiceView, principal: Principal) =>
  maySeeCost(principal) ? view : { ...view, lines: view.lines.map((line) => ({ ...line, cost: null })) };

const list = report({
  operation: 'listInvoices',
  path: '/v1/invoices',
  tag,
  summary: 'Invoices, newest first',
  query: invoiceQuery,
  objections: unknownBooks,
  answer: invoiceList,
  fields: true,
  models: ['invoices'],
  alsoKnows: ['event_index'],
  datedBy: 'the issue date of the invoice',
  rowCount: ({ items }) => items.length,
  bus: ({ items }) => items.map(({ bu }) => bu),
  handle: async ({ query }, call, deps, { knownAsOf, validAsOf }) => {
    const filter = { ...query, ...(validAsOf !== undefined && { validAsOf }) };
    const source = knownAsOf === undefined ? undefined : await invoiceListAt(filter, call, deps, knownAsOf);
    const page = await deps.reads.listInvoices(filter, call.scope, source);
    return { ...page, items: page.items.map((item) => withoutCost(item, call.principal)) };
  },
});

const readOne = report({
  operation: 'readInvoice',
  path: '/v1/invoices/{invoiceId}',
  tag,
  summary: 'One invoice',
  params,
  answer: invoice,
  fields: true,
  models: ['invoices'],
  alsoKnows: ['event_index'],
  datedBy: 'the issue date of the invoice',
  rowCount: ({ lines }) => lines.length,
  bus: ({ bu }) => [bu],
  handle: async ({ params: { invoiceId } }, call, deps, { knownAsOf, validAsOf }) => {
    const source = knownAsOf === undefined ? undefined : await invoiceSourceAt(deps, invoiceId, knownAsOf);
    const view = await deps.reads.invoiceById(invoiceId, call.scope, source, validAsOf);
    return view === undefined ? undefined : withoutCost(view, call.principal);
  },
});

const readRendering = read({
  operation: 'readInvoiceRendering',
  path: '/v1/invoices/{invoiceId}/rendering',
  tag,
  summary: 'One invoice as a page to read and to print',
  description:
    'As HTML in one file, or as plain text. The same bytes for the same revision and the same reader, with the names that were in force when the invoice was drafted; a customer who was erased is `[erased]`.',
  params,
  answer: invoiceSheet,
  models: ['invoices', 'orders', 'master_data'],
  pages: {
    'text/html': (sheet) => sheetAsHtml(invoiceOnPaper(sheet)),
    'text/plain': (sheet) => sheetAsText(invoiceOnPaper(sheet)),
  },
  handle: ({ params: { invoiceId } }, call, deps) => deps.reads.invoiceSheet(invoiceId, call.scope),
});

const voidOne = command({
  operation: 'voidInvoice',
  path: '/v1/invoices/{invoiceId}/voids',
  tag,
  summary: 'Void an invoice before it is settled',
  params,
  body: voidBody,
  status: 201,
  answer: invoiceAnswer,
  ask: async ({ params, body }, call, deps) => {
    await requireInvoice(params.invoiceId, call, deps);
    return deps.application.voidInvoice({ ...params, ...body, ...call.condition }, call.context);
  },
  tell: ({ invoiceId }, receipt) => ({
    body: { invoiceId, receipt },
    etag: receipt.revision,
    location: `/v1/invoices/${invoiceId}`,
  }),
});

export const invoiceRoutes: readonly Route[] = [list, readOne, readRendering, voidOne];
