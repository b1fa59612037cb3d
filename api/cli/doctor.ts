import { sql } from 'kysely';
import { toDomain } from '../../commands/codec.ts';
import type { EventFeed, Position } from '../../domain/eventLog.ts';
import { projections } from '../../projections/catalogue.ts';
import { ledgerAt, ledgerIn } from '../../projections/glStaging/source.ts';
import { type TieOutView, tieOuts } from '../../projections/glStaging/tieOuts.ts';
import { progressMeter } from '../../projections/rebuild/progress.ts';
import { type Recomputed, recompute } from '../../projections/rebuild/recompute.ts';
import { differingRows } from '../../projections/rebuild/report.ts';
import { moneyWith, paint, table } from '../terminal.ts';
import { countText, endProgress, progress, type Shown, Stop, shortPosition } from './command.ts';
import { type Database, withDatabase, withLog } from './database.ts';
import { progressLine } from './rebuildProgress.ts';

type TiedOut = { readonly bu: string; readonly live: readonly TieOutView[]; readonly again: readonly TieOutView[] };

type Diagnosis = { readonly models: readonly Recomputed[]; readonly tieOuts: readonly TiedOut[] };

/** One doctor at a time: they would work on the same tables. The lock goes with the connection, so a killed one leaves none. */
const alone = <T>(db: Database, work: () => Promise<T>): Promise<T> =>
  db.connection().execute(async (connection) => {
    const { rows } = await sql<{
      free: boolean;
    }>`select pg_try_advisory_lock(hashtextextended('throughline doctor', 0)) as free`.execute(connection);
    if (rows[0]?.free !== true) throw new Stop('Another doctor is at work on this database.', 1);
    try {
      return await work();
    } finally {
      await sql`select pg_advisory_unlock(hashtextextended('throughline doctor', 0))`.execute(connection);
    }
  });

/** The tie-outs of every business unit, from the live rows as they were at `position` and from the rows made again. */
const tieAll = async (db: Database, position: Position | 'start', schemaOf: (projection: string) => string) => {
  if (position === 'start') return [];
  const { rows } = await sql<{ bu: string }>`select bu from rm.business_unit order by bu`.execute(db);
  const tied: TiedOut[] = [];
  for (const { bu } of rows) {
    const live = await tieOuts(db, { bu }, undefined, ledgerAt(position));
    tied.push({ bu, live, again: await tieOuts(db, { bu }, undefined, ledgerIn(schemaOf)) });
  }
  return tied;
};

/** How far the read models have read the log: so far they are made again. */
const furthest = async (db: Database): Promise<Position | 'start'> => {
  const { rows } = await sql<{
    position: Position | null;
  }>`select max(position) as position from ops.projection where live`.execute(db);
  return rows[0]?.position ?? 'start';
};

const diagnose = (db: Database, feed: Pick<EventFeed, 'readAfter'>): Promise<Diagnosis> =>
  alone(db, async () => {
    const meter = progressMeter(await furthest(db));
    const replayed = async (position: Position | 'start', more: number): Promise<void> => {
      const at = meter(position, more);
      const etaSeconds = at.eventsPerSecond > 0 ? (at.total - at.processed) / at.eventsPerSecond : null;
      progress(progressLine({ state: 'REPLAYING', ...at, etaSeconds }));
    };
    const comparing = (projection: string): void => progress(`the log is read; comparing ${projection}`);
    const look = (position: Position | 'start', schemaOf: (projection: string) => string) =>
      tieAll(db, position, schemaOf);
    const { models, seen } = await recompute({ db, feed, decode: toDomain }, projections, look, {
      replayed,
      comparing,
    });
    endProgress();
    return { models, tieOuts: seen };
  });

const rowsDiffering = ({ difference }: Recomputed): number =>
  (difference?.tables ?? []).reduce((sum, each) => sum + differingRows(each), 0);

const isSound = (model: Recomputed): boolean => model.problem === null && rowsDiffering(model) === 0;

const samplesShownMax = 20;

type Sample = NonNullable<Recomputed['difference']>['tables'][number]['samples'][number];

const valueMax = 60;

