import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { PostgresLog } from '../../adapters/postgres/eventLog.ts';
import { createExecutor, type Executor, type ExecutorObserver, executorLimits } from '../../commands/handle.ts';
import { type EventStore, LogUnavailable, streamName } from '../../domain/eventLog.ts';
import type { SafetyStockSet } from '../../domain/stock/events.ts';
import { stockDecider } from '../../domain/stock/stock.ts';
import type { TestDatabase } from '../support/database.ts';
import { createTestLog } from '../support/testLog.ts';
import { contextOf } from './commandContext.ts';
import { till } from './till.ts';

let database: TestDatabase<never>;
let log: PostgresLog;
let streams = 0;

beforeAll(async () => {
  ({ database, log } = await createTestLog());
});

afterAll(() => database.close());

const newStream = () => {
  streams += 1;
  return streamName('stock', 'ACME', 'DC', `X${streams}`);
};

const eventsIn = async (stream: ReturnType<typeof newStream>) => {
  const events = [];
  for await (const event of log.read(stream)) events.push(event);
  return events;
};

const take = (executor: Executor, stream: ReturnType<typeof newStream>, commandId: string, units = 1n) =>
  executor.execute(till, stream, { units }, contextOf(commandId));

describe('commands that wait for one stream', () => {
  test('are decided one after the other and appended in few appends, and nothing is oversold', async () => {
    let appends = 0;
    const executor = createExecutor(log, {
      onAppend: () => {
        appends += 1;
      },
    });
    const stream = newStream();
    const outcomes = await Promise.all(Array.from({ length: 1_000 }, (_, n) => take(executor, stream, `many-${n}`)));
    expect(outcomes.filter(({ kind }) => kind === 'done')).toHaveLength(50);
    expect(outcomes.filter(({ kind }) => kind === 'refused')).toHaveLength(950);
    expect(appends).toBeLessThanOrEqual(4);
    const events = await eventsIn(stream);
    expect(events).toHaveLength(50);
    expect(events.at(-1)?.data).toMatchObject({ qty: '0' });
  });

  test('answer each caller with its own revision and the events of its own command', async () => {
    const executor = createExecutor(log);
    const stream = newStream();
    const outcomes = await Promise.all(['a', 'b', 'c'].map((id) => take(executor, stream, `own-${id}`)));
    const revisions = outcomes.map((outcome) => (outcome.kind === 'done' ? outcome.receipt.revision : undefined));
    expect(revisions).toEqual([0, 1, 2]);
    for (const [index, event] of (await eventsIn(stream)).entries()) {
      const outcome = outcomes[index];
      if (outcome?.kind !== 'done') throw new Error('every command should have been done');
      expect(outcome.events.map(({ eventId }) => eventId)).toEqual([event.eventId]);
      expect(outcome.receipt.recordedAt).toBe(event.recordedAt);
    }
  });

  test('fail alone when their decision throws', async () => {
    const executor = createExecutor(log);
    const stream = newStream();
    const [good, bad, alsoGood] = await Promise.allSettled([
      take(executor, stream, 'alone-1'),
      executor.execute(till, stream, { units: 1n, throws: true }, contextOf('alone-2')),
      take(executor, stream, 'alone-3'),
    ]);
    expect([good?.status, bad?.status, alsoGood?.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await eventsIn(stream)).toHaveLength(2);
  });

  test('beyond the bound are turned away at once as log-unavailable', async () => {
    const executor = createExecutor(log, {}, { ...executorLimits, waitingMax: 10 });
    const stream = newStream();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 50 }, (_, n) => take(executor, stream, `full-${n}`)),
    );
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    for (const { reason } of refused) expect(reason).toBeInstanceOf(LogUnavailable);
    expect(await eventsIn(stream)).toHaveLength(50 - refused.length);
  });
});

