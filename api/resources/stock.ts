import { z } from 'zod';
import type { Receipt } from '../../commands/ports.ts';
import { isInScope, requireScope } from '../authorise.ts';
import { unknownBooks } from '../books.ts';
import { inScope } from '../principal.ts';
import { HttpProblem } from '../problem.ts';
import { type Call, command, longCommand, type Route, read } from '../route.ts';
import { code } from '../schemas/fields.ts';
import {
  costCorrectionAnswer,
  costCorrectionBody,
  positionList,
  positionQuery,
  safetyStockBody,
  statusChangeBody,
  stockAnswer,
  stockMovementBody,
} from '../schemas/stock.ts';

const tag = 'Stock';

const told = ({ qty }: { readonly qty: string }, receipt: Receipt) => ({
  body: { qty, receipt },
  etag: receipt.revision,
});

const recordMovement = command({
  operation: 'recordStockMovement',
  path: '/v1/stock-movements',
  tag,
  summary: 'Record a receipt or an adjustment',
  body: stockMovementBody,
  status: 201,
  answer: stockAnswer,
  refusals: [409],
  objections: async ({ body }, { principal }, deps) =>
    isInScope(principal, { bu: body.bu, node: body.node }) ? deps.application.contentChecks.stockMovement(body) : [],
  ask: async ({ body }, call, deps) => {
    requireScope(call.principal, { bu: body.bu, node: body.node });
    return deps.application.recordStockMovement({ ...body, ...call.condition }, call.context);
  },
  tell: told,
});

const changeStatus = command({
  operation: 'changeStockStatus',
  path: '/v1/stock-status-changes',
  tag,
  summary: 'Record that goods changed their status',
  body: statusChangeBody,
  status: 201,
  answer: stockAnswer,
  refusals: [],
  objections: async ({ body }, { principal }, deps) =>
    isInScope(principal, { bu: body.bu, node: body.node }) ? deps.application.contentChecks.statusChange(body) : [],
  ask: async ({ body }, call, deps) => {
    requireScope(call.principal, { bu: body.bu, node: body.node });
    return deps.application.changeStockStatus({ ...body, ...call.condition }, call.context);
  },
  tell: told,
});

const correctCost = longCommand({
  operation: 'correctCost',
  path: '/v1/cost-corrections',
  tag,
  summary: 'Record that goods cost more, or less, than was known when they came in or left',
  description:
    'A fact, once for ever for its reference. What has left keeps the cost it left with: its part of the amount is a variance (T21), and the rest is what the goods that are still there are worth more, from here on. Of a receipt as many are taken to be there as are on hand beyond what was received later; under a standard cost, and of a shipment, all of it is a variance. Where the cost of the same goods is corrected by more than `costCorrectionLimit` of the business unit in all, the first call is refused APPROVAL_REQUIRED with the id of an approval; once another person agreed there, the same request (under a new key) is carried out. 409 `RECEIPT_UNKNOWN` while the receipt is not recorded.',
  body: costCorrectionBody,
  status: 201,
  answer: costCorrectionAnswer,
  refusals: [409],
  ask: async ({ body }, call, deps) => {
    requireScope(call.principal, { bu: body.bu, node: body.node });
    return deps.application.correctCost({ ...body, ...call.condition }, call.context);
  },
  tell: (value, recorded: Receipt) => ({ body: { ...value, receipt: recorded }, etag: recorded.revision }),
});

/** An outsourced warehouse sees its own nodes; with several it says which. */
export const nodeFilter = (asked: string | undefined, call: Call): { readonly node?: string } => {
  const { nodes } = call.principal;
  if (asked !== undefined) {
    if (!inScope(nodes, asked))
      throw new HttpProblem('PARTNER_SCOPE', 'These credentials are for other nodes.', { retain: false });
    return { node: asked };
  }
  if (nodes === 'all') return {};
  const [only] = nodes;
  if (nodes.length === 1 && only !== undefined) return { node: only };
  throw new HttpProblem('VALIDATION_FAILED', 'Say which node: ?node=', {
    errors: [{ pointer: '/query/node', code: 'REQUIRED', detail: `One of: ${nodes.join(', ')}.` }],
  });
};

const listPositions = read({
  operation: 'listInventoryPositions',
  path: '/v1/inventory-positions',
  tag,
  summary: 'Stock by business unit, node and item',
  query: positionQuery,
  objections: unknownBooks,
  answer: positionList,
  models: ['inventory', 'master_data'],
  handle: ({ query }, call, deps) =>
    deps.reads.listInventoryPositions({ ...query, ...nodeFilter(query.node, call) }, call.scope),
});

const setSafetyStock = command({
  operation: 'setSafetyStock',
  method: 'put',
  path: '/v1/safety-stocks/{bu}/{node}/{item}',
  tag: 'Master data',
  summary: 'Set the quantity that is withheld from promising',
  params: z.strictObject({ bu: code, node: code, item: code }),
  body: safetyStockBody,
  status: 200,
  answer: stockAnswer,
  refusals: [],
  objections: async ({ params, body }, { principal }, deps) =>
    isInScope(principal, { bu: params.bu }) ? deps.application.contentChecks.safetyStock({ ...params, ...body }) : [],
  ask: async ({ params, body }, call, deps) => {
    requireScope(call.principal, { bu: params.bu });
    return deps.application.setSafetyStock({ ...params, ...body, ...call.condition }, call.context);
  },
  tell: told,
});

export const stockRoutes: readonly Route[] = [recordMovement, changeStatus, correctCost, listPositions, setSafetyStock];
