import { readModels } from '../reads.ts';
import { type Route, read } from '../route.ts';
import { deadLetter, deadLetterList, deadLetterParams, deadLetterQuery, projectionList } from '../schemas/audit.ts';
import { payloadFor } from './deadLetterPayload.ts';

const tag = 'Operations';

const listProjections = read({
  operation: 'listProjections',
  path: '/v1/ops/projections',
  tag,
  summary: 'State and lag of every projection',
  answer: projectionList,
  models: readModels,
  handle: async (_input, _call, deps) => ({ items: await deps.reads.listProjections(), nextCursor: null }),
});

const listDeadLetters = read({
  operation: 'listDeadLetters',
  path: '/v1/ops/dead-letters',
  tag,
  summary: 'What cannot go on: events, steps and messages, and what waits behind them',
  query: deadLetterQuery,
  answer: deadLetterList,
  models: readModels,
  handle: ({ query }, _call, deps) => deps.reads.deadLetters(query),
});

const readDeadLetter = read({
  operation: 'readDeadLetter',
  path: '/v1/ops/dead-letters/{deadLetterId}',
  tag,
  summary: 'What is stuck, with its payload as far as the caller may see it',
  params: deadLetterParams,
  answer: deadLetter,
  models: readModels,
  handle: async ({ params }, call, deps) => {
    const found = await deps.reads.deadLetterById(params.deadLetterId);
    if (found === undefined) return undefined;
    const { payload: _, bu: __, ...view } = found;
    return { ...view, ...(await payloadFor(found, call.principal, deps)) };
  },
});

export const opsRoutes: readonly Route[] = [listProjections, listDeadLetters, readDeadLetter];
