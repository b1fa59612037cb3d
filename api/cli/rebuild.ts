import { setTimeout as delay } from 'node:timers/promises';
import type { RebuildView } from '../../projections/rebuild/queries.ts';
import type { DifferenceReport } from '../../projections/rebuild/report.ts';
import { table } from '../terminal.ts';
import { type CliCommand, type CliOptions, endProgress, progress, type Shown, Stop, textOption } from './command.ts';
import { callService, type Service } from './service.ts';

const followIntervalMs = 300;
const barWidth = 30;

const inMinutes = (seconds: number): string =>
  seconds < 60 ? `${Math.ceil(seconds)} s` : `${Math.floor(seconds / 60)} min ${Math.ceil(seconds % 60)} s`;

/** `[#####.....]  52 %  41,200 of 79,000 events  21,400/s  2 s left` */
export const progressLine = ({ state, processed, total, eventsPerSecond, etaSeconds }: RebuildView): string => {
  const share = total > 0 ? Math.min(1, processed / total) : 0;
  const done = Math.round(share * barWidth);
  const bar = `[${'#'.repeat(done)}${'.'.repeat(barWidth - done)}]`;
  if (state !== 'REPLAYING') return `${bar} ${state}`;
  const [seen, all, rate] = [processed, total, Math.round(eventsPerSecond)].map((n) => n.toLocaleString('en-US'));
  const left = etaSeconds === null ? '' : `  ${inMinutes(etaSeconds)} left`;
  return `${bar} ${Math.floor(share * 100)} %  ${seen} of ${all} events  ${rate}/s${left}`;
};

const finalStates: ReadonlySet<string> = new Set([
  'AWAITING_SWAP',
  'REFUSED',
  'SWAPPED',
  'ROLLED_BACK',
  'ABORTED',
  'FAILED',
]);

/** Shows how far it is until `isOver`. */
const follow = async (
  service: Service,
  rebuildId: string,
  isOver: (view: RebuildView) => boolean,
): Promise<RebuildView> => {
  for (;;) {
    const view = await service.get<RebuildView>(`/v1/ops/rebuilds/${rebuildId}`);
    progress(progressLine(view));
    if (isOver(view)) {
      endProgress();
      return view;
    }
    await delay(followIntervalMs);
  }
};

/** An identical rebuild goes on to its swap by itself. */
const isDecided = ({ state, difference }: RebuildView): boolean =>
  finalStates.has(state) && !(state === 'AWAITING_SWAP' && difference?.class === 'identical');

const samplesShownMax = 20;

const differenceText = ({ class: found, position, tables, money }: DifferenceReport): string => {
  const rows = tables.map((each) =>
    [each.table, each.rowsLive, each.rowsNew, each.changed, each.onlyLive, each.onlyNew, each.sealed].map(String),
  );
  const titles = ['Table', 'Rows live', 'Rows new', 'Changed', 'Only live', 'Only new', 'In sealed books'];
  const counts = table(
    titles.map((title, index) => (index === 0 ? { title } : { title, align: 'right' as const })),
    rows,
  );
  const samples = tables.flatMap((each) => each.samples.map((sample) => ({ ...sample, table: each.table })));
  const lines = samples.slice(0, samplesShownMax).map(({ table: name, kind, key, columns, firstEvent }) => {
    const values = columns.map(({ column, live, new: next }) => `${column} ${live} -> ${next}`).join(', ');
    const cause =
      firstEvent === null ? 'its first event was not looked for' : `${firstEvent.type} ${firstEvent.eventId}`;
    return `  ${name} ${Object.values(key).join('/')} ${kind}${kind === 'CHANGED' ? `: ${values}` : ''}\n    since ${cause}`;
  });
  const more = samples.length > samplesShownMax ? [`  and ${samples.length - samplesShownMax} more with --json`] : [];
  const sums = money.map(
    ({ by, sums: all }) =>
      `  ${Object.values(by).join(' ')}: ${all.map((sum) => `${sum.column} ${sum.live} -> ${sum.new}`).join(', ')}`,
  );
  return [
    `${found} at position ${position.replace(/^0+(?=\d)/, '')}`,
    counts,
    ...(lines.length > 0 ? ['', ...lines, ...more] : []),
    ...(sums.length > 0 ? ['', 'Money:', ...sums] : []),
  ].join('\n');
};

