import { requireScope } from '../authorise.ts';
import { command, type Route, read } from '../route.ts';
import {
  breakList,
  breakQuery,
  runList,
  runParams,
  runQuery,
  runStarted,
  runView,
  startBody,
} from '../schemas/reconciliations.ts';

const tag = 'Operations';

const list = read({
  operation: 'listReconciliations',
  path: '/v1/ops/reconciliations',
  tag,
  summary: 'Comparisons with partners, newest first: how far each came, and how much differed',
  query: runQuery,
  answer: runList,
  models: ['reconciliations'],
  handle: ({ query }, call, deps) => deps.reads.listReconciliations(query, call.scope),
});

const readOne = read({
  operation: 'readReconciliation',
  path: '/v1/ops/reconciliations/{runId}',
  tag,
  summary: 'One comparison with a partner',
  description: 'What differed when it looked is at `/v1/ops/reconciliation-breaks?runId=`.',
  params: runParams,
  answer: runView,
  models: ['reconciliations'],
  handle: ({ params }, call, deps) => deps.reads.reconciliationById(params.runId, call.scope),
});

const breaks = read({
  operation: 'listReconciliationBreaks',
  path: '/v1/ops/reconciliation-breaks',
  tag,
  summary: 'What partners and we say differently, why, and what was done about it; newest first',
  description:
    'A difference is one break for as long as it lasts. What can be cured by repeating a message heals by itself; what stands OPEN takes a person and has a case in `/v1/ops/exceptions`.',
  query: breakQuery,
  answer: breakList,
  models: ['reconciliations'],
  handle: ({ query }, call, deps) => deps.reads.listReconciliationBreaks(query, call.scope),
});

const start = command({
  operation: 'startReconciliation',
  path: '/v1/ops/reconciliations',
  tag,
  summary: 'Compare with a partner now',
  description:
    'A worker takes it within seconds; its state says how it went. It changes nothing but what differs: it repeats messages, tells and asks again, and never corrects goods or money.',
  body: startBody,
  status: 202,
  answer: runStarted,
  refusals: [],
  creates: true,
  ask: async ({ body }, call, deps) => {
    requireScope(call.principal, { bu: body.bu });
    return deps.operations.startReconciliation(body, call.context);
  },
  tell: (value, receipt) => ({
    body: { ...value, receipt },
    location: `/v1/ops/reconciliations/${value.runId}`,
  }),
});

export const reconciliationRoutes: readonly Route[] = [list, readOne, breaks, start];
