import { z } from 'zod';
import type { Receipt } from '../../commands/ports.ts';
import type { ReturnView } from '../../projections/returns/queries.ts';
import { unknownBooks } from '../books.ts';
import { inScope, maySeeCost, type Principal } from '../principal.ts';
import { command, longCommand, type Route, read } from '../route.ts';
import { ulid } from '../schemas/fields.ts';
import {
  inspectionBody,
  returnAnswer,
  returnBody,
  returnClosureBody,
  returned,
  returnList,
  returnQuery,
  returnReceiptBody,
} from '../schemas/returns.ts';
import { requireOrder, requireReturn } from '../visibility.ts';

const tag = 'Returns';
const params = z.strictObject({ rmaId: ulid });

const withoutCost = (view: ReturnView, principal: Principal) =>
  maySeeCost(principal)
    ? view
    : {
        ...view,
        lines: view.lines.map((line) => ({
          ...line,
          inspections: line.inspections.map((each) => ({ ...each, unitCost: null, cost: null })),
        })),
      };

const told = ({ rmaId }: { readonly rmaId: string }, receipt: Receipt) => ({
  body: { rmaId, receipt },
  etag: receipt.revision,
  location: `/v1/returns/${rmaId}`,
});

const authorise = longCommand({
  operation: 'authoriseReturn',
  path: '/v1/returns',
  tag,
  summary: 'Authorise the return of goods of one shipment',
  description:
    'As much as was invoiced and is in no other return, within the days that the business unit gives; goods of several shipments are several returns.',
  body: returnBody,
  status: 201,
  answer: returnAnswer,
  creates: true,
  ask: async ({ body }, call, deps) => {
    await requireOrder(body.orderId, call, deps);
    return deps.application.authoriseReturn(body, call.context);
  },
  tell: told,
});

const list = read({
  operation: 'listReturns',
  path: '/v1/returns',
  tag,
  summary: 'Returns, newest first',
  query: returnQuery,
  objections: unknownBooks,
  answer: returnList,
  fields: true,
  models: ['returns'],
  handle: async ({ query }, call, deps) => {
    const { nodes } = call.principal;
    const page = await deps.reads.listReturns({ ...query, ...(nodes !== 'all' && { nodes }) }, call.scope);
    return { ...page, items: page.items.map((item) => withoutCost(item, call.principal)) };
  },
});

const readOne = read({
  operation: 'readReturn',
  path: '/v1/returns/{rmaId}',
  tag,
  summary: 'One return',
  params,
  answer: returned,
  fields: true,
  models: ['returns'],
  handle: async (input, call, deps) => {
    const view = await deps.reads.returnById(input.params.rmaId, call.scope);
    return view === undefined || !inScope(call.principal.nodes, view.node)
      ? undefined
      : withoutCost(view, call.principal);
  },
});

const receive = command({
  operation: 'recordReturnReceipt',
  path: '/v1/returns/{rmaId}/receipts',
  tag,
  summary: 'Record what came back',
  description:
    'A fact. The same `receiptId` and content is answered again without effect. More than was authorised, other items and what comes after the end of the return are recorded as unexpected.',
  params,
  body: returnReceiptBody,
  status: 201,
  answer: returnAnswer,
  ask: async ({ params, body }, call, deps) => {
    await requireReturn(params.rmaId, call, deps);
    return deps.application.recordReturnReceipt({ ...params, ...body, ...call.condition }, call.context);
  },
  tell: told,
});

const inspect = command({
  operation: 'inspectReturn',
  path: '/v1/returns/{rmaId}/inspections',
  tag,
  summary: 'Say what becomes of goods that came back, or of goods in quarantine',
  description:
    'Stock and ledger follow at the cost the goods left with. KEEP leaves to the customer what did not come. Whoever authorised the return does not inspect it.',
  params,
  body: inspectionBody,
  status: 201,
  answer: returnAnswer,
  ask: async ({ params, body }, call, deps) => {
    await requireReturn(params.rmaId, call, deps);
    return deps.application.inspectReturn({ ...params, ...body, ...call.condition }, call.context);
  },
  tell: told,
});

const close = command({
  operation: 'closeReturn',
  path: '/v1/returns/{rmaId}/closures',
  tag,
  summary: 'End a return; what did not come may be returned once more',
  description: 'One of which nothing came by its last day is expired.',
  params,
  body: returnClosureBody,
  status: 201,
  answer: returnAnswer,
  ask: async ({ params, body }, call, deps) => {
    await requireReturn(params.rmaId, call, deps);
    return deps.application.closeReturn({ ...params, ...body, ...call.condition }, call.context);
  },
  tell: told,
});

export const returnRoutes: readonly Route[] = [authorise, list, readOne, receive, inspect, close];
