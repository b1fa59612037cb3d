import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { PostgresLog } from '../../adapters/postgres/eventLog.ts';
import { createHorizon } from '../../commands/deciding/horizon.ts';
import { readingFrom } from '../../commands/deciding/readingFrom.ts';
import { createExecutor } from '../../commands/handle.ts';
import type { Decider } from '../../domain/decider.ts';
import { type EventStore, type Position, type StreamName, streamName } from '../../domain/eventLog.ts';
import type { SafetyStockSet } from '../../domain/stock/events.ts';
import type { TestDatabase } from '../support/database.ts';
import { createTestLog } from '../support/testLog.ts';
import { contextOf } from './commandContext.ts';

/** Counts what was added; asked to add nothing, it has nothing to say. */
const counter: Decider<bigint, bigint, SafetyStockSet> = {
  category: 'stock',
  initial: 0n,
  decide: (add, sum) =>
    add === 0n
      ? []
      : [{ type: 'SafetyStockSet', data: { bu: 'ACME', node: 'DC', item: 'X', qty: (sum + add).toString() } }],
  evolve: (_sum, event) => BigInt(event.data.qty),
};

let database: TestDatabase<never>;
let log: PostgresLog;
let streams = 0;
let commands = 0;
let stream: StreamName;

beforeAll(async () => {
  ({ database, log } = await createTestLog());
});
beforeEach(() => {
  streams += 1;
  stream = streamName('stock', 'ACME', 'DC', `H${streams}`);
});
afterAll(() => database.close());

/** A process with a tail that moves when the test says so. */
const makeProcess = async () => {
  let reads = 0;
  /** Runs between the moment that a read has its answer and the moment that it is taken in. */
  const late: { whenRead?: () => Promise<void> } = {};
  const store: EventStore = {
    ...log,
    read: async function* (...asked) {
      reads += 1;
      const events = [];
      for await (const event of log.read(...asked)) events.push(event);
      await late.whenRead?.();
      yield* events;
    },
  };
  const executor = createExecutor(store);
  let after: Position | 'start' = await log.head();
  executor.observe({ after, events: [], through: after });
  const follow = async (): Promise<void> => {
    const { events, throughPosition: through } = await log.readAfter(after, 1_000);
    executor.observe({ after, events, through });
    after = through;
  };
  const add = (amount: bigint, atLeast?: string) => {
    commands += 1;
    return executor.execute(counter, stream, amount, contextOf(`held-${commands}`), { atLeast });
  };
  const load = async (atLeast?: string): Promise<bigint> => (await executor.load(counter, stream, { atLeast })).state;
  return { executor, follow, add, load, late, reads: () => reads };
};

const head = async (): Promise<string> => log.head();

describe('a state that is held', () => {
  test('answers who knows of nothing newer, without a read of the log', async () => {
    const { add, load, reads } = await makeProcess();
    await add(3n);
    const before = reads();
    expect(await load(await head())).toBe(3n);
    expect(await add(0n, await head())).toMatchObject({ kind: 'done', events: [], state: 3n });
    expect(reads()).toBe(before);
    // Who names nothing gets what the log says now.
    expect(await load()).toBe(3n);
    expect(reads()).toBe(before + 1);
  });

  test('is read again by who knows of what another process wrote, before and after the tail has shown it', async () => {
    const [ours, theirs] = [await makeProcess(), await makeProcess()];
    await ours.add(1n);
    await theirs.add(10n);
    expect(await ours.load(await head())).toBe(11n);
    await theirs.add(100n);
    await ours.follow();
    expect(await ours.load(await head())).toBe(111n);
    expect(await ours.add(0n, await head())).toMatchObject({ state: 111n });
  });

  test('is not trusted when another process wrote while it was being read', async () => {
    const [ours, theirs] = [await makeProcess(), await makeProcess()];
    await theirs.add(1n);
    await ours.follow();
    ours.late.whenRead = async () => {
      delete ours.late.whenRead;
      await theirs.add(5n);
      await ours.follow();
    };
    expect(await ours.load()).toBe(1n);
    expect(await ours.load(await head())).toBe(6n);
  });

  test('is not trusted over a stretch of the log that the tail left out', async () => {
    const [ours, theirs] = [await makeProcess(), await makeProcess()];
    await ours.add(1n);
    await theirs.add(5n);
    const through = await log.head();
    ours.executor.observe({ after: through, events: [], through });
    expect(await ours.load(through)).toBe(6n);
  });

  test('that another process has overtaken is never the ground of an append', async () => {
    const [ours, theirs] = [await makeProcess(), await makeProcess()];
    await ours.add(1n);
    const seen = await head();
    await theirs.add(10n);
    expect(await ours.add(100n, seen)).toMatchObject({ kind: 'done', state: 111n });
  });

  test('a step sees in other streams what lies before its own last append', async () => {
    const [ours, theirs] = [await makeProcess(), await makeProcess()];
    await ours.add(1n);
    const other = stream;
    const step = readingFrom(ours.executor, await head());
    await theirs.add(10n);
    stream = streamName('stock', 'ACME', 'DC', `H${streams}-own`);
    await step.execute(counter, stream, 1n, contextOf(`held-own-${streams}`));
    expect((await step.load(counter, other)).state).toBe(11n);
  });
});

describe('how far a process knows the log', () => {
  const at = (position: number): Position => String(position).padStart(3, '0') as Position;

  test('grows with its own appends as long as nothing of others lies between', () => {
    const horizon = createHorizon();
    horizon.wrote(at(5), at(7));
    expect(horizon.isPast(at(1))).toBe(false);
    horizon.passed(at(10));
    horizon.wrote(at(12), at(14));
    expect(horizon.isPast(at(11))).toBe(false);
    // The answers of two appends may come in any order.
    horizon.wrote(at(10), at(12));
    expect(horizon.isPast(at(14))).toBe(true);
    horizon.wrote(at(15), at(20));
    expect(horizon.isPast(at(15))).toBe(false);
    // The tail shows position 15 and the first half of our append.
    horizon.passed(at(17));
    expect(horizon.isPast(at(20))).toBe(true);
    expect(horizon.isPast(at(21))).toBe(false);
  });

  test('is waited for, and not for ever', async () => {
    const horizon = createHorizon();
    horizon.passed(at(1));
    const reached = horizon.reach(at(3), 60_000);
    horizon.wrote(at(1), at(3));
    await reached;
    await horizon.reach(at(4), 5);
    expect(horizon.isPast(at(4))).toBe(false);
  });
});
