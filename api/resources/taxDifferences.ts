import { z } from 'zod';
import type { Receipt } from '../../commands/ports.ts';
import { command, longCommand, type Route } from '../route.ts';
import { anyId } from '../schemas/fields.ts';
import { taxAcceptanceAnswer, taxAcceptanceBody, taxCheckAnswer, taxCheckBody } from '../schemas/taxDifferences.ts';
import { requireInvoice } from '../visibility.ts';

const tag = 'Invoices';
const params = z.strictObject({ invoiceId: anyId });

const told = <T extends { readonly invoiceId: string; readonly creditMemoId?: string }>(
  value: T,
  receipt: Receipt,
) => ({
  body: { ...value, receipt },
  etag: receipt.revision,
  location:
    value.creditMemoId === undefined ? `/v1/invoices/${value.invoiceId}` : `/v1/credit-memos/${value.creditMemoId}`,
});

const accept = longCommand({
  operation: 'acceptTaxMismatch',
  path: '/v1/invoices/{invoiceId}/tax-acceptances',
  tag,
  summary: 'Accept that the tax engine holds another tax of an invoice, or of a credit memo of it, than was issued',
  description:
    'The ledger follows the engine (T23), by jurisdiction where the engine tells it; the document itself stays as it was issued, and nobody owes more or less for it. Where more of the invoice is accepted in all than `taxDifferenceLimit` of the business unit, the first call is refused APPROVAL_REQUIRED with the id of an approval; once another person agreed there, the same request (under a new key) is carried out. A void of the invoice takes it back.',
  params,
  body: taxAcceptanceBody,
  status: 201,
  answer: taxAcceptanceAnswer,
  refusals: [404, 409],
  ask: async ({ params: { invoiceId }, body }, call, deps) => {
    await requireInvoice(invoiceId, call, deps);
    return deps.application.acceptTaxMismatch({ invoiceId, ...body, ...call.condition }, call.context);
  },
  tell: told,
});

const check = command({
  operation: 'requestTaxCheck',
  path: '/v1/invoices/{invoiceId}/tax-checks',
  tag,
  summary: 'Ask the tax engine again what it holds of an invoice, or of a credit memo of it',
  description:
    'After it was put right there: what the engine answers is in `taxDifference` and `receiptOfTax` of the document. One that the engine has no longer committed is committed by this again.',
  params,
  body: taxCheckBody,
  status: 202,
  answer: taxCheckAnswer,
  ask: async ({ params: { invoiceId }, body }, call, deps) => {
    await requireInvoice(invoiceId, call, deps);
    return deps.application.requestTaxCheck({ invoiceId, ...body, ...call.condition }, call.context);
  },
  tell: told,
});

export const taxDifferenceRoutes: readonly Route[] = [accept, check];
