import { ulid } from 'ulid';
import { createPostgresLog } from '../../../adapters/postgres/eventLog.ts';
import { createPool } from '../../../adapters/postgres/pool.ts';
import { inParallel } from '../../../commands/inParallel.ts';
import type { Position, StreamName } from '../../../domain/eventLog.ts';
import { streamName } from '../../../domain/eventLog.ts';
import { insertHistory } from '../../support/history/insertHistory.ts';
import { planOrder } from '../../support/history/plan.ts';
import { type Bench, interleaved, medianMs, type Row } from '../harness/bench.ts';
import { compared, type Figure } from '../harness/figures.ts';
import { newStream, threeEvents } from './sampleEvents.ts';

const short = 100_000;
const ordersShort = 1_800;
const pageEvents = 500;

type Log = ReturnType<typeof createPostgresLog>;

const order = (n: number): StreamName => streamName('order', 'ACME', planOrder(n).orderId);

/** Each as often as fits; `spread` is how many orders the log holds, so that a long log is asked all over. */
const operations: readonly {
  readonly what: string;
  readonly run: (log: Log, n: number, spread: number, events: number) => Promise<unknown>;
}[] = [
  {
    what: 'append of 3 events, 32 at a time',
    run: (log) =>
      // New streams come at the end of their index, as the service's own ids do; event ids are spread over theirs.
      inParallel(
        Array.from({ length: 32 }, () => ulid()),
        32,
        async (id) => {
          await log.append(newStream(id), 'no-stream', threeEvents(id));
        },
      ),
  },
  {
    what: "read of one order's stream",
    run: async (log, n, spread) => {
      let found = 0;
      for await (const _event of log.read(order((n * 7_919) % spread))) found += 1;
      if (found === 0) throw new Error('an order of the history is not in the log');
    },
  },
  {
    what: `page of ${pageEvents} events of the feed`,
    run: (log, n, _spread, events) => {
      const from = String((n * 7_919_003) % (events - pageEvents)).padStart(20, '0') as Position;
      return log.readAfter(from, pageEvents);
    },
  },
  {
    what: `page of ${pageEvents} events of two categories`,
    run: (log, n, _spread, events) => {
      const from = String((n * 7_919_003) % (events - 20 * pageEvents)).padStart(20, '0') as Position;
      return log.readAfter(from, pageEvents, { categories: ['order', 'stock'] });
    },
  },
];

const logOf = async (bench: Bench, events: number) => {
  const database = await (await bench.server()).newDatabase();
  let said = 0;
  await insertHistory(database.connectionString, events, (inserted) => {
    if (inserted - said < 500_000) return;
    said = inserted;
    bench.progress(`${inserted.toLocaleString('en-US')} of ${events.toLocaleString('en-US')} events inserted`);
  });
  const pool = createPool({ connectionString: database.connectionString });
  const log = createPostgresLog({ connectionString: database.connectionString, pool });
  const close = async (): Promise<void> => {
    await log.close();
    await pool.end();
    await database.drop();
  };
  return { log, events, spread: Math.floor((events / short) * ordersShort), close };
};

const measure = async (bench: Bench, long: number): Promise<readonly Figure[]> => {
  const few = await logOf(bench, short);
  const many = await logOf(bench, long);
  try {
    const figures: Figure[] = [];
    for (const { what, run } of operations) {
      const timed = ({ log, spread, events }: typeof few) =>
        medianMs(bench.seconds, (n) => run(log, n, spread, events));
      const rounds = await interleaved(bench, { what, ours: () => timed(many), reference: () => timed(few) });
      const lengths = `${long.toLocaleString('en-US')} / ${short.toLocaleString('en-US')} events`;
      figures.push(
        compared(
          { row: 'log length', what: `${what}, ${lengths}`, unit: 'ms median', target: { atMost: 1.3 } },
          rounds,
        ),
      );
    }
    return figures;
  } finally {
    await few.close();
    await many.close();
  }
};

/** Ten million events take some ten minutes to make and 20 GB of disk; LOG_EVENTS says another number. */
const longDefault = 10_000_000;

export const logLength: Row = {
  name: 'loglength',
  fullOnly: true,
  run: (bench) => measure(bench, Number(process.env.LOG_EVENTS ?? (bench.quick ? 1_000_000 : longDefault))),
};
