import { stepPartners } from '../../domain/orderToCash/steps.ts';
import type { Limited, LimitGroup } from '../../domain/rateLimit/events.ts';
import { settled } from '../outcome.ts';
import { HttpProblem } from '../problem.ts';
import { command, type Route } from '../route.ts';
import { limitAnswer, limitBody, limitParams, pauseBody } from '../schemas/pauses.ts';

const tag = 'Operations';

const partners: ReadonlySet<string> = new Set(Object.values(stepPartners));

/** Throws `HttpProblem` 404 for an adapter that no step calls: there would be nothing to slow down. */
const groupOf = (name: string): Limited => {
  const at = name.indexOf(':');
  const [group, key] = [name.slice(0, at) as LimitGroup, name.slice(at + 1)];
  if (group === 'adapter' && !partners.has(key)) throw new HttpProblem('NOT_FOUND', `No step calls an adapter ${key}.`);
  return { group, key };
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
  handle: async ({ params, body }, call, deps) => {
    const input = { ...groupOf(params.key), ...body, ...call.condition };
    const { value, receipt } = settled(await deps.operations.limitWork(input, call.context));
    return { body: { key: params.key, ...value, receipt }, position: receipt.position };
  },
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
  handle: async ({ params, body }, call, deps) => {
    const input = { ...groupOf(params.key), ...body, ...call.condition };
    const { value, receipt } = settled(await deps.operations.liftLimit(input, call.context));
    return { body: { key: params.key, ...value, receipt }, position: receipt.position };
  },
});

export const rateLimitRoutes: readonly Route[] = [limitLane, liftLaneLimit];
