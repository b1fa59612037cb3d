import { z } from 'zod';
import type { Receipt } from '../../commands/ports.ts';
import { command, longCommand, type Route } from '../route.ts';
import { anyId, ulid } from '../schemas/fields.ts';
import {
  disputeAnswer,
  disputeBody,
  paymentAnswer,
  paymentBody,
  resolutionBody,
  writeOffAnswer,
  writeOffBody,
} from '../schemas/settlements.ts';
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
  ask: async ({ body }, call, deps) => {
    await requireInvoice(body.invoiceId, call, deps);
    return deps.application.writeOffInvoice({ ...body, ...call.condition }, call.context);
  },
  tell: told,
});

const dispute = command({
  operation: 'disputeInvoice',
  path: '/v1/invoices/{invoiceId}/disputes',
  tag: 'Invoices',
  summary: 'Record that the customer does not agree to an invoice, or to lines of it',
  description: 'One at a time. Until it is resolved the invoice is DISPUTED, and ageing shows what of it is.',
  params: z.strictObject({ invoiceId: anyId }),
  body: disputeBody,
  status: 201,
  answer: disputeAnswer,
  ask: async ({ params, body }, call, deps) => {
    await requireInvoice(params.invoiceId, call, deps);
    const said = { invoiceLineIds: [], ...body };
    return deps.application.disputeInvoice({ ...params, ...said, ...call.condition }, call.context);
  },
  tell: told,
});

const resolve = command({
  operation: 'resolveDispute',
  path: '/v1/invoices/{invoiceId}/disputes/{disputeId}/resolutions',
  tag: 'Invoices',
  summary: 'End a dispute',
  params: z.strictObject({ invoiceId: anyId, disputeId: ulid }),
  body: resolutionBody,
  status: 201,
  answer: disputeAnswer,
  ask: async ({ params, body }, call, deps) => {
    await requireInvoice(params.invoiceId, call, deps);
    return deps.application.resolveDispute({ ...params, ...body, ...call.condition }, call.context);
  },
  tell: told,
});

export const settlementRoutes: readonly Route[] = [recordPayment, writeOff, dispute, resolve];
