import type { z } from 'zod';
import type { ProjectionView } from '../../projections/freshness.ts';
import type { LaneGroupView } from '../../projections/pauses/queries.ts';
import type { DeadLetterView } from '../../projections/stuck.ts';
import type { adapterList } from '../schemas/pauses.ts';
import { paint, table } from '../terminal.ts';
import { type CliCommand, countText, shortPosition } from './command.ts';
import { allItems } from './pages.ts';
import { laneTable } from './pauses.ts';
import { problemLines, projectionTable } from './projections.ts';
import { callService, reached } from './service.ts';

type Health = {
  readonly status: string;
  readonly parts: readonly { readonly name: string; readonly ready: boolean; readonly detail?: string }[];
};

type Adapter = z.output<typeof adapterList>['items'][number];

type Status = {
  readonly url: string;
  readonly health: Health;
  readonly logHead: string;
  readonly projections: readonly ProjectionView[];
  readonly deadLetters: readonly Pick<DeadLetterView, 'id' | 'kind' | 'consumer' | 'laneKey'>[];
  readonly adapters: readonly Adapter[];
  /** What is held or slowed down. */
  readonly groups: readonly LaneGroupView[];
};

const timeoutMs = 5_000;

/** It answers 503 with the same document when a part is not ready. */
const healthOf = async (url: string): Promise<Health> => {
  const asked = fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(timeoutMs) });
  return (await (await reached(url, asked)).json()) as Health;
};

const healthText = ({ parts }: Health): string =>
  parts
    .map(({ name, ready, detail }) => {
      if (ready) return detail === undefined ? `${name} ready` : `${name} ready (${detail})`;
      return paint(`${name} ${detail ?? 'not ready'}`, 'red');
    })
    .join(', ');

const partnerTable = (rows: readonly Adapter[]): string =>
  table(
    [{ title: 'Partner' }, { title: 'State' }, { title: 'Waiting', align: 'right' }, { title: 'Last success' }],
    rows.map(({ name, state, waiting, lastSuccessAt }) => [name, state, countText(waiting), lastSuccessAt ?? 'never']),
  );

const deadLetterText = (all: Status['deadLetters']): string => {
  if (all.length === 0) return 'Nothing is stuck.';
  const counts = [...Map.groupBy(all, ({ consumer, kind }) => `${consumer} ${kind}`)];
  const told = counts.map(([what, each]) => paint(`${countText(each.length)} ${what}`, 'red')).join(', ');
  return `${told}. Look at them with: throughline dead-letters`;
};

const pageOf = ({ url, health, logHead, projections, deadLetters, adapters, groups }: Status): string =>
  [
    `${paint(url, 'bold')}  ${healthText(health)}  log at ${shortPosition(logHead)}`,
    '',
    projectionTable(projections),
    ...problemLines(projections),
    '',
    partnerTable(adapters),
    '',
    ...(groups.length === 0 ? [] : [laneTable(groups), '']),
    deadLetterText(deadLetters),
  ].join('\n');

const isWell = ({ health, projections, deadLetters }: Status): boolean =>
  health.status === 'ready' &&
  projections.every(({ state }) => state !== 'STOPPED') &&
  deadLetters.every(({ kind }) => kind === 'RETRYING');

export const statusCommand: CliCommand = {
  usage: 'status',
  summary:
    'One page: the service, its log, read models, partners, and what is stuck. Ends with 1 when somebody has to look',
  callsService: true,
  examples: ['status', 'status --json'],
  run: async (_args, options) => {
    const service = await callService(options);
    const [health, { items: projections }, { items: adapters }, { items: lanes }, deadLetters] = await Promise.all([
      healthOf(service.url),
      service.get<{ readonly items: readonly ProjectionView[] }>('/v1/ops/projections'),
      service.get<{ readonly items: readonly Adapter[] }>('/v1/ops/adapters'),
      service.get<{ readonly items: readonly LaneGroupView[] }>('/v1/ops/lanes'),
      allItems<DeadLetterView>(service, '/v1/ops/dead-letters'),
    ]);
    const logHead =
      projections
        .map(({ position }) => position)
        .sort()
        .at(-1) ?? '0';
    const live = projections.filter((one) => one.live);
    const groups = lanes.filter(({ paused, limit }) => paused || limit !== null);
    const status: Status = { url: service.url, health, logHead, projections: live, deadLetters, adapters, groups };
    return { value: status, text: pageOf(status), exitCode: isWell(status) ? 0 : 1 };
  },
};
