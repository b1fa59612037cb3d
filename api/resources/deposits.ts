import { z } from 'zod';
import type { Receipt } from '../../commands/ports.ts';
import { unknownBooks } from '../books.ts';
import { command, type Route, read } from '../route.ts';
import {
  deposit,
  depositAnswer,
  depositBody,
  depositId,
  depositList,
  depositQuery,
  depositRefundBody,
} from '../schemas/deposits.ts';
import { requireDeposit, requireOrder } from '../visibility.ts';

const tag = 'Payments';
const params = z.strictObject({ depositId });

const told = (value: { readonly depositId: string; readonly orderId: string }, receipt: Receipt) => ({
  body: { ...value, receipt },
  etag: receipt.revision,
  location: `/v1/deposits/${value.depositId}`,
});

const record = command({
  operation: 'recordDeposit',
  path: '/v1/deposits',
  tag,
  summary: 'Record what a customer paid for an order before its invoices',
  description:
    'A fact. The same reference and content is answered again without effect. Invoices of the order get it by themselves, the oldest first, those that are issued and those that will be; what no invoice took is refunded when the order is closed. As long as it is held it lowers the exposure of the customer.',
  body: depositBody,
  status: 201,
  answer: depositAnswer,
  creates: true,
  ask: async ({ body }, call, deps) => {
    await requireOrder(body.orderId, call, deps);
    return deps.application.recordDeposit(body, call.context);
  },
  tell: told,
});

const refund = command({
  operation: 'refundDeposit',
  path: '/v1/deposits/{depositId}/refunds',
  tag,
  summary: 'Pay a deposit back, as far as no invoice has it',
  params,
  body: depositRefundBody,
  status: 201,
  answer: depositAnswer,
  ask: async ({ params, body }, call, deps) => {
    await requireDeposit(params.depositId, call, deps);
    return deps.application.refundDeposit({ ...params, ...body, ...call.condition }, call.context);
  },
  tell: told,
});

const list = read({
  operation: 'listDeposits',
  path: '/v1/deposits',
  tag,
  summary: 'Deposits, newest first',
  query: depositQuery,
  objections: unknownBooks,
  answer: depositList,
  models: ['deposits'],
  handle: ({ query }, call, deps) => deps.reads.listDeposits(query, call.scope),
});

const readOne = read({
  operation: 'readDeposit',
  path: '/v1/deposits/{depositId}',
  tag,
  summary: 'One deposit',
  params,
  answer: deposit,
  models: ['deposits'],
  handle: (input, call, deps) => deps.reads.depositById(input.params.depositId, call.scope),
});

export const depositRoutes: readonly Route[] = [record, list, readOne, refund];
