import { isInScope, requireScope } from '../authorise.ts';
import { longCommand, type Route } from '../route.ts';
import { stockCountAnswer, stockCountBody } from '../schemas/stockCounts.ts';

const recordCount = longCommand({
  operation: 'recordStockCount',
  path: '/v1/stock-counts',
  tag: 'Stock',
  summary: 'Record what was counted of some items at a node',
  description:
    'A fact. What differs from the books as they were at `countedAt` is adjusted with reason COUNT; what moved later stays moved, and what moved before and is told of later does not move twice. Where less is left than is promised, the promises that cannot be met are sourced again. The same `countId` and content is answered again without effect.',
  body: stockCountBody,
  status: 201,
  creates: true,
  answer: stockCountAnswer,
  refusals: [],
  objections: async ({ body }, { principal }, deps) =>
    isInScope(principal, { bu: body.bu, node: body.node }) ? deps.application.contentChecks.stockCount(body) : [],
  ask: async ({ body }, call, deps) => {
    requireScope(call.principal, { bu: body.bu, node: body.node });
    return deps.application.recordStockCount(body, call.context);
  },
  tell: (value, receipt) => ({ body: { ...value, receipt }, etag: receipt.revision }),
});

export const stockCountRoutes: readonly Route[] = [recordCount];