const nextStep = ({ state, rebuildId, problem }: RebuildView): string => {
  if (state === 'SWAPPED')
    return `Readers see it. The build from before is kept: throughline rollback ${rebuildId} --reason "..."`;
  if (state === 'AWAITING_SWAP') return `As declared. Show it to readers: throughline swap ${rebuildId} --reason "..."`;
  if (state === 'REFUSED')
    return `Not as declared, or in sealed books. A second person must agree: throughline swap ${rebuildId} --reason "...", or throughline abort ${rebuildId} --reason "..."`;
  return problem ?? state;
};

const exitCodeOf = ({ state }: RebuildView): number =>
  state === 'FAILED' || state === 'ABORTED' ? 1 : state === 'REFUSED' ? 4 : 0;

const shown = (view: RebuildView): Shown => ({
  value: view,
  text: [
    `${view.rebuildId}: ${view.state}`,
    ...(view.difference === null ? [] : [differenceText(view.difference)]),
    nextStep(view),
  ].join('\n'),
  exitCode: exitCodeOf(view),
});

const reasonOf = (options: CliOptions): string => {
  const reason = textOption(options, 'reason');
  if (reason === undefined) throw new Stop('Say why with --reason "...": it stays in the log.', 2);
  return reason;
};

const reasonOption = { flags: '--reason <text>', text: 'why; it stays in the log' };

export const rebuildCommand: CliCommand = {
  usage: 'rebuild <projection>',
  summary: 'Build a read model anew beside the live one, compare both, and show it when nothing differs',
  callsService: true,
  options: [reasonOption],
  examples: ['rebuild orders --reason "the fix of yesterday"'],
  run: async ([name = ''], options) => {
    const service = await callService(options);
    const reason = reasonOf(options);
    const { rebuildId } = await service.post<{ rebuildId: string }>(
      `/v1/ops/projections/${encodeURIComponent(name)}/rebuilds`,
      { reason },
    );
    return shown(await follow(service, rebuildId, isDecided));
  },
};

const decisionCommand = (
  word: string,
  noun: string,
  summary: string,
  isOver: (view: RebuildView) => boolean,
): CliCommand => ({
  usage: `${word} <rebuild>`,
  summary,
  callsService: true,
  options: [reasonOption],
  examples: [`${word} orders-v2 --reason "looked at every difference"`],
  run: async ([rebuildId = ''], options) => {
    const service = await callService(options);
    const reason = reasonOf(options);
    await service.post(`/v1/ops/rebuilds/${encodeURIComponent(rebuildId)}/${noun}`, { reason });
    const view = await follow(service, rebuildId, isOver);
    return { value: view, text: `${rebuildId}: ${view.state}`, exitCode: view.state === 'FAILED' ? 1 : 0 };
  },
});

const isOneOf =
  (...states: readonly string[]) =>
  ({ state }: RebuildView): boolean =>
    states.includes(state);

export const swapCommand = decisionCommand(
  'swap',
  'swaps',
  'Show readers a rebuilt read model',
  isOneOf('SWAPPED', 'FAILED'),
);
export const rollbackCommand = decisionCommand(
  'rollback',
  'rollbacks',
  'Show readers the build from before the swap again',
  isOneOf('ROLLED_BACK', 'FAILED'),
);
export const abortCommand = decisionCommand(
  'abort',
  'aborts',
  'Give a rebuild up; readers never saw it',
  isOneOf('ABORTED', 'FAILED'),
);
