import type { Receipt } from '../../commands/ports.ts';
import type { PauseInput } from '../../commands/steering/pauses.ts';
import { stepRetry } from '../../commands/workers/dispatcher.ts';
import type { Paused, PauseGroup } from '../../domain/pause/events.ts';
import type { ApiDeps } from '../deps.ts';
import { requireAdapter, requireGroup } from '../knownGroup.ts';
import { type CommandCall, command, type Route, read } from '../route.ts';
import { adapterList, adapterParams, laneList, laneParams, pauseAnswer, pauseBody } from '../schemas/pauses.ts';

const tag = 'Operations';

const listLanes = read({
  operation: 'listLanes',
  path: '/v1/ops/lanes',
  tag,
  summary: 'What waits, what is held and what is slowed down, by business unit, channel, node, adapter and lane',
  answer: laneList,
  models: ['pauses'],
  handle: async (_input, _call, deps) => ({ items: await deps.reads.listLaneGroups(), nextCursor: null }),
});

const listAdapters = read({
  operation: 'listAdapters',
  path: '/v1/ops/adapters',
  tag,
  summary: 'State, lag and errors of every outside system, what goes there and how it is tried again',
  answer: adapterList,
  models: ['pauses'],
  handle: async (_input, _call, deps) => {
    const declared = new Map(
      deps.adapters.map(({ hasOwnWorker, agentOf: _, ...adapter }) => [
        adapter.name,
        { ...adapter, stepRetry: hasOwnWorker ? null : stepRetry },
      ]),
    );
    const found = await deps.reads.listAdapters(deps.adapters);
    const items = found.flatMap((adapter) => {
      const known = declared.get(adapter.name);
      const errorRate = adapter.calls === 0 ? 0 : adapter.errors / adapter.calls;
      return known === undefined ? [] : [{ ...known, ...adapter, errorRate }];
    });
    return { items, nextCursor: null };
  },
});

const laneOf = (key: string): Paused => {
  const at = key.indexOf(':');
  return { group: key.slice(0, at) as PauseGroup, key: key.slice(at + 1) };
};

const asked = async (
  verb: 'pauseWork' | 'resumeWork',
  of: Paused,
  { reason }: Pick<PauseInput, 'reason'>,
  call: CommandCall,
  deps: ApiDeps,
) => deps.operations[verb]({ ...of, reason, ...call.condition }, call.context);

const told = (key: string, value: { readonly paused: boolean }, receipt: Receipt) => ({
  body: { key, ...value, receipt },
});

const onAdapter = (verb: 'pauseWork' | 'resumeWork', operation: 'pauseAdapter' | 'resumeAdapter', summary: string) =>
  command({
    operation,
    path: `/v1/ops/adapters/{name}/${verb === 'pauseWork' ? 'pauses' : 'resumptions'}`,
    tag,
    summary,
    params: adapterParams,
    body: pauseBody,
    status: 201,
    answer: pauseAnswer,
    refusals: [404],
    ask: async ({ params, body }, call, deps) => {
      const known = deps.adapters.map(({ name }) => name);
      return asked(verb, requireAdapter(params.name, known), body, call, deps);
    },
    tell: (value, receipt, { params }) => told(`adapter:${params.name}`, value, receipt),
  });

const onLane = (verb: 'pauseWork' | 'resumeWork', operation: 'pauseLane' | 'resumeLane', summary: string) =>
  command({
    operation,
    path: `/v1/ops/lanes/{key}/${verb === 'pauseWork' ? 'pauses' : 'resumptions'}`,
    tag,
    summary,
    params: laneParams,
    body: pauseBody,
    status: 201,
    answer: pauseAnswer,
    refusals: [404],
    ask: async ({ params, body }, call, deps) => {
      const of = laneOf(params.key);
      if (verb === 'pauseWork') await requireGroup(of, call, deps);
      return asked(verb, of, body, call, deps);
    },
    tell: (value, receipt, { params }) => told(params.key, value, receipt),
  });

export const pauseRoutes: readonly Route[] = [
  listLanes,
  onLane('pauseWork', 'pauseLane', 'Hold a group or a lane: captures go on, what they lead to waits in order'),
  onLane('resumeWork', 'resumeLane', 'Let it go on'),
  listAdapters,
  onAdapter('pauseWork', 'pauseAdapter', 'Call an outside system no more: what is for it waits in order'),
  onAdapter('resumeWork', 'resumeAdapter', 'Call it again'),
];
