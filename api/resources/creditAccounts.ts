import { z } from 'zod';
import { requireScope } from '../authorise.ts';
import { command, type Route, read } from '../route.ts';
import { code } from '../schemas/fields.ts';
import { creditAccount, creditAnswer, creditLimitBody, creditQuery } from '../schemas/ledger.ts';

const tag = 'Credit';
const params = z.strictObject({ customer: code });

const readAccount = read({
  operation: 'readCreditAccount',
  path: '/v1/credit-accounts/{customer}',
  tag,
  summary: 'Limit, exposure and headroom of a customer',
  params,
  query: creditQuery,
  answer: creditAccount,
  models: ['credit'],
  handle: (input, call, deps) => deps.reads.creditAccount(input.query.bu, input.params.customer, call.scope),
});

const setLimit = command({
  operation: 'setCreditLimit',
  path: '/v1/credit-accounts/{customer}/limits',
  tag,
  summary: 'Set the credit limit of a customer',
  params,
  body: creditLimitBody,
  status: 201,
  answer: creditAnswer,
  refusals: [404, 409],
  ask: async ({ params, body }, call, deps) => {
    requireScope(call.principal, { bu: body.bu });
    return deps.application.setCreditLimit({ ...params, ...body, ...call.condition }, call.context);
  },
  tell: ({ customer }, receipt, { body: { bu } }) => ({
    body: { customer, receipt },
    etag: receipt.revision,
    location: `/v1/credit-accounts/${customer}?bu=${bu}`,
  }),
});

export const creditRoutes: readonly Route[] = [readAccount, setLimit];
