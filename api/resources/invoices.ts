import { z } from 'zod';
import type { InvoiceView } from '../../projections/invoices/queries.ts';
import { invoiceSourceAt } from '../asOf/documents.ts';
import { invoiceListAt } from '../asOf/lists.ts';
import { report } from '../asOf/report.ts';
import { unknownBooks } from '../books.ts';
import { maySeeCost, type Principal } from '../principal.ts';
import { command, type Route } from '../route.ts';
import { anyId } from '../schemas/fields.ts';
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

export const invoiceRoutes: readonly Route[] = [list, readOne, voidOne];
