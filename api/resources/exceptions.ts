import { command, type Route, read } from '../route.ts';
import {
  assignBody,
  caseAssigned,
  caseList,
  caseParams,
  caseQuery,
  caseResolved,
  caseView,
  resolveBody,
  slaList,
  slaQuery,
} from '../schemas/exceptions.ts';
import { requireCase } from '../visibility.ts';

const tag = 'Operations';

const list = read({
  operation: 'listExceptions',
  path: '/v1/ops/exceptions',
  tag,
  summary: 'What runs over its limit: the work of ops and finance, by money at risk, age or due time',
  description:
    'A case is opened within seconds of a breach, once for each class and object, and closed by itself when what it is about is over.',
  query: caseQuery,
  answer: caseList,
  models: ['exceptions', 'orders'],
  handle: ({ query }, call, deps) => deps.reads.listCases(query, call.scope),
});

const readOne = read({
  operation: 'readException',
  path: '/v1/ops/exceptions/{caseId}',
  tag,
  summary: 'One exception: what it is about, whose it is and what to do next',
  params: caseParams,
  answer: caseView,
  models: ['exceptions', 'orders'],
  handle: ({ params }, call, deps) => deps.reads.caseById(params.caseId, call.scope),
});

const assign = command({
  operation: 'assignException',
  path: '/v1/ops/exceptions/{caseId}/assignments',
  tag,
  summary: 'Say who takes care of an exception',
  description: 'Whoever had it has it no more; send `If-Match` so that nobody takes it from another by mistake.',
  params: caseParams,
  body: assignBody,
  status: 201,
  answer: caseAssigned,
  ask: async ({ params: { caseId }, body: { owner, note = null } }, call, deps) => {
    const { bu } = await requireCase(caseId, call, deps);
    return deps.operations.assignCase({ caseId, bu, owner, note, ...call.condition }, call.context);
  },
  tell: (value, receipt, { params }) => ({ body: { ...params, ...value, receipt }, etag: receipt.revision }),
});

const resolve = command({
  operation: 'resolveException',
  path: '/v1/ops/exceptions/{caseId}/resolutions',
  tag,
  summary: 'Say that an exception is fixed, or that nothing is to be done about it',
  params: caseParams,
  body: resolveBody,
  status: 201,
  answer: caseResolved,
  ask: async ({ params: { caseId }, body }, call, deps) => {
    const { bu } = await requireCase(caseId, call, deps);
    return deps.operations.resolveCase({ caseId, bu, ...body, ...call.condition }, call.context);
  },
  tell: (value, receipt, { params }) => ({ body: { ...params, ...value, receipt }, etag: receipt.revision }),
});

const slas = read({
  operation: 'listSlas',
  path: '/v1/ops/slas',
  tag,
  summary: 'Every service level: its limit, the worst now, how many are over it and since when; the worst first',
  query: slaQuery,
  answer: slaList,
  models: [
    'exceptions',
    'orders',
    'inventory',
    'shipments',
    'invoices',
    'gl_staging',
    'periods',
    'master_data',
    'partner_documents',
  ],
  handle: async ({ query }, call, deps) => ({
    items: await deps.reads.slaBoard(query.bu, call.scope),
    nextCursor: null,
  }),
});

export const exceptionRoutes: readonly Route[] = [list, readOne, assign, resolve, slas];
