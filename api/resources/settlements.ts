import { command, type Route } from '../route.ts';
import { paymentAnswer, paymentBody } from '../schemas/settlements.ts';
import { requireInvoice } from '../visibility.ts';

const recordPayment = command({
  operation: 'recordPayment',
  path: '/v1/payments',
  tag: 'Payments',
  summary: 'Record that a customer paid for an invoice',
  description:
    'A fact, also beyond what is open. The same reference and content is answered again without effect; a transfer that pays several invoices is recorded at each of them. It is for information: the ERP posts cash and tells what is owed, unless the posting rules have T06.',
  body: paymentBody,
  status: 201,
  answer: paymentAnswer,
  ask: async ({ body }, call, deps) => {
    await requireInvoice(body.invoiceId, call, deps);
    return deps.application.recordPayment({ ...body, ...call.condition }, call.context);
  },
  tell: (value, receipt) => ({
    body: { ...value, receipt },
    etag: receipt.revision,
    location: `/v1/invoices/${value.invoiceId}`,
  }),
});

export const settlementRoutes: readonly Route[] = [recordPayment];
