import { readModels } from '../reads.ts';
import { type Route, read } from '../route.ts';
import { deadLetterList, deadLetterQuery, projectionList } from '../schemas/audit.ts';

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

// Rebuilds (`POST /v1/ops/projections/{name}/rebuilds` and what follows from it) and replays take their place here.
export const opsRoutes: readonly Route[] = [listProjections, listDeadLetters];
