import type { SupplyStanding } from '../../commands/appSupplies.ts';
import type { Receipt } from '../../commands/ports.ts';
import { isInScope, requireScope } from '../authorise.ts';
import { command, type Route } from '../route.ts';
import {
  rescheduleBody,
  supplyAnswer,
  supplyCancellationBody,
  supplyParams,
  supplyReceiptBody,
} from '../schemas/supplies.ts';

const tag = 'Stock';

const told = (standing: SupplyStanding, receipt: Receipt) => ({
  body: { ...standing, receipt },
  etag: receipt.revision,
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
  refusals: [],
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
  refusals: [404],
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

export const supplyRoutes: readonly Route[] = [reschedule, receive, cancel];
