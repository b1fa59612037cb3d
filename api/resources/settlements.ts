import type { Receipt } from '../../commands/ports.ts';
import { settled } from '../outcome.ts';
import { command, longCommand, type Route } from '../route.ts';
import { paymentAnswer, paymentBody, writeOffAnswer, writeOffBody } from '../schemas/settlements.ts';
import { requireInvoice } from '../visibility.ts';

const told = <T extends { readonly invoiceId: string }>(value: T, receipt: Receipt) => ({
  body: { ...value, receipt },
  etag: receipt.revision,
  location: `/v1/invoices/${value.invoiceId}`,
});

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
  tell: told,
});

const writeOff = longCommand({
  operation: 'writeOffInvoice',
  path: '/v1/write-offs',
  tag: 'Payments',
  summary: 'Give up what is open of an invoice, or part of it',
  description:
    'Posted by its cause (T22). Where more of the invoice is written off in all than `writeOffLimit` of the business unit, the first call is refused APPROVAL_REQUIRED with the id of an approval; once another person agreed there, the same request (under a new key) is carried out. Whoever recorded a payment of the invoice does neither. What is paid, credited or voided after all is taken back by itself.',
  body: writeOffBody,
  status: 201,
  answer: writeOffAnswer,
  refusals: [404, 409],
  handle: async ({ body }, call, deps) => {
    await requireInvoice(body.invoiceId, call, deps);
    const outcome = await deps.application.writeOffInvoice({ ...body, ...call.condition }, call.context);
    const { value, receipt } = settled(outcome);
    return { ...told(value, receipt), position: receipt.position };
  },
});

export const settlementRoutes: readonly Route[] = [recordPayment, writeOff];