describe('a stock position', () => {
  test('that is asked for 1,000 reservations at once by two instances gives what it has and not one unit more', async () => {
    const appends: number[] = [];
    const observer: ExecutorObserver = { onAppend: ({ commands }) => appends.push(commands) };
    const [one, other] = [createExecutor(log, observer), createExecutor(log, observer)];
    const place = { bu: 'ACME', node: 'DC', item: 'HOT' };
    const stream = streamName('stock', 'ACME', 'DC', 'HOT');
    const receipt = {
      reference: 'R',
      qty: '600',
      status: 'SELLABLE',
      unitCost: '1',
      currency: 'USD',
      costMethod: 'STANDARD',
    } as const;
    await one.execute(stockDecider, stream, { type: 'RecordReceipt', ...place, ...receipt }, contextOf('hot receipt'));
    const wish = {
      qty: '1',
      needDate: '2026-12-01',
      purpose: 'ORDER',
      expiresAt: null,
      at: '2026-11-23T08:00:00Z',
      lineId: '1',
    } as const;
    await Promise.all(
      Array.from({ length: 1_000 }, (_, n) => {
        const command = { type: 'Reserve', ...place, ...wish, reservationId: `r${n}`, orderId: `O${n}` } as const;
        return (n % 2 === 0 ? one : other).execute(stockDecider, stream, command, contextOf(`hot ${n}`));
      }),
    );
    const { state } = await one.load(stockDecider, stream);
    expect(state).toMatchObject({ soft: 600n, hard: 0n });
    const types = (await eventsIn(stream)).map(({ type }) => type);
    expect(types.filter((type) => type === 'StockReserved')).toHaveLength(600);
    expect(types.filter((type) => type === 'ReservationRefused')).toHaveLength(400);
    expect(appends.length).toBeLessThan(30);
  });
});

describe('two instances that write one stream', () => {
  test('meet at the revision, decide again and never oversell', async () => {
    let conflicts = 0;
    const observer = {
      onConflict: () => {
        conflicts += 1;
      },
    };
    const one = createExecutor(log, observer);
    const other = createExecutor(log, observer);
    const stream = newStream();
    await Promise.all([one.load(till, stream), other.load(till, stream)]);
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, (_, n) => take(n % 2 === 0 ? one : other, stream, `two-${n}`)),
    );
    expect(outcomes.filter(({ kind }) => kind === 'done')).toHaveLength(50);
    expect(await eventsIn(stream)).toHaveLength(50);
    expect(conflicts).toBeGreaterThan(0);
  });

  test('do not refuse from a cached state that the other has made obsolete', async () => {
    const one = createExecutor(log);
    const other = createExecutor(log);
    const stream = newStream();
    await take(one, stream, 'stale-1', 50n);
    const refilled: SafetyStockSet = { type: 'SafetyStockSet', data: { bu: 'ACME', node: 'DC', item: 'X', qty: '9' } };
    await other.execute({ ...till, decide: () => [refilled] }, stream, { units: 0n }, contextOf('stale-2'));
    expect(await take(one, stream, 'stale-3', 9n)).toMatchObject({ kind: 'done', receipt: { revision: 2 } });
  });

  test('see what the other wrote when they load', async () => {
    const one = createExecutor(log);
    const other = createExecutor(log);
    const stream = newStream();
    expect(await one.load(till, stream)).toEqual({ state: 50n, revision: -1, position: '', recordedAt: '' });
    await take(other, stream, 'seen-1', 20n);
    expect(await one.load(till, stream)).toMatchObject({ state: 30n, revision: 0 });
  });

  test('execute one command id once, also when both do it at the same time beside other commands', async () => {
    const one = createExecutor(log);
    const other = createExecutor(log);
    const stream = newStream();
    await take(one, stream, 'before');
    await other.load(till, stream);
    const outcomes = await Promise.all([
      take(one, stream, 'both', 5n),
      take(other, stream, 'both', 5n),
      take(other, stream, 'beside', 1n),
    ]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['done', 'done', 'done']);
    expect(await eventsIn(stream)).toHaveLength(3);
  });
});

