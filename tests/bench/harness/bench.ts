import type { BenchServer } from './database.ts';
import type { Figure } from './figures.ts';
import type { FilledLog } from './filledLog.ts';

/** What a row gets. */
export type Bench = {
  /** `--quick`: short windows, few rounds, small logs. */
  readonly quick: boolean;
  readonly rounds: number;
  /** Length of one measured window. */
  readonly seconds: number;
  /** The product's own embedded Postgres, every commit on disk. Started when first asked for. */
  readonly server: () => Promise<BenchServer>;
  /** A long log with every read model filled; made once for all rows that ask for the same length. */
  readonly filledLog: (events: number, progress: (text: string) => void) => Promise<FilledLog>;
  /** A database with a distributor of many customers and items, to be copied; made once for all rows. */
  readonly distributor: () => Promise<string>;
  /** One line that says what is happening now. */
  readonly progress: (text: string) => void;
};

export type Row = {
  /** For `--only`. */
  readonly name: string;
  /** What it needs a full run for; such rows are left out of a quick one. */
  readonly fullOnly?: true;
  readonly run: (bench: Bench) => Promise<readonly Figure[]>;
};

/** Events of a made history. A million of them take some minutes; HISTORY_EVENTS says another number. */
export const historyEvents = ({ quick }: Pick<Bench, 'quick'>): number =>
  Number(process.env.HISTORY_EVENTS ?? (quick ? 25_000 : 1_000_000));

type Halves<T> = {
  readonly what: string;
  readonly ours: () => Promise<T>;
  readonly reference: () => Promise<T>;
  /** Both halves once, unmeasured, before the first round. Default: yes. */
  readonly warmUp?: boolean;
};

/** Round by round, each half first in every other one. */
export const interleaved = async <T>(
  bench: Bench,
  { what, ours, reference, warmUp = true }: Halves<T>,
): Promise<readonly { readonly ours: T; readonly reference: T }[]> => {
  if (warmUp) {
    bench.progress(`${what}: warming up`);
    await reference();
    await ours();
  }
  const rounds: { readonly ours: T; readonly reference: T }[] = [];
  for (let round = 1; round <= bench.rounds; round += 1) {
    bench.progress(`${what}: round ${round} of ${bench.rounds}`);
    if (round % 2 === 0) {
      const first = await ours();
      rounds.push({ ours: first, reference: await reference() });
    } else {
      const first = await reference();
      rounds.push({ ours: await ours(), reference: first });
    }
  }
  return rounds;
};

/** Runs `work` over and over on `lanes` lanes for `seconds`; answers with how often per second it was done. */
export const perSecond = async (
  lanes: number,
  seconds: number,
  work: (lane: number) => Promise<void>,
): Promise<number> => {
  const startedAt = performance.now();
  const until = startedAt + seconds * 1_000;
  let done = 0;
  const lane = async (index: number): Promise<void> => {
    while (performance.now() < until) {
      await work(index);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, index) => lane(index)));
  return done / ((performance.now() - startedAt) / 1_000);
};

/** Milliseconds that `work` takes: the median of as many calls as fit into `seconds`, one after the other. */
export const medianMs = async (seconds: number, work: (call: number) => Promise<unknown>): Promise<number> => {
  const until = performance.now() + seconds * 1_000;
  const took: number[] = [];
  for (let call = 0; call === 0 || performance.now() < until; call += 1) {
    const startedAt = performance.now();
    await work(call);
    took.push(performance.now() - startedAt);
  }
  took.sort((a, b) => a - b);
  return took[Math.floor(took.length / 2)] ?? Number.NaN;
};
