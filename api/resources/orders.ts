import { z } from 'zod';
import type { CapturedOrder } from '../../commands/calls/inputs.ts';
import type { Receipt } from '../../commands/ports.ts';
import type { OrderPromiseView } from '../../projections/orders/promise.ts';
import { foldedOrders } from '../../projections/orders/source.ts';
import { ordersAt } from '../asOf/documents.ts';
import { orderListAt } from '../asOf/lists.ts';
import { report } from '../asOf/report.ts';
import { isInScope, requireScope } from '../authorise.ts';
import { unknownBooks } from '../books.ts';
import { maySeeCost } from '../principal.ts';
import { command, longCommand, type Route, read } from '../route.ts';
import { ulid } from '../schemas/fields.ts';
import { capturedOrder, fraudCheck, order, orderList, promise, timeline } from '../schemas/orderAnswers.ts';
import { holdReleaseBody, orderQuery, pageQuery, submitOrderBody } from '../schemas/orders.ts';
import { orderAnswer, requireReleaser } from './capturedOrder.ts';

const tag = 'Orders';
const params = z.strictObject({ orderId: ulid });

const told = (value: CapturedOrder, receipt: Receipt) => ({
  body: orderAnswer(value, receipt),
  etag: value.revision,
  location: `/v1/orders/${value.orderId}`,
});

const submit = command({
  operation: 'submitOrder',
  path: '/v1/orders',
  tag,
  summary: 'Submit an order',
  description:
    'Answers after validation, pricing and credit, before sourcing. An order over its credit limit is kept on hold. One that the business unit wants checked for fraud is PENDING until the engine has answered. A `customerPo` that the customer used before is answered with that order when the content is the same, and kept on hold `POSSIBLE_DUPLICATE_PO` when it is not. An accepted order that repeats one of another channel is held `POSSIBLE_DUPLICATE` a moment later, before anything of it is picked.',
  body: submitOrderBody,
  status: 201,
  answer: capturedOrder,
  refusals: [409],
  creates: true,
  objections: async ({ body }, { principal }, deps) =>
    isInScope(principal, { bu: body.bu, customer: body.soldTo }) ? deps.application.contentChecks.order(body) : [],
  businessKey: ({ body }, { principal }, deps) =>
    isInScope(principal, { bu: body.bu, customer: body.soldTo }) ? deps.application.orderKey(body) : undefined,
  ask: async ({ body }, { principal, context }, deps) => {
    requireScope(principal, { bu: body.bu, customer: body.soldTo });
    return deps.application.submitOrder(body, context);
  },
  tell: told,
});

const list = report({
  operation: 'listOrders',
  path: '/v1/orders',
  tag,
  summary: 'Orders, newest first',
  query: orderQuery,
  objections: unknownBooks,
  answer: orderList,
  fields: true,
  models: ['orders'],
  alsoKnows: ['event_index'],
  datedBy: 'the day, in UTC, on which the order was submitted',
  rowCount: ({ items }) => items.length,
  bus: ({ items }) => items.map(({ bu }) => bu),
  handle: async ({ query }, call, deps, { knownAsOf, validAsOf }) => {
    const filter = { ...query, ...(validAsOf !== undefined && { validAsOf }) };
    const source = knownAsOf === undefined ? undefined : await orderListAt(filter, call, deps, knownAsOf);
    return deps.reads.listOrders(filter, call.scope, source);
  },
});

const readOne = report({
  operation: 'readOrder',
  path: '/v1/orders/{orderId}',
  tag,
  summary: 'One order with lines, holds and releases',
  params,
  answer: order,
  fields: true,
  models: ['orders'],
  alsoKnows: ['event_index'],
  datedBy: 'the day, in UTC, on which the order was submitted',
  rowCount: ({ lines }) => lines.length,
  bus: ({ bu }) => [bu],
  handle: async ({ params: { orderId } }, call, deps, { knownAsOf, validAsOf }) => {
    const source = knownAsOf === undefined ? undefined : foldedOrders(await ordersAt(deps, [orderId], knownAsOf));
    return deps.reads.orderById(orderId, call.scope, source, validAsOf);
  },
});

const readTimeline = read({
  operation: 'readOrderTimeline',
  path: '/v1/orders/{orderId}/timeline',
  tag,
  summary: 'Every event of an order as a sentence, oldest first',
  params,
  query: pageQuery,
  answer: timeline,
  fields: true,
  models: ['timeline', 'orders'],
  handle: (input, call, deps) => deps.reads.orderTimeline(input.params.orderId, input.query, call.scope),
});

/** What a supplier is paid and what is left of the price is not for customers. */
const withoutMargin = (view: OrderPromiseView): OrderPromiseView => ({
  ...view,
  lines: view.lines.map((line) => ({ ...line, picks: line.picks.map(({ dropShip: _, ...pick }) => pick) })),
});

const readPromise = read({
  operation: 'readOrderPromise',
  path: '/v1/orders/{orderId}/promise',
  tag,
  summary: 'Why each line has the date it has',
  description: '`explanation` has it in sentences, with `lang=plain` or without.',
  params,
  query: z.strictObject({ lang: z.literal('plain').exactOptional() }),
  answer: promise,
  models: ['orders'],
  handle: async (input, call, deps) => {
    const view = await deps.reads.orderPromise(input.params.orderId, call.scope);
    return view === undefined || maySeeCost(call.principal) ? view : withoutMargin(view);
  },
});

const readFraud = read({
  operation: 'readFraudCheck',
  path: '/v1/orders/{orderId}/fraud-check',
  tag,
  summary: 'What the fraud engine said of an order',
  description: 'Not for customers. 404 for an order that is not checked.',
  params,
  answer: fraudCheck,
  models: ['orders'],
  handle: (input, call, deps) => deps.reads.orderFraudCheck(input.params.orderId, call.scope),
});

const releaseHold = longCommand({
  operation: 'releaseHold',
  path: '/v1/orders/{orderId}/hold-releases',
  tag,
  summary: 'Release a hold',
  params,
  body: holdReleaseBody,
  status: 201,
  answer: capturedOrder,
  ask: async ({ params, body }, call, deps) => {
    await requireReleaser(params.orderId, body.holdId, call, deps);
    return deps.application.releaseHold({ ...params, ...body, ...call.condition }, call.context);
  },
  tell: told,
});

export const orderRoutes: readonly Route[] = [submit, list, readOne, readTimeline, readPromise, readFraud, releaseHold];
