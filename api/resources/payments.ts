import { z } from 'zod';
import type { PaymentsBy } from '../../projections/payments/queries.ts';
import type { Moment } from '../asOf/moment.ts';
import { report } from '../asOf/report.ts';
import { unknownBooks } from '../books.ts';
import type { Route } from '../route.ts';
import { anyId } from '../schemas/fields.ts';
import { payment, paymentList, paymentQuery } from '../schemas/settlements.ts';

const tag = 'Payments';
const datedBy = 'the day, where the business unit is, on which it was paid';

const byThen = ({ knownAsOf, validAsOf }: Moment): PaymentsBy => ({ position: knownAsOf, day: validAsOf });

const list = report({
  operation: 'listPayments',
  path: '/v1/payments',
  tag,
  summary: 'Single payments, what was paid last first',
  description: 'The sum of an invoice’s payments is `settlement.paid` of the invoice.',
  query: paymentQuery,
  objections: unknownBooks,
  answer: paymentList,
  models: ['payments'],
  datedBy,
  rowCount: ({ items }) => items.length,
  bus: ({ items }) => items.map(({ bu }) => bu),
  handle: ({ query }, call, deps, moment) => deps.reads.listPayments(query, call.scope, byThen(moment)),
});

const readOne = report({
  operation: 'readPayment',
  path: '/v1/payments/{paymentId}',
  tag,
  summary: 'One payment',
  params: z.strictObject({ paymentId: anyId }),
  answer: payment,
  models: ['payments'],
  datedBy,
  rowCount: () => 1,
  bus: ({ bu }) => [bu],
  handle: ({ params }, call, deps, moment) => deps.reads.paymentById(params.paymentId, call.scope, byThen(moment)),
});

export const paymentRoutes: readonly Route[] = [list, readOne];
