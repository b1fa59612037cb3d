import { describe, expect, it } from '@jest/globals';
import { createBatcher } from '../../../adapters/postgres/batching.ts';
import { kindOfFailure } from '../../../adapters/postgres/failures.ts';
import { LogUnavailable } from '../../../domain/eventLog.ts';

type Item = { readonly key: string; readonly weight?: number; readonly poison?: boolean };

const batcherOf = (write: (items: readonly Item[]) => Promise<readonly string[]>, waitMsMax = 60_000) =>
  createBatcher<Item, string>({
    limits: { itemsMax: 4, weightMax: 10, waitingMax: 8, waitMsMax },
    keysOf: ({ key }) => [key],
    weightOf: ({ weight }) => weight ?? 1,
    write,
  });

/** Remembers the batches it was given. */
const recording = () => {
  const batches: string[][] = [];
  const write = async (items: readonly Item[]): Promise<readonly string[]> => {
    if (items.some(({ poison }) => poison)) throw new Error('a fault of the statement');
    batches.push(items.map(({ key }) => key));
    return items.map(({ key }) => `${key} written`);
  };
  return { batches, write };
};

const submitAll = (batcher: ReturnType<typeof batcherOf>, items: readonly Item[]) =>
  Promise.allSettled(items.map((item) => batcher.submit(item)));

describe('writing in batches', () => {
  it('puts what arrives together into one batch, up to the limits, and answers each item', async () => {
    const { batches, write } = recording();
    const outcomes = await submitAll(
      batcherOf(write),
      ['a', 'b', 'c', 'd', 'e'].map((key) => ({ key })),
    );
    expect(batches).toEqual([['a', 'b', 'c', 'd'], ['e']]);
    expect(outcomes[4]).toEqual({ status: 'fulfilled', value: 'e written' });
  });

  it('keeps items of one key apart and in order', async () => {
    const { batches, write } = recording();
    await submitAll(batcherOf(write), [{ key: 'a' }, { key: 'a' }, { key: 'b' }, { key: 'a' }]);
    expect(batches).toEqual([['a', 'b'], ['a'], ['a']]);
  });

  it('does not overtake an item that was too heavy for the batch', async () => {
    const { batches, write } = recording();
    await submitAll(batcherOf(write), [{ key: 'a', weight: 9 }, { key: 'b', weight: 9 }, { key: 'b' }, { key: 'c' }]);
    expect(batches).toEqual([['a', 'c'], ['b'], ['b']]);
  });

  it('lets only the bad item fail', async () => {
    const { batches, write } = recording();
    const outcomes = await submitAll(batcherOf(write), [{ key: 'a' }, { key: 'b', poison: true }, { key: 'c' }]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(batches).toEqual([['a'], ['c']]);
  });

  it('refuses more than it may hold, and everything after the end', async () => {
    const { write } = recording();
    const batcher = batcherOf(write);
    const outcomes = submitAll(
      batcher,
      Array.from({ length: 9 }, (_, n) => ({ key: String(n) })),
    );
    const draining = batcher.drain();
    expect((await outcomes)[8]).toEqual({ status: 'rejected', reason: expect.any(LogUnavailable) });
    await draining;
    await expect(batcher.submit({ key: 'late' })).rejects.toThrow(LogUnavailable);
  });

  it('does not let the queue wait for one outage after another', async () => {
    // Far longer than a busy machine takes from the submission to the first batch.
    const waitMsMax = 2_000;
    let calls = 0;
    const write = async (): Promise<readonly string[]> => {
      calls += 1;
      await new Promise((resolve) => setTimeout(resolve, 2 * waitMsMax));
      throw Object.assign(new Error('gone'), { code: 'ECONNREFUSED' });
    };
    const outcomes = await submitAll(
      batcherOf(write, waitMsMax),
      Array.from({ length: 8 }, (_, n) => ({ key: String(n) })),
    );
    expect(outcomes.map((one) => (one as PromiseRejectedResult).reason)).toEqual(
      outcomes.map(() => expect.any(LogUnavailable)),
    );
    expect(calls).toBe(1);
  });
});

describe('an error of the database', () => {
  it.each([
    [{ code: 'ECONNREFUSED' }, 'unreachable'],
    [{ code: '57P03' }, 'unreachable'],
    [{ code: 'ECONNRESET' }, 'unknown'],
    [{ code: '08006' }, 'unknown'],
    [{ code: '57P01' }, 'unknown'],
    [{ message: 'Connection terminated unexpectedly' }, 'unknown'],
    [{ message: 'Query read timeout' }, 'unknown'],
    [{ code: '53100' }, 'refused'],
    [{ code: '53200' }, 'refused'],
    [{ code: '40001' }, 'busy'],
    [{ code: '55P03' }, 'busy'],
    [{ code: '23505' }, 'other'],
    [new TypeError('a bug'), 'other'],
  ] as const)('like %o means %s', (error, kind) => {
    expect(kindOfFailure(error)).toBe(kind);
  });
});
