import { z } from 'zod';
import type { InvoiceView } from '../../projections/invoices/queries.ts';
import { settled } from '../outcome.ts';
import { maySeeCost, type Principal } from '../principal.ts';
import { command, type Route, read } from '../route.ts';
import { anyId } from '../schemas/fields.ts';
import { invoice, invoiceAnswer, invoiceList, invoiceQuery } from '../schemas/invoices.ts';
import { voidBody } from '../schemas/shipments.ts';
import { requireInvoice } from '../visibility.ts';

const tag = 'Invoices';
const params = z.strictObject({ invoiceId: anyId });

const withoutCost = (view: InvoiceView, principal: Principal) =>
  maySeeCost(principal) ? view : { ...view, lines: view.lines.map((line) => ({ ...line, cost: null })) };

const list = read({
  operation: 'listInvoices',
  path: '/v1/invoices',
  tag,
  summary: 'Invoices, newest first',
  query: invoiceQuery,
  answer: invoiceList,
  models: ['invoices'],
  handle: async ({ query }, call, deps) => {
    const page = await deps.reads.listInvoices(query, call.scope);
    return { ...page, items: page.items.map((item) => withoutCost(item, call.principal)) };
  },
});

const readOne = read({
  operation: 'readInvoice',
  path: '/v1/invoices/{invoiceId}',
  tag,
  summary: 'One invoice',
  params,
  answer: invoice,
  models: ['invoices'],
  handle: async (input, call, deps) => {
    const view = await deps.reads.invoiceById(input.params.invoiceId, call.scope);
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
  handle: async (input, call, deps) => {
    await requireInvoice(input.params.invoiceId, call, deps);
    const { value, receipt } = settled(
      await deps.application.voidInvoice({ ...input.params, ...input.body, ...call.condition }, call.context),
    );
    const location = `/v1/invoices/${value.invoiceId}`;
    return {
      body: { invoiceId: value.invoiceId, receipt },
      etag: receipt.revision,
      location,
      position: receipt.position,
    };
  },
});

export const invoiceRoutes: readonly Route[] = [list, readOne, voidOne];
