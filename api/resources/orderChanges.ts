import { z } from 'zod';
import type { Receipt } from '../../commands/ports.ts';
import type { ApiDeps } from '../deps.ts';
import { type Call, command, type Route, read } from '../route.ts';
import { anyId, lineId, ulid } from '../schemas/fields.ts';
import { change, changeAnswer } from '../schemas/orderAnswers.ts';
import { addLinesBody, cancelLineBody, changeLineBody } from '../schemas/orderChanges.ts';
import { cancellationBody } from '../schemas/orders.ts';
import { requireOrder, visibleOrder } from '../visibility.ts';

const tag = 'Orders';
const params = z.strictObject({ orderId: ulid });
const lineParams = z.strictObject({ orderId: ulid, lineId });

/** Where to look for what comes of it. */
const told = (
  { changeId }: { readonly changeId: string },
  receipt: Receipt,
  { params: { orderId } }: { readonly params: { readonly orderId: string } },
) => ({
  body: { changeId, receipt },
  etag: receipt.revision,
  location: `/v1/orders/${orderId}/changes/${changeId}`,
});

/** What nobody may see has nothing wrong with it. */
const isVisible = (orderId: string, call: Call, deps: ApiDeps): Promise<boolean> =>
  visibleOrder(orderId, call, deps).then(
    () => true,
    () => false,
  );

const cancel = command({
  operation: 'cancelOrder',
  path: '/v1/orders/{orderId}/cancellations',
  tag,
  summary: 'Ask to cancel lines, or all that is open',
  description: 'What was really stopped is in the change: the warehouse may have to answer first.',
  params,
  body: cancellationBody,
  status: 202,
  answer: changeAnswer,
  ask: async ({ params: { orderId }, body }, call, deps) => {
    await requireOrder(orderId, call, deps);
    return deps.application.cancelOrder({ orderId, ...body, ...call.condition }, call.context);
  },
  tell: told,
});

const cancelLine = command({
  operation: 'cancelOrderLine',
  path: '/v1/orders/{orderId}/lines/{lineId}/cancellations',
  tag,
  summary: 'Ask to cancel a line, or part of it',
  description:
    'As `/cancellations` with one line. A line that still waits to be added is taken back whole. What was really stopped is in the change.',
  params: lineParams,
  body: cancelLineBody,
  status: 202,
  answer: changeAnswer,
  ask: async ({ params: { orderId, ...line }, body: { reason, ...part } }, call, deps) => {
    await requireOrder(orderId, call, deps);
    const cancellation = { orderId, reason, lines: [{ ...line, ...part }], ...call.condition };
    return deps.application.cancelOrder(cancellation, call.context);
  },
  tell: told,
});

const addLines = command({
  operation: 'addOrderLines',
  path: '/v1/orders/{orderId}/lines',
  tag,
  summary: 'Add lines to an accepted order',
  description:
    'Checked and priced by what is in force now. The order has the lines when there is credit for them; until then the change is PENDING and, over the limit, waits on a hold CREDIT of scope CHANGES, while the rest of the order goes on.',
  params,
  body: addLinesBody,
  status: 202,
  answer: changeAnswer,
  refusals: [409],
  objections: async ({ params: { orderId }, body }, call, deps) =>
    (await isVisible(orderId, call, deps)) ? deps.application.contentChecks.addedLines({ orderId, ...body }) : [],
  ask: async ({ params: { orderId }, body }, call, deps) => {
    await requireOrder(orderId, call, deps);
    return deps.application.addLines({ orderId, ...body, ...call.condition }, call.context);
  },
  tell: told,
});

const changeLine = command({
  operation: 'changeOrderLine',
  path: '/v1/orders/{orderId}/lines/{lineId}/changes',
  tag,
  summary: 'Change the quantity of a line',
  description:
    'More waits for credit as an added line does, and keeps the price of the line: where another one applies now it is refused PRICE_MISMATCH, and a line can be added. Less is a cancellation. What still waits of the line is taken back.',
  params: lineParams,
  body: changeLineBody,
  status: 202,
  answer: changeAnswer,
  refusals: [409],
  objections: async ({ params, body }, call, deps) =>
    (await isVisible(params.orderId, call, deps))
      ? deps.application.contentChecks.changedLine({ ...params, ...body })
      : [],
  ask: async ({ params, body }, call, deps) => {
    await requireOrder(params.orderId, call, deps);
    return deps.application.changeLine({ ...params, ...body, ...call.condition }, call.context);
  },
  tell: told,
});

const readChange = read({
  operation: 'readOrderChange',
  path: '/v1/orders/{orderId}/changes/{changeId}',
  tag,
  summary: 'What was really stopped or added',
  params: z.strictObject({ orderId: ulid, changeId: anyId }),
  answer: change,
  models: ['orders'],
  handle: (input, call, deps) => deps.reads.orderChange(input.params.orderId, input.params.changeId, call.scope),
});

export const orderChangeRoutes: readonly Route[] = [cancel, cancelLine, addLines, changeLine, readChange];
