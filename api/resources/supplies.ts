import type { SupplyStanding } from '../../commands/calls/supplies.ts';
import type { Receipt } from '../../commands/ports.ts';
import { isInScope, requireScope } from '../authorise.ts';
import { unknownBooks } from '../books.ts';
import { command, type Route, read } from '../route.ts';
import { stockAnswer, supplyBody } from '../schemas/stock.ts';
import {
  rescheduleBody,
  supplyAnswer,
  supplyCancellationBody,
  supplyList,
  supplyParams,
  supplyQuery,
  supplyReceiptBody,
  wholeSupply,
  wholeSupplyQuery,
} from '../schemas/supplies.ts';
import { nodeFilter } from './stock.ts';

const tag = 'Stock';

const addressOf = (supplyId: string): string => `/v1/supplies/${encodeURIComponent(supplyId)}`;

const told = (
  standing: SupplyStanding,
  receipt: Receipt,
  { params }: { readonly params: { readonly supplyId: string } },
) => ({
  body: { ...standing, receipt },
  etag: receipt.revision,
  location: addressOf(params.supplyId),
});

const expectSupply = command({
  operation: 'expectSupply',
  path: '/v1/supplies',
  tag,
  summary: 'Announce supply, or announce it anew with another date or quantity',
  body: supplyBody,
  status: 201,
  answer: stockAnswer,
  refusals: [409],
  objections: async ({ body }, { principal }, deps) =>
    isInScope(principal, { bu: body.bu, node: body.node }) ? deps.application.contentChecks.supply(body) : [],
  ask: async ({ body }, call, deps) => {
    requireScope(call.principal, { bu: body.bu, node: body.node });
    return deps.application.expectSupply({ ...body, ...call.condition }, call.context);
  },
  tell: ({ qty }, receipt, { body }) => ({
    ...{ body: { qty, receipt }, etag: receipt.revision },
    location: addressOf(body.supplyId),
  }),
});

const list = read({
  operation: 'listSupplies',
  path: '/v1/supplies',
  tag,
  summary: 'What is to come, and what came of it, by business unit, item and node',
  query: supplyQuery,
  objections: unknownBooks,
  answer: supplyList,
  models: ['inventory'],
  handle: ({ query }, call, deps) => deps.reads.listSupplies({ ...query, ...nodeFilter(query.node, call) }, call.scope),
});

const readOne = read({
  operation: 'readSupply',
  path: '/v1/supplies/{supplyId}',
  tag,
  summary:
    'One supply: when each of its items is expected where, how often it slipped, what came and what was cancelled',
  params: supplyParams,
  query: wholeSupplyQuery,
  answer: wholeSupply,
  models: ['inventory'],
  handle: async ({ params: { supplyId }, query }, call, deps) => {
    const { nodes } = call.principal;
    const page = await deps.reads.listSupplies({ ...query, supplyId, ...(nodes !== 'all' && { nodes }) }, call.scope);
    // Behind the last of its items nothing follows; without any there is no such supply.
    return page.items.length === 0 && query.cursor === undefined ? undefined : { supplyId, ...page };
  },
});

const reschedule = command({
  operation: 'rescheduleSupply',
  path: '/v1/supplies/{supplyId}/reschedules',
  tag,
  summary: 'Give an announced supply another date or quantity',
  description:
    'What lines that wait for the item were promised is computed anew, and who listens is told of every promise that changed.',
  params: supplyParams,
  body: rescheduleBody,
  status: 201,
  answer: supplyAnswer,
  objections: async ({ params, body }, { principal }, deps) =>
    isInScope(principal, { bu: body.bu, node: body.node })
      ? deps.application.contentChecks.supplyReschedule({ ...params, ...body })
      : [],
  ask: async ({ params, body }, call, deps) => {
    requireScope(call.principal, { bu: body.bu, node: body.node });
    return deps.application.rescheduleSupply({ ...params, ...body, ...call.condition }, call.context);
  },
  tell: told,
});

const receive = command({
  operation: 'receiveSupply',
  path: '/v1/supplies/{supplyId}/receipts',
  tag,
  summary: 'Record goods of a supply that came in',
  description:
    'A fact: a part, the rest, or more than was announced. What waits for the item is served at once. The same `reference` and content is answered again without effect.',
  params: supplyParams,
  body: supplyReceiptBody,
  status: 201,
  answer: supplyAnswer,
  objections: async ({ params, body }, { principal }, deps) =>
    isInScope(principal, { bu: body.bu, node: body.node })
      ? deps.application.contentChecks.supplyReceipt({ ...params, ...body })
      : [],
  ask: async ({ params, body }, call, deps) => {
    requireScope(call.principal, { bu: body.bu, node: body.node });
    return deps.application.receiveSupply({ ...params, ...body, ...call.condition }, call.context);
  },
  tell: told,
});

const cancel = command({
  operation: 'cancelSupply',
  path: '/v1/supplies/{supplyId}/cancellations',
  tag,
  summary: 'Record that the rest of a supply does not come',
  params: supplyParams,
  body: supplyCancellationBody,
  status: 201,
  answer: supplyAnswer,
  objections: async ({ params, body }, { principal }, deps) =>
    isInScope(principal, { bu: body.bu, node: body.node })
      ? deps.application.contentChecks.supplyCancellation({ ...params, ...body })
      : [],
  ask: async ({ params, body }, call, deps) => {
    requireScope(call.principal, { bu: body.bu, node: body.node });
    return deps.application.cancelSupply({ ...params, ...body, ...call.condition }, call.context);
  },
  tell: told,
});

export const supplyRoutes: readonly Route[] = [expectSupply, list, readOne, reschedule, receive, cancel];
