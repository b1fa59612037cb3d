import type { RebuildView } from '../../projections/rebuild/queries.ts';
import {
  type DifferenceReport,
  differingRows,
  type MoneyDifference,
  type Sample,
  type TableDifference,
} from '../../projections/rebuild/report.ts';
import { moneyWith, paint, table } from '../terminal.ts';
import { countText, type Shown, shortPosition, typed } from './command.ts';

const samplesShownMax = 20;
const valueCharsMax = 60;

const short = (value: string | null): string => {
  if (value === null) return 'nothing';
  return value.length > valueCharsMax ? `${value.slice(0, valueCharsMax)}…` : value;
};

const countsTable = (tables: readonly TableDifference[]): string =>
  table(
    ['Table', 'Rows live', 'Rows new', 'Changed', 'Only live', 'Only new', 'Declared', 'In sealed books'].map(
      (title, index) => (index === 0 ? { title } : { title, align: 'right' as const }),
    ),
    tables.map((each) => [
      each.table,
      ...[each.rowsLive, each.rowsNew, each.changed, each.onlyLive, each.onlyNew, each.expected, each.sealed].map(
        countText,
      ),
    ]),
  );

const kindText = { CHANGED: 'differs', ONLY_LIVE: 'is only in the live build', ONLY_NEW: 'is only in the new build' };

const basisText = {
  MISSED: 'the live row does not reflect it',
  EXTRA: 'only the live row reflects it',
  VALUE: 'both reflect it, with another outcome',
};

/** A row, what differs in it, and the first event since when it does. */
const sampleLines = (name: string, { kind, key, columns, sealed, hidden, firstEvent }: ShownSample) => {
  const inBooks = sealed ? paint('  in sealed books', 'red') : '';
  const values = hidden
    ? ['    (the values are not for this caller)']
    : kind === 'CHANGED'
      ? columns.map(({ column, live, new: next }) => `    ${column}: ${short(live)} live, ${short(next)} new`)
      : [];
  const since =
    firstEvent === null
      ? '    since an event that was not looked for: the row has too many'
      : `    since ${firstEvent.type} ${firstEvent.eventId} at ${shortPosition(firstEvent.position)}: ${basisText[firstEvent.basis]}`;
  return [
    `  ${paint(`${name} ${Object.values(key).join(' / ')}`, 'bold')} ${kindText[kind]}${inBooks}`,
    ...values,
    since,
  ];
};

type ShownSample = Sample & { readonly hidden?: boolean };

const samplesText = (tables: readonly TableDifference[]): readonly string[] => {
  const samples = tables.flatMap((each) => each.samples.map((sample) => ({ name: each.table, sample })));
  if (samples.length === 0) return [];
  const more = samples.length - samplesShownMax;
  return [
    '',
    'Rows that differ:',
    ...samples.slice(0, samplesShownMax).flatMap(({ name, sample }) => sampleLines(name, sample)),
    ...(more > 0 ? [`  and ${countText(more)} more samples with --json`] : []),
  ];
};

const moneyLine = ({ table: name, by, sums }: MoneyDifference): string => {
  const moved = sums
    .filter((sum) => sum.live !== sum.new)
    .map(
      (sum) =>
        `${sum.column} ${moneyWith(sum.live ?? '0', by.currency)} live, ${moneyWith(sum.new ?? '0', by.currency)} new`,
    );
  return `  ${name} ${Object.values(by).join(' ')}: ${moved.join('; ')}`;
};

/** What was compared and what differs, table by table. */
const differenceText = ({ class: found, position, rowsCompared, tables, money }: DifferenceReport): string => {
  const differing = tables.filter((each) => differingRows(each) > 0);
  const equal = tables.filter((each) => differingRows(each) === 0).map((each) => each.table);
  const colour = found === 'identical' ? 'green' : found === 'expected' ? 'cyan' : 'red';
  return [
    `${paint(found, colour)}: ${countText(rowsCompared)} rows compared, both builds at position ${shortPosition(position)}`,
    ...(differing.length > 0 ? ['', countsTable(differing)] : []),
    ...(differing.length > 0 && equal.length > 0 ? [`Equal: ${equal.join(', ')}`] : []),
    ...samplesText(differing),
    ...(money.length > 0 ? ['', 'Sums of money that differ:', ...money.map(moneyLine)] : []),
  ].join('\n');
};

/** The options that would declare what was found. */
const declaration = (tables: readonly TableDifference[]): string =>
  tables
    .flatMap((each) => [
      ...(each.changed > 0
        ? [`${each.table}:changed:${each.changedColumns.map(({ column }) => column).join(',')}`]
        : []),
      ...(each.onlyLive > 0 ? [`${each.table}:only-live`] : []),
      ...(each.onlyNew > 0 ? [`${each.table}:only-new`] : []),
    ])
    .map((change) => `--expect ${change}`)
    .join(' ');

const refusedText = ({ rebuildId, projection, difference }: RebuildView): readonly string[] => {
  const tables = difference?.tables ?? [];
  const sealed = tables.reduce((sum, each) => sum + each.sealed, 0);
  return [
    sealed > 0
      ? `Readers still see the live build. ${countText(sealed)} rows lie in a sealed GL batch or a closed period, which no declaration covers.`
      : 'Readers still see the live build: what differs was not declared.',
    'Either it is right, and a second person agrees:',
    `  ${typed} swap ${rebuildId} --reason "..."`,
    'or it is given up:',
    `  ${typed} abort ${rebuildId} --reason "..."`,
    ...(sealed > 0
      ? []
      : [
          'and asked for again with what is meant to differ:',
          `  ${typed} rebuild ${projection} ${declaration(tables)} --reason "..."`,
        ]),
  ];
};

/** What a person can do now. */
const nextStep = (view: RebuildView): readonly string[] => {
  const { state, rebuildId, projection, fromVersion, problem } = view;
  const again = `${typed} rebuild ${projection} --reason "..."`;
  switch (state) {
    case 'SWAPPED':
      return [
        `Readers see the new build. Build ${fromVersion} is kept; to go back to it:`,
        `  ${typed} rollback ${rebuildId} --reason "..."`,
      ];
    case 'AWAITING_SWAP':
      return [
        'Readers still see the live build: everything that differs was declared. To show them the new one:',
        `  ${typed} swap ${rebuildId} --reason "..."`,
      ];
    case 'REFUSED':
      return refusedText(view);
    case 'ROLLED_BACK':
      return [`Readers see build ${fromVersion} again, with everything that happened since.`];
    case 'ABORTED':
      return ['It was given up and leaves nothing behind. Readers never saw it.'];
    case 'FAILED':
      return [
        `It failed and leaves nothing behind: ${problem ?? 'no reason is known'}`,
        `After the cause is removed: ${again}`,
      ];
    default:
      return ['It goes on in the service.'];
  }
};

const exitCodeOf = ({ state }: RebuildView): number =>
  state === 'FAILED' || state === 'ABORTED' ? 1 : state === 'REFUSED' ? 4 : 0;

/** A rebuild as a person reads it: state, differences, what to do next. */
export const rebuildShown = (view: RebuildView): Shown => ({
  value: view,
  text: [
    `${paint(view.rebuildId, 'bold')}  ${view.state}`,
    ...(view.difference === null ? [] : [differenceText(view.difference)]),
    '',
    ...nextStep(view),
  ].join('\n'),
  exitCode: exitCodeOf(view),
});
