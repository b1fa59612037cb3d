import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { PostgresLog } from '../../adapters/postgres/eventLog.ts';
import { createSnapshotStore } from '../../adapters/postgres/snapshots.ts';
import { keepSnapshots } from '../../commands/deciding/snapshots.ts';
import { createExecutor, executorLimits } from '../../commands/handle.ts';
import type { SnapshotStore } from '../../commands/ports.ts';
import { type EventStore, type StreamName, streamName } from '../../domain/eventLog.ts';
import type { StockCommand } from '../../domain/stock/commands.ts';
import { stockDecider } from '../../domain/stock/stock.ts';
import type { TestDatabase } from '../support/database.ts';
import { createTestLog } from '../support/testLog.ts';
import { contextOf } from './commandContext.ts';

const limits = { eventsMin: 20, bytesPerEvent: 1_000 };

let database: TestDatabase<never>;
let log: PostgresLog;
let streams = 0;
let commands = 0;

beforeAll(async () => {
  ({ database, log } = await createTestLog());
});
afterAll(() => database.close());

const newStream = (): StreamName => {
  streams += 1;
  return streamName('stock', 'ACME', 'DC', `S${streams}`);
};

/** A process that has just started: it holds nothing, and says which revisions it reads from. */
const startProcess = (code = 'this', store: SnapshotStore = createSnapshotStore(database.pool, code)) => {
  const readFrom: number[] = [];
  const problems: unknown[] = [];
  const saves: Promise<void>[] = [];
  const watched: SnapshotStore = {
    latest: store.latest,
    save: (...asked) => {
      const saving = store.save(...asked);
      saves.push(saving);
      return saving;
    },
  };
  const counting: EventStore = {
    ...log,
    read: (stream, from) => {
      readFrom.push(from ?? 0);
      return log.read(stream, from);
    },
  };
  const snapshots = keepSnapshots(watched, (problem) => problems.push(problem), limits);
  const executor = createExecutor(counting, {}, executorLimits, snapshots);
  const run = (stream: StreamName, command: StockCommand) => {
    commands += 1;
    return executor.execute(stockDecider, stream, command, contextOf(`snap-${commands}`));
  };
  const load = (stream: StreamName) => executor.load(stockDecider, stream);
  return { run, load, readFrom, problems, saved: () => Promise.allSettled(saves) };
};

type Process = ReturnType<typeof startProcess>;

const receipt = (stream: StreamName, reference: string): StockCommand => ({
  ...{ type: 'RecordReceipt', bu: 'ACME', node: 'DC', item: stream.split('.').at(-1) ?? '' },
  ...{ reference, qty: '7', status: 'SELLABLE', unitCost: '1.25', currency: 'USD', costMethod: 'MOVING_AVERAGE' },
});

/** Goods come in until the stream has `events` events. */
const live = async (process: Process, stream: StreamName, events: number): Promise<void> => {
  for (let revision = -1; revision + 1 < events; ) {
    const done = await process.run(stream, receipt(stream, `R-${revision}`));
    if (done.kind !== 'done') throw new Error(`not done: ${JSON.stringify(done)}`);
    revision = done.receipt.revision;
    // What is being written down while it lives on is not written again, however long that takes.
    await process.saved();
  }
};