describe('a command that is executed again', () => {
  test('has no second effect and is answered the same, from memory and after a restart', async () => {
    const executor = createExecutor(log);
    const stream = newStream();
    const first = await take(executor, stream, 'again', 3n);
    await take(executor, stream, 'another', 4n);
    const second = await take(executor, stream, 'again', 3n);
    const restarted = await take(createExecutor(log), stream, 'again', 3n);
    if (first.kind !== 'done' || second.kind !== 'done' || restarted.kind !== 'done') throw new Error('all are done');
    expect(first.duplicate).toBe(false);
    for (const repeat of [second, restarted]) {
      expect(repeat.duplicate).toBe(true);
      expect(repeat.receipt).toEqual(first.receipt);
      expect(repeat.events).toMatchObject(first.events as unknown as Record<string, unknown>[]);
    }
    expect(await eventsIn(stream)).toHaveLength(2);
  });

  test('has no second effect when it waits beside itself', async () => {
    const stream = newStream();
    const executor = createExecutor(log);
    const outcomes = await Promise.all([take(executor, stream, 'twin'), take(executor, stream, 'twin')]);
    expect(outcomes.map((outcome) => outcome.kind === 'done' && outcome.duplicate)).toEqual([false, true]);
    expect(await eventsIn(stream)).toHaveLength(1);
  });

  test('is recognised by its event ids long after it was forgotten, together with fresh neighbours', async () => {
    const executor = createExecutor(log);
    const stream = newStream();
    const endless = { ...till, initial: 100_000n };
    const first = await executor.execute(endless, stream, { units: 7n }, contextOf('old'));
    for (let n = 0; n < 250; n += 1)
      await executor.execute(endless, stream, { units: 1n }, contextOf(`later-${stream}-${n}`));
    const [repeat, fresh] = await Promise.all([
      executor.execute(endless, stream, { units: 7n }, contextOf('old')),
      executor.execute(endless, stream, { units: 1n }, contextOf('fresh')),
    ]);
    expect(repeat).toMatchObject({ kind: 'done', duplicate: true });
    if (first.kind !== 'done' || repeat.kind !== 'done') throw new Error('both are done');
    expect(repeat.receipt.revision).toBe(first.receipt.revision);
    expect(fresh).toMatchObject({ kind: 'done', duplicate: false });
    expect(await eventsIn(stream)).toHaveLength(252);
  });
});

describe('an expected revision (If-Match)', () => {
  test('lets the command through when it is current and stops it when it is old', async () => {
    const executor = createExecutor(log);
    const stream = newStream();
    await take(executor, stream, 'match-0');
    const old = await executor.execute(till, stream, { units: 1n }, contextOf('match-1'), { ifMatch: 4 });
    expect(old).toEqual({ kind: 'revisionMismatch', current: 0 });
    const current = await executor.execute(till, stream, { units: 1n }, contextOf('match-2'), { ifMatch: 0 });
    expect(current).toMatchObject({ kind: 'done', receipt: { revision: 1 } });
    const repeated = await executor.execute(till, stream, { units: 1n }, contextOf('match-2'), { ifMatch: 0 });
    expect(repeated).toMatchObject({ kind: 'done', duplicate: true, receipt: { revision: 1 } });
  });
});

describe('a command that changes nothing', () => {
  test('is done without an append and tells the revision there is', async () => {
    const executor = createExecutor(log);
    const stream = newStream();
    await take(executor, stream, 'idle-0');
    const outcome = await take(executor, stream, 'idle-1', 0n);
    expect(outcome).toMatchObject({ kind: 'done', events: [], receipt: { revision: 0 } });
    expect(await eventsIn(stream)).toHaveLength(1);
  });
});

describe('a log that is away', () => {
  test('leaves nothing in memory that the log may not have', async () => {
    let down = false;
    const flaky: EventStore = {
      read: log.read,
      append: async (...args) => {
        const outcome = await log.append(...args);
        // The append happened and its answer was lost for good.
        if (down) throw new LogUnavailable('cut');
        return outcome;
      },
    };
    const executor = createExecutor(flaky);
    const stream = newStream();
    await take(executor, stream, 'cut-0', 10n);
    down = true;
    await expect(take(executor, stream, 'cut-1', 10n)).rejects.toBeInstanceOf(LogUnavailable);
    down = false;
    expect(await executor.load(till, stream)).toMatchObject({ state: 30n, revision: 1 });
    expect(await take(executor, stream, 'cut-1', 10n)).toMatchObject({ kind: 'done', duplicate: true });
    expect(await eventsIn(stream)).toHaveLength(2);
  });
});
