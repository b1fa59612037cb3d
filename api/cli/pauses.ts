import type { z } from 'zod';
import type { LaneGroupView } from '../../projections/pauses/queries.ts';
import type { adapterList } from '../schemas/pauses.ts';
import { table } from '../terminal.ts';
import { type CliCommand, type CliOptions, reasonIn, reasonOption, Stop } from './command.ts';
import { callService } from './service.ts';

type Adapter = z.output<typeof adapterList>['items'][number];

const pausedText = (by: string | null, reason: string | null): string =>
  by === null ? '' : `held by ${by}: ${reason ?? ''}`;

/** When it was, too: an error of this morning says nothing against a partner that answers. */
const lastErrorText = ({ lastErrorClass, lastErrorAt }: Adapter): string =>
  lastErrorClass === null ? '' : `last error ${lastErrorClass} at ${lastErrorAt}`;

/** An agent that is away explains everything else, so it is said first. */
const remarkOn = (one: Adapter): string => {
  if (one.pausedBy !== null) return pausedText(one.pausedBy, one.pauseReason);
  if (one.agent?.agents !== 0) return lastErrorText(one);
  return `no agent is there, ${one.agent.lastSeenAt === null ? 'none ever was' : `none since ${one.agent.lastSeenAt}`}`;
};

const adapterTable = (items: readonly Adapter[]): string =>
  table(
    [
      { title: 'Adapter' },
      { title: 'State' },
      { title: 'Waiting', align: 'right' },
      { title: 'Lag s', align: 'right' },
      { title: 'Calls 5 min', align: 'right' },
      { title: 'Errors', align: 'right' },
      { title: 'Last success' },
      { title: '' },
    ],
    items.map((one) => [
      one.name,
      one.state,
      String(one.waiting),
      one.lagSeconds.toFixed(1),
      String(one.calls),
      `${(one.errorRate * 100).toFixed(0)} %`,
      one.lastSuccessAt ?? 'never',
      remarkOn(one),
    ]),
  );

export const adaptersCommand: CliCommand = {
  usage: 'adapters',
  summary: 'State, lag and errors of every outside system',
  callsService: true,
  examples: ['adapters', 'adapters --json'],
  run: async (_args, options) => {
    const { items } = await (await callService(options)).get<{ readonly items: readonly Adapter[] }>(
      '/v1/ops/adapters',
    );
    return { value: items, text: adapterTable(items) };
  },
};

const rateText = (limit: LaneGroupView['limit']): string => (limit === null ? '' : `${limit.steps}/${limit.per}`);

/** What people did to it, who, since when and why. */
const doneTo = (one: LaneGroupView): string =>
  [
    one.paused ? `held by ${one.pausedBy} since ${one.pausedAt}: ${one.reason}` : '',
    one.limit === null ? '' : `limited by ${one.limitedBy} since ${one.limitedAt}: ${one.limitReason}`,
  ]
    .filter((text) => text !== '')
    .join('; ');

export const laneTable = (items: readonly LaneGroupView[]): string =>
  table(
    [
      { title: 'Lane' },
      { title: 'State' },
      { title: 'Waiting', align: 'right' },
      { title: 'Failing', align: 'right' },
      { title: 'Lag s', align: 'right' },
      { title: 'Limit', align: 'right' },
      { title: '' },
    ],
    items.map((one) => [
      one.key,
      one.paused ? 'PAUSED' : one.limit === null ? 'RUNNING' : 'LIMITED',
      String(one.waiting),
      String(one.failing),
      one.lagSeconds.toFixed(1),
      rateText(one.limit),
      doneTo(one),
    ]),
  );

export const lanesCommand: CliCommand = {
  usage: 'lanes',
  summary:
    'What waits, what is held and what is slowed down, by business unit, channel, node, adapter, manager and lane',
  callsService: true,
  examples: ['lanes', 'lanes --json'],
  run: async (_args, options) => {
    const { items } = await (await callService(options)).get<{ readonly items: readonly LaneGroupView[] }>(
      '/v1/ops/lanes',
    );
    return { value: items, text: items.length === 0 ? 'Nothing waits, is held or is slowed down.' : laneTable(items) };
  },
};

const adapterPrefix = 'adapter:';

const pathOf = (key: string, what: 'pauses' | 'resumptions'): string =>
  key.startsWith(adapterPrefix)
    ? `/v1/ops/adapters/${encodeURIComponent(key.slice(adapterPrefix.length))}/${what}`
    : `/v1/ops/lanes/${encodeURIComponent(key)}/${what}`;

const send = async (key: string, what: 'pauses' | 'resumptions', options: CliOptions) => {
  const reason = reasonIn(options);
  if (!/^(adapter|bu|channel|node|process|lane):./.test(key))
    throw new Stop(
      `${key} is no lane. Say adapter:<name>, bu:<code>, channel:<code>, node:<code>, process:<manager>.<bu> or lane:<key>.`,
      2,
    );
  const value = await (await callService(options)).post<{ readonly paused: boolean }>(pathOf(key, what), { reason });
  return { value, text: `${key} is ${value.paused ? 'held; what it leads to waits in order' : 'let go'}.` };
};

export const pauseCommand: CliCommand = {
  usage: 'pause <lane>',
  summary:
    'Hold adapter:<name>, bu:<code>, channel:<code>, node:<code>, process:<manager>.<bu> or lane:<key>; captures go on',
  options: [reasonOption],
  callsService: true,
  examples: ['pause adapter:erp --reason "their upgrade tonight"', 'pause node:DC-EAST --reason "fire alarm"'],
  run: ([key = ''], options) => send(key, 'pauses', options),
};

export const resumeCommand: CliCommand = {
  usage: 'resume <lane>',
  summary: 'Let go what was held',
  options: [reasonOption],
  callsService: true,
  examples: ['resume adapter:erp --reason "upgrade is over"'],
  run: ([key = ''], options) => send(key, 'resumptions', options),
};
