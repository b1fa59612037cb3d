import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { PostgresLog } from '../../adapters/postgres/eventLog.ts';
import { type AnyDecider, empty, type Loaded } from '../../commands/deciding/loadedStream.ts';
import { createStreamCache } from '../../commands/deciding/streamCache.ts';
import { createExecutor, type ExecutorLimits, executorLimits } from '../../commands/handle.ts';
import type { Decider } from '../../domain/decider.ts';
import { type EventStore, type StreamName, streamName } from '../../domain/eventLog.ts';
import type { SafetyStockSet } from '../../domain/stock/events.ts';
import type { TestDatabase } from '../support/database.ts';
import { createTestLog } from '../support/testLog.ts';
import { contextOf } from './commandContext.ts';
import { type Take, till } from './till.ts';

/** A till whose state grows by so many characters with each event. */
type Heavy = Decider<{ readonly left: bigint; readonly notes: readonly string[] }, Take, SafetyStockSet>;
const heavyOf = (characters: number): Heavy => ({
  ...till,
  initial: { left: 50n, notes: [] },
  decide: ({ units }, { left }) => till.decide({ units }, left),
  evolve: ({ notes }, event) => ({ left: BigInt(event.data.qty), notes: [...notes, 'x'.repeat(characters)] }),
});

let database: TestDatabase<never>;
let log: PostgresLog;
let streams = 0;
let commands = 0;

beforeAll(async () => {
  ({ database, log } = await createTestLog());
});

afterAll(() => database.close());

const newAccount = (): StreamName => {
  streams += 1;
  return streamName('stock', 'ACME', 'DC', `C${streams}`);
};
const newDocument = (): StreamName => {
  streams += 1;
  return streamName('shipment', 'ACME', `S${streams}`);
};

/** An executor with these limits, and the streams that it read. */
const countingReads = (limits: Partial<ExecutorLimits>) => {
  const reads: StreamName[] = [];
  const counting: EventStore = {
    append: log.append,
    read: (stream, from) => {
      reads.push(stream);
      return log.read(stream, from);
    },
  };
  const executor = createExecutor(counting, {}, { ...executorLimits, ...limits });
  const take = async (stream: StreamName, { weight = 1 }: { readonly weight?: number } = {}): Promise<void> => {
    commands += 1;
    const category = stream.startsWith('stock') ? 'stock' : 'shipment';
    await executor.execute({ ...heavyOf(weight), category }, stream, { units: 1n }, contextOf(`cache-${commands}`));
  };
  return { executor, reads, take };
};

test('streams used longest ago are let go of, and read again when they are needed', async () => {
  const { executor, reads, take } = countingReads({ accounts: { streamsMax: 2, bytesMax: 1_000_000 } });
  const [a, b, c] = [newAccount(), newAccount(), newAccount()];
  for (const stream of [a, b, c]) await take(stream);
  expect(reads).toEqual([a, b, c]);
  await take(c);
  expect(reads).toEqual([a, b, c]);
  await take(a);
  expect(reads).toEqual([a, b, c, a]);
  expect((await executor.load(heavyOf(1), a)).state.left).toBe(48n);
});

test('so are they when their states take more memory than there is for them', async () => {
  const { reads, take } = countingReads({ accounts: { streamsMax: 100, bytesMax: 40_000 } });
  const accounts = Array.from({ length: 6 }, newAccount);
  const [first] = accounts as [StreamName];
  for (const stream of accounts) await take(stream, { weight: 8_000 });
  expect(reads).toEqual(accounts);
  await take(first);
  expect(reads).toEqual([...accounts, first]);
});

test('documents come and go without an account being let go of for them', async () => {
  const few = { streamsMax: 2, bytesMax: 1_000_000 };
  const { reads, take } = countingReads({ accounts: few, documents: few });
  const account = newAccount();
  const documents = Array.from({ length: 5 }, newDocument);
  for (const stream of [account, ...documents, account]) await take(stream);
  expect(reads).toEqual([account, ...documents]);
});

test('a state that is larger than all the room there is neither sends the others away nor goes for them', async () => {
  const { reads, take } = countingReads({ accounts: { streamsMax: 100, bytesMax: 20_000 } });
  const [giant, other] = [newAccount(), newAccount()];
  await take(giant, { weight: 60_000 });
  for (const stream of [other, giant, other, giant, other]) await take(stream);
  expect(reads).toEqual([giant, other]);
});

/** A large state that is known at revision 0 and counts how often it is measured. */
const knownState = (stream: StreamName) => {
  const cache = createStreamCache(log, executorLimits);
  let measured = 0;
  const state = {
    notes: 'x'.repeat(100_000),
    get left() {
      measured += 1;
      return 50n;
    },
  };
  const loaded: Loaded = { ...empty(heavyOf(1) as AnyDecider), state, revision: 0 };
  cache.keep(stream, loaded);
  const passes = (revision: number): void => cache.passed({ stream, revision } as Parameters<typeof cache.passed>[0]);
  return { cache, loaded, passes, measured: () => measured };
};

test('an own append that passes by before it is answered does not cost what is known of the state', () => {
  const stream = newAccount();
  const { cache, loaded, passes, measured } = knownState(stream);
  cache.attend(stream);
  passes(1);
  loaded.revision = 1;
  cache.keep(stream, loaded);
  cache.leave(stream);
  expect(measured()).toBe(1);
  expect(cache.isCurrent(stream)).toBe(true);
});

test('what somebody else appended meanwhile leaves a state that is known, and known to be old', async () => {
  const stream = newAccount();
  const { cache, loaded, passes } = knownState(stream);
  cache.attend(stream);
  passes(1);
  cache.leave(stream);
  expect(cache.isCurrent(stream)).toBe(false);
  expect((await cache.load(heavyOf(1) as AnyDecider, stream, 'known')).loaded).toBe(loaded);
});
