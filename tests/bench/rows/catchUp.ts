import { projections } from '../../../projections/catalogue.ts';
import { orders } from '../../../projections/orders/projection.ts';
import { insertHistory } from '../../support/history/insertHistory.ts';
import { type Bench, historyEvents, type Row } from '../harness/bench.ts';
import { copyOf } from '../harness/copyReference.ts';
import { onNewDatabase } from '../harness/database.ts';
import { compared, type Figure, measured } from '../harness/figures.ts';
import { openProjecting, type Projecting } from '../harness/projecting.ts';
import { rebuild } from '../harness/rebuilding.ts';

const row = 'catch-up';

type Round = {
  readonly rows: number;
  readonly copySeconds: number;
  readonly followSeconds: number;
  readonly rebuildSeconds: number;
  readonly ordersFollowSeconds: number;
  readonly ordersRebuildSeconds: number;
  readonly rssMiB: number;
  readonly rssShortMiB: number;
};

const counted = (count: number): string => count.toLocaleString('en-US');

const reference =
  'The reference copies exactly the rows that the read models hold into tables of the same shape with all their indexes, table by table over one connection.';

const figuresOf = (events: number, short: number, rounds: readonly Round[]): readonly Figure[] => {
  const beside = (what: string, note: string, seconds: (round: Round) => number): Figure =>
    compared(
      {
        row,
        what: `${what}, ${counted(events)} events / COPY of its rows`,
        unit: 'rows/s',
        target: { atLeast: 0.5 },
        note,
      },
      rounds.map((round) => ({ ours: round.rows / seconds(round), reference: round.rows / round.copySeconds })),
    );
  const alone = (what: string, seconds: (round: Round) => number): Figure =>
    measured(
      { row, what, unit: 'events/s', target: { atLeast: 20_000 } },
      rounds.map((round) => events / seconds(round)),
    );
  return [
    beside(
      'rebuild of every read model',
      `One reading of the log; empty tables with their primary keys, then all other indexes, checks and ANALYZE: all of it is in the time. ${reference}`,
      ({ rebuildSeconds }) => rebuildSeconds,
    ),
    beside(
      'catch-up of every read model',
      'The live tables with all indexes, guards and checkpoints, followed together from the start of the log as after the first start; the same reference.',
      ({ followSeconds }) => followSeconds,
    ),
    alone('rebuild of orders alone', ({ ordersRebuildSeconds }) => ordersRebuildSeconds),
    alone('catch-up of orders alone', ({ ordersFollowSeconds }) => ordersFollowSeconds),
    measured(
      {
        row,
        what: `memory of a rebuild of every read model, ${counted(events)} events`,
        unit: 'MiB',
        target: { atMost: 350 },
      },
      rounds.map(({ rssMiB }) => rssMiB),
    ),
    compared(
      {
        row,
        what: `the same memory, ${counted(events)} / ${counted(short)} events`,
        unit: 'MiB',
        target: { atMost: 1.3 },
      },
      rounds.map(({ rssMiB, rssShortMiB }) => ({ ours: rssMiB, reference: rssShortMiB })),
    ),
  ];
};

const copied = async (connectionString: string): Promise<Pick<Round, 'rows' | 'copySeconds'>> => {
  const sum = { rows: 0, copySeconds: 0 };
  for (const { name } of projections) {
    const { rows, seconds } = await copyOf(connectionString, `rm_${name}_v1`);
    sum.rows += rows;
    sum.copySeconds += seconds;
  }
  return sum;
};

type Logs = { readonly long: string; readonly short: string };

const measure = async (
  { long, short }: Logs,
  projecting: Projecting,
  followSeconds: number | undefined,
): Promise<Round> => {
  const reference = await copied(long);
  const all = await rebuild(long);
  // What wrote other rows than the reference would not be comparable.
  if (all.rows !== reference.rows) throw new Error(`the rebuild wrote ${all.rows} rows, there are ${reference.rows}`);
  const ordersRebuilt = await rebuild(long, orders.name);
  await projecting.empty(orders);
  const ordersFollowSeconds = await projecting.catchUp(orders);
  const again = async (): Promise<number> => {
    await projecting.empty(...projections);
    return projecting.followAll(projections);
  };
  return {
    ...reference,
    rebuildSeconds: all.seconds,
    ordersRebuildSeconds: ordersRebuilt.seconds,
    ordersFollowSeconds,
    followSeconds: followSeconds ?? (await again()),
    rssMiB: all.rssMiB,
    rssShortMiB: (await rebuild(short)).rssMiB,
  };
};

const shortShare = 0.2;
/** Shorter ones are over before the memory of rows is full once. */
const shortMin = 15_000;

const run = async (bench: Bench): Promise<readonly Figure[]> => {
  const events = historyEvents(bench);
  const few = Math.max(shortMin, Math.round(events * shortShare));
  const { connectionString: long, seconds } = await bench.filledLog(events, bench.progress);
  return onNewDatabase(await bench.server(), async (short) => {
    await insertHistory(short, few);
    const projecting = openProjecting(long);
    const rounds: Round[] = [];
    try {
      for (let round = 1; round <= (bench.quick ? 1 : 2); round += 1) {
        bench.progress(`round ${round}`);
        // The first filling counts as the first round.
        rounds.push(await measure({ long, short }, projecting, round === 1 ? seconds : undefined));
      }
    } finally {
      await projecting.close();
    }
    return figuresOf(events, few, rounds);
  });
};

export const catchUpRow: Row = { name: 'catchup', run };