const short = (value: unknown): string => {
  const text = String(value);
  return text.length <= valueMax ? text : `${text.slice(0, valueMax)}…`;
};

/** Of a row that is there on one side only its columns say nothing; of a changed one they are what is wanted. `--json` has all. */
const said = (kind: Sample['kind'], columns: Sample['columns']): string => {
  if (kind === 'ONLY_LIVE') return 'is shown, and the log does not make it';
  if (kind === 'ONLY_NEW') return 'is made by the log, and is not shown';
  return `has ${columns.map(({ column, live, new: again }) => `${column} ${short(live)} instead of ${short(again)}`).join(', ')}`;
};

/** Which rows, and since which event. */
const rowsOf = ({ projection, difference, problem }: Recomputed): readonly string[] => {
  if (problem !== null) return [paint(`${projection} could not be made again: ${problem}`, 'red')];
  const samples = (difference?.tables ?? []).flatMap((each) =>
    each.samples.map((sample) => ({ ...sample, of: each.table })),
  );
  return samples.slice(0, samplesShownMax).map(({ of, key, kind, columns, firstEvent }) => {
    const since = firstEvent === null ? '' : `, since ${firstEvent.type} ${firstEvent.eventId}`;
    return `${of} ${Object.values(key).join('/')} ${said(kind, columns)}${since}`;
  });
};

const isTied = ({ live, again }: TiedOut): boolean => JSON.stringify(live) === JSON.stringify(again);

const differingFields = (live: TieOutView, again: TieOutView | undefined): readonly string[] =>
  (['subledger', 'gl', 'difference', 'explained', 'unexplained'] as const).flatMap((field) => {
    const [shown, made] = [JSON.stringify(live[field]), JSON.stringify(again?.[field] ?? null)];
    return shown === made ? [] : [`${field} ${made} instead of ${shown}`];
  });

const tieOutRows = (tied: readonly TiedOut[]): readonly string[] =>
  tied.flatMap(({ bu, live, again }) =>
    live.flatMap((pair, index) => {
      const fields = differingFields(pair, again[index]);
      const open =
        pair.unexplained === '0'
          ? []
          : [`${bu} ${pair.pair}: ${moneyWith(pair.unexplained, pair.currency)} unexplained`];
      return fields.length === 0
        ? open
        : [...open, `${bu} ${pair.pair} ${pair.currency}: made again it has ${fields.join(', ')}`];
    }),
  );

const reportOf = ({ models, tieOuts: tied }: Diagnosis): string => {
  const rows = models.map((model) => [
    model.projection,
    model.problem !== null ? 'FAILED' : isSound(model) ? 'sound' : 'DIFFERS',
    shortPosition(model.difference?.position ?? '0'),
    countText(model.difference?.rowsCompared ?? 0),
    countText(rowsDiffering(model)),
  ]);
  const columns = ['Read model', 'Is', 'Position', 'Rows compared', 'Rows differing'];
  const findings = [...models.filter((model) => !isSound(model)).flatMap(rowsOf), ...tieOutRows(tied)];
  return [
    table(
      columns.map((title, index) => (index < 2 ? { title } : { title, align: 'right' as const })),
      rows,
    ),
    '',
    `Tie-outs: ${tied.reduce((sum, { live }) => sum + live.length, 0)} drawn twice, ${tied.every(isTied) ? 'equal' : paint('not equal', 'red')}.`,
    ...(findings.length === 0 ? [paint('All rows are what the log says.', 'green')] : ['', ...findings]),
  ].join('\n');
};

/** Makes every read model and tie-out again and says what differs. */
export const examine = (): Promise<Shown> =>
  withDatabase(
    (db) =>
      withLog(async (feed) => {
        const found = await diagnose(db, feed);
        const failed = found.models.some(({ problem }) => problem !== null);
        const sound =
          found.models.every(isSound) && found.tieOuts.every(isTied) && tieOutRows(found.tieOuts).length === 0;
        return { value: { sound, ...found }, text: reportOf(found), exitCode: failed ? 1 : sound ? 0 : 6 };
      }),
    // Making an index of a large table takes as long as it takes.
    { statementTimeoutMs: 0, connectionsMax: 4 },
  );
