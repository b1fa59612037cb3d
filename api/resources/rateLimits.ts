import type { Limited, LimitGroup } from '../../domain/rateLimit/events.ts';
import type { ApiDeps } from '../deps.ts';
import { requireAdapter, requireGroup } from '../knownGroup.ts';
import { command, type Route } from '../route.ts';
import { limitAnswer, limitBody, limitParams, pauseBody } from '../schemas/pauses.ts';

const tag = 'Operations';

/** Throws `HttpProblem` 404 for an adapter that there is not: of one that no step calls there would be nothing to slow down. */
const groupOf = (name: string, { adapters }: Pick<ApiDeps, 'adapters'>): Limited => {
  const partners = adapters.filter(({ hasOwnWorker }) => hasOwnWorker !== true).map((each) => each.name);
  const at = name.indexOf(':');
  const [group, key] = [name.slice(0, at) as LimitGroup, name.slice(at + 1)];
  return group === 'adapter' ? requireAdapter(key, partners) : { group, key };
};

const limitLane = command({
  operation: 'limitLane',
  path: '/v1/ops/lanes/{key}/limits',
  tag,
  summary: 'Slow a group down to so many steps a second or minute: captures go on, what they lead to waits in order',
  params: limitParams,
  body: limitBody,
  status: 201,
  answer: limitAnswer,
  refusals: [404],
  ask: async ({ params, body }, call, deps) => {
    const of = groupOf(params.key, deps);
    await requireGroup(of, call, deps);
    return deps.operations.limitWork({ ...of, ...body, ...call.condition }, call.context);
  },
  tell: (value, receipt, { params }) => ({ body: { key: params.key, ...value, receipt } }),
});

const liftLaneLimit = command({
  operation: 'liftLaneLimit',
  path: '/v1/ops/lanes/{key}/limit-removals',
  tag,
  summary: 'Let it go as fast as it can again',
  params: limitParams,
  body: pauseBody,
  status: 201,
  answer: limitAnswer,
  refusals: [404],
  ask: async ({ params, body }, call, deps) =>
    deps.operations.liftLimit({ ...groupOf(params.key, deps), ...body, ...call.condition }, call.context),
  tell: (value, receipt, { params }) => ({ body: { key: params.key, ...value, receipt } }),
});

export const rateLimitRoutes: readonly Route[] = [limitLane, liftLaneLimit];
