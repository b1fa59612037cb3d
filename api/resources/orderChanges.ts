import { z } from 'zod';
import { unknownAt } from '../../commands/calls/cancelledLines.ts';
import type { PreviewedChange, PreviewOutcome } from '../../commands/calls/changePreviews.ts';
import type { Receipt } from '../../commands/ports.ts';
import type { LinePromise } from '../../domain/availability/promise.ts';
import { checkedAvailability } from '../checkedAvailability.ts';
import type { ApiDeps } from '../deps.ts';
import { HttpProblem } from '../problem.ts';
import { type Call, check, command, type Route, read } from '../route.ts';
import { anyId, lineId, ulid } from '../schemas/fields.ts';
import { change, changeAnswer } from '../schemas/orderAnswers.ts';
import {
  addLinesBody,
  cancelLineBody,
  changeLineBody,
  changePreview,
  changePreviewBody,
  substituteLineBody,
} from '../schemas/orderChanges.ts';
import { cancellationBody } from '../schemas/orders.ts';
import { invalid } from '../violations.ts';
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

const previewedOf = (outcome: PreviewOutcome | undefined): PreviewedChange | undefined => {
  if (outcome === undefined || outcome.kind === 'previewed') return outcome?.value;
  if (outcome.kind === 'invalid') throw invalid(outcome.violations);
  const { refused, detail, data } = outcome.refusal;
  throw new HttpProblem(refused, detail, { ...(data !== undefined && { data }) });
};

const addedTo = ({ before, after }: PreviewedChange['lines'][number]): bigint => BigInt(after) - BigInt(before);

/** All that is added is asked for together, so nothing is promised twice. */
const withPromises = async ({ bu, currency, credit, lines, ...net }: PreviewedChange, deps: ApiDeps) => {
  const added = lines.filter((line) => addedTo(line) > 0n);
  const asked = added.map((line) => ({ item: line.item, qty: `${addedTo(line)}`, uom: line.uom }));
  const checked = asked.length === 0 ? { promises: [] } : await checkedAvailability({ bu, lines: asked }, deps);
  // The catalogue may be ahead of the read model: then nothing is known of it yet.
  const promises = 'errors' in checked ? [] : checked.promises;
  return {
    ...{ currency, credit, net: { before: net.netBefore, after: net.netAfter } },
    lines: lines.map(({ netBefore, netAfter, ...line }) => ({
      ...{ ...line, net: { before: netBefore, after: netAfter } },
      promise: promisedOf(promises[added.findIndex(({ lineId: one }) => one === line.lineId)]),
    })),
  };
};

const promisedOf = (promise: LinePromise | undefined) => {
  if (promise === undefined) return null;
  const { item, qty, fullQtyDate, promises, availableNow, explanation } = promise;
  return { item, qty, fullQtyDate, promises, availableNow, explanation };
};

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
  objections: async ({ params: { orderId }, body: { lines = [] } }, call, deps) =>
    (await isVisible(orderId, call, deps)) ? deps.application.contentChecks.cancelledLines(orderId, lines) : [],
  ask: async ({ params: { orderId }, body }, call, deps) => {
    await requireOrder(orderId, call, deps);
    const outcome = await deps.application.cancelOrder({ orderId, ...body, ...call.condition }, call.context);
    return unknownAt(outcome, body.lines ?? []);
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

const substituteLine = command({
  operation: 'substituteOrderLine',
  path: '/v1/orders/{orderId}/lines/{lineId}/substitutions',
  tag,
  summary: 'Have part of a line delivered as another item',
  description:
    'By a substitute that master data names for the item of the line (`alternatives` of an availability check). What is with a warehouse or a supplier is not substituted. When there is credit for what the new line comes to more, so much of the old line is cancelled with the cause SUBSTITUTED and the new line is there with `originLineId`, both at once or neither. Refused CONSENT_REQUIRED where the order allows no substitutes and the body names no consent.',
  params: lineParams,
  body: substituteLineBody,
  status: 202,
  answer: changeAnswer,
  refusals: [409],
  objections: async ({ params, body }, call, deps) =>
    (await isVisible(params.orderId, call, deps))
      ? deps.application.contentChecks.substitutedLine({ ...params, ...body })
      : [],
  ask: async ({ params, body }, call, deps) => {
    await requireOrder(params.orderId, call, deps);
    return deps.application.substituteLine({ ...params, ...body, ...call.condition }, call.context);
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

const preview = check({
  operation: 'previewOrderChange',
  path: '/v1/orders/{orderId}/change-previews',
  tag,
  summary: 'What changes would come to, before they are asked for',
  description:
    'Price, credit and promise of lines to be added and of quantities to be changed, by what is in force now. Changes nothing and keeps nothing, so it needs no key. What the changes would be refused for, this is refused for.',
  params,
  body: changePreviewBody,
  answer: changePreview,
  models: ['inventory', 'master_data'],
  refusals: [404, 409],
  handle: async ({ params: { orderId }, body: { lines = [], changes = [] } }, call, deps) => {
    await requireOrder(orderId, call, deps);
    const previewed = previewedOf(await deps.application.previewChange({ orderId, lines, changes }));
    return previewed && { orderId, ...(await withPromises(previewed, deps)) };
  },
});

export const orderChangeRoutes: readonly Route[] = [
  ...[cancel, cancelLine, addLines, changeLine, substituteLine],
  ...[preview, readChange],
];