describe('snapshots of long streams', () => {
  test('a process that starts reads on from the last one, and knows the same', async () => {
    const stream = newStream();
    const before = startProcess();
    await live(before, stream, 75);
    const started = startProcess();
    const loaded = await started.load(stream);
    const { rows } = await database.pool.query<{ revision: string }>(
      'select revision from ops.snapshot where stream = $1',
      [stream],
    );
    expect(started.readFrom).toEqual([Number(rows[0]?.revision)]);
    expect(started.readFrom[0]).toBeGreaterThanOrEqual(50);
    const withoutSnapshots = createExecutor(log);
    expect(loaded).toEqual(await withoutSnapshots.load(stockDecider, stream));
    expect([...before.problems, ...started.problems]).toEqual([]);
  });

  test('a command that was done before the snapshot is known after it', async () => {
    const stream = newStream();
    const before = startProcess();
    await live(before, stream, 40);
    const last = contextOf(`snap-${commands}`);
    const started = startProcess();
    const snapshots = keepSnapshots(createSnapshotStore(database.pool, 'this'), () => {}, limits);
    const executor = createExecutor(log, {}, executorLimits, snapshots);
    const again = await executor.execute(stockDecider, stream, receipt(stream, 'another'), last);
    expect(again).toMatchObject({ kind: 'done', duplicate: true });
    expect((await started.load(stream)).revision).toBe(39);
  });

  test('what other code folded is not trusted, and is replaced', async () => {
    const stream = newStream();
    await live(startProcess('older'), stream, 45);
    const started = startProcess('newer');
    await started.load(stream);
    await started.saved();
    expect(started.readFrom).toEqual([0]);
    const { rows } = await database.pool.query('select code from ops.snapshot where stream = $1', [stream]);
    expect(rows).toEqual([{ code: 'newer' }]);
  });

  test('a snapshot of an event that the log does not hold is passed over', async () => {
    const stream = newStream();
    await live(startProcess(), stream, 45);
    const real = createSnapshotStore(database.pool, 'this');
    const elsewhere = startProcess('this', {
      ...real,
      // As a log that was set back and written anew: longer than the snapshot, with other events.
      latest: async (asked) => {
        const found = await real.latest(asked);
        return found && { ...found, body: moved(found.body) };
      },
    });
    const moved = (body: Uint8Array): Uint8Array => {
      const text = Buffer.from(body).toString('latin1');
      const position = /\d{20}/.exec(text)?.[0] ?? '';
      return Buffer.from(text.replaceAll(position, position.replace(/.$/, 'x')), 'latin1');
    };
    const loaded = await elsewhere.load(stream);
    expect(elsewhere.readFrom.at(-1)).toBe(0);
    expect(elsewhere.readFrom).toHaveLength(2);
    expect(loaded).toEqual(await createExecutor(log).load(stockDecider, stream));
  });

  test('a snapshot beyond the end of the log is passed over', async () => {
    const long = newStream();
    await live(startProcess(), long, 45);
    const short = newStream();
    await live(startProcess('nobody'), short, 5);
    const real = createSnapshotStore(database.pool, 'this');
    const started = startProcess('this', { ...real, latest: () => real.latest(long) });
    expect((await started.load(short)).revision).toBe(4);
  });

  test('garbage, and a table that cannot be read, cost a read of the log and are reported', async () => {
    const stream = newStream();
    await live(startProcess(), stream, 45);
    const real = createSnapshotStore(database.pool, 'this');
    const garbage = startProcess('this', {
      ...real,
      latest: async () => ({ revision: 40, position: '1', body: Buffer.from('garbage') }),
    });
    const away = startProcess('this', { ...real, latest: () => Promise.reject(new Error('away')) });
    for (const process of [garbage, away]) {
      expect((await process.load(stream)).revision).toBe(44);
      expect(process.readFrom).toEqual([0]);
      expect(process.problems).toHaveLength(1);
    }
  });

  test('who is behind does not overwrite who is ahead', async () => {
    const store = createSnapshotStore(database.pool, 'this');
    const stream = newStream();
    const body = Buffer.from('x');
    await store.save(stream, { revision: 50, position: 'b', body });
    await store.save(stream, { revision: 40, position: 'a', body });
    expect(await store.latest(stream)).toMatchObject({ revision: 50, position: 'b' });
  });

  test('short streams, and those that end, are not written down', async () => {
    const stream = newStream();
    await live(startProcess(), stream, 15);
    const { rows } = await database.pool.query('select 1 from ops.snapshot where stream = $1', [stream]);
    expect(rows).toEqual([]);
  });
});
