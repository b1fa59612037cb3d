import { setTimeout as delay } from 'node:timers/promises';
import type { z } from 'zod';
import type { replay } from '../schemas/replays.ts';
import { paint, table } from '../terminal.ts';
import { type CliCommand, endProgress, progress, reasonIn, reasonOption, Stop, textOption } from './command.ts';
import { callService, type Service } from './service.ts';

type Replay = z.output<typeof replay>;
type Preview = NonNullable<Replay['previews']>[number];
type Row = Preview['rows'][number];

const followEveryMs = 300;
const valueCharsMax = 60;

const keyText = (key: Row['key']): string =>
  Object.entries(key)
    .map(([column, value]) => `${column}=${value}`)
    .join(' ');

const short = (value: string | null | undefined): string => {
  const text = value ?? 'null';
  return text.length > valueCharsMax ? `${text.slice(0, valueCharsMax)}…` : text;
};

/** Columns that differ; of a row that is new, all that have a value. */
const changeLines = ({ before, after, hidden }: Row): readonly string[] => {
  if (hidden) return ['      (the values are not for this caller)'];
  const columns = Object.keys(after ?? before ?? {});
  return columns
    .filter((column) => (before?.[column] ?? null) !== (after?.[column] ?? null))
    .map((column) =>
      before === null || after === null
        ? `      ${column}: ${short((after ?? before)?.[column])}`
        : `      ${column}: ${short(before[column])} → ${short(after[column])}`,
    );
};

const rowLines = (row: Row): readonly string[] => {
  const [sign, colour] =
    row.before === null
      ? (['+', 'green'] as const)
      : row.after === null
        ? (['-', 'red'] as const)
        : (['~', 'cyan'] as const);
  return [paint(`    ${sign} ${row.table} ${keyText(row.key)}`, colour), ...changeLines(row)];
};

const produced = { YES: 'already there', NO: 'new', UNKNOWN: 'cannot be told, sent under the same id' } as const;

const messageLine = ({ id, step, partner, ...told }: Preview['messages'][number]): string => {
  const known = [produced[told.produced], ...(told.document === null ? [] : [told.document])].join(': ');
  const why = told.detail === null ? '' : `  ${told.detail}`;
  return `    ${step}${partner === null ? '' : ` → ${partner}`}  ${known}  ${id}${why}`;
};

const decisionLines = ({ id, outcome, error, events }: Preview['decisions'][number]): readonly string[] => [
  `    ${id}  ${error === null ? outcome : `${outcome} ${error.class}: ${error.detail}`}`,
  ...events.map(({ stream, type }) => paint(`      + ${type}  ${stream}`, 'green')),
];

const previewLines = (preview: Preview): readonly string[] => [
  paint(`${preview.consumer}  ${preview.laneKey}`, 'bold'),
  `  ${preview.applied} of ${preview.waitingCount} waiting would go through.`,
  ...(preview.error === null ? [] : [paint(`  Then: ${preview.error.class}: ${preview.error.detail}`, 'red')]),
  `  Rows: ${preview.rowCount}`,
  ...preview.rows.flatMap(rowLines),
  `  Messages: ${preview.messages.length}`,
  ...preview.messages.map(messageLine),
  ...preview.decisions.flatMap(decisionLines),
];

const outcomeTable = ({ lanes }: Replay): string =>
  table(
    [
      { title: 'Consumer' },
      { title: 'Lane' },
      { title: 'Replayed', align: 'right' },
      { title: 'Still blocked', align: 'right' },
      { title: 'Why' },
    ],
    lanes.map((lane) => [
      lane.consumer,
      lane.laneKey,
      String(lane.replayed),
      String(lane.stillBlocked ?? '…'),
      lane.error ?? '',
    ]),
  );

const finished = async (service: Service, replayId: string): Promise<Replay> => {
  for (;;) {
    const now = await service.get<Replay>(`/v1/ops/replays/${replayId}`);
    const done = now.lanes.reduce((sum, { replayed }) => sum + replayed, 0);
    progress(`${done} of ${now.messages} replayed`);
    if (now.state !== 'RUNNING') {
      endProgress();
      return now;
    }
    await delay(followEveryMs);
  }
};

const askedFor = (ids: readonly string[], lane: string | undefined, consumer: string | undefined) => {
  if (ids.length > 0 && lane === undefined) return { deadLetterIds: ids };
  if (ids.length === 0 && lane !== undefined) return { laneKey: lane, ...(consumer !== undefined && { consumer }) };
  throw new Stop('Name dead letters by their ids, or a lane with --lane: one of the two.', 2);
};

export const replayCommand: CliCommand = {
  usage: 'replay [deadLetterIds...]',
  summary: 'Go on with blocked lanes after a fix, or see with --dry-run what that would do',
  options: [
    reasonOption,
    { flags: '--lane <key>', text: 'a lane by its key instead of dead letters by their ids' },
    { flags: '--consumer <name>', text: 'with --lane: only of this consumer' },
    { flags: '--dry-run', text: 'show the rows and messages that would result; nothing is changed' },
  ],
  callsService: true,
  examples: [
    'replay 12 --dry-run --reason "fold of holds corrected"',
    'replay 12 --reason "fold of holds corrected"',
    'replay --lane order:01JD0000000000000000000001 --reason "price list corrected"',
  ],
  run: async (ids, options) => {
    const reason = reasonIn(options);
    const selection = askedFor(ids, textOption(options, 'lane'), textOption(options, 'consumer'));
    const service = await callService(options);
    const dryRun = options.dryRun === true;
    const asked = await service.post<Replay>('/v1/ops/replays', { ...selection, dryRun, reason });
    if (dryRun) return { value: asked, text: (asked.previews ?? []).flatMap(previewLines).join('\n') };
    const done = await finished(service, asked.replayId);
    const isFree = done.lanes.every(({ stillBlocked }) => stillBlocked === 0);
    return { value: done, text: outcomeTable(done), exitCode: isFree ? 0 : 1 };
  },
};
