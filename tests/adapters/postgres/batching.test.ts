import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { kindOfFailure } from '../../../adapters/postgres/failures.ts';
import { createBatcher } from '../../../adapters/postgres/log/batching.ts';
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

/** Batches of up to four that end when the test says so, two at once from two waiting items on. */
const held = (hasRoom = (): boolean => true) => {
  const begun: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const batcher = createBatcher<Item, string>({
    limits: { itemsMax: 4, weightMax: 10, waitingMax: 20, waitMsMax: 60_000 },
    keysOf: ({ key }) => [key],
    weightOf: () => 1,
    second: { itemsMin: 2, hasRoom },
    write: (items) =>
      new Promise((resolve, reject) => {
        const name = items.map(({ key }) => key).join('');
        begun.push(name);
        ends.set(name, (error) => (error ? reject(error) : resolve(items.map(({ key }) => `${key} written`))));
      }),
  });
  const submit = (keys: string) => Promise.all([...keys].map((key) => batcher.submit({ key })));
  const turns = async (): Promise<void> => {
    for (let n = 0; n < 5; n += 1) await nextTurn();
  };
  const end = async (name: string, error?: Error): Promise<void> => {
    ends.get(name)?.(error);
    await turns();
  };
  return { batcher, begun, submit, turns, end };
};

describe('a second batch beside the first', () => {
  it('is sent when enough waits, and no third one', async () => {
    const { begun, submit, turns, end } = held();
    const all = [submit('abcd'), submit('e')];
    await turns();
    expect(begun).toEqual(['abcd']);
    all.push(submit('f'));
    await turns();
    expect(begun).toEqual(['abcd', 'ef']);
    all.push(submit('ghij'));
    await turns();
    expect(begun).toEqual(['abcd', 'ef']);
    await end('ef');
    expect(begun).toEqual(['abcd', 'ef', 'ghij']);
    await end('ghij');
    await end('abcd');
    expect((await Promise.all(all)).flat()).toEqual([...'abcdefghij'].map((key) => `${key} written`));
  });

  it('has nothing of a key that is under way, in whichever order the two end', async () => {
    const { begun, submit, turns, end } = held();
    const all = [submit('abcd'), submit('axby')];
    await turns();
    expect(begun).toEqual(['abcd', 'xy']);
    all.push(submit('xa'));
    await end('xy');
    // The later `a` waits behind the one before it, which waits for the first batch.
    expect(begun).toEqual(['abcd', 'xy', 'x']);
    await end('abcd');
    await end('x');
    await end('ab');
    await end('a');
    expect(begun).toEqual(['abcd', 'xy', 'x', 'ab', 'a']);
    await Promise.all(all);
  });

  it('is written although the first fails', async () => {
    const { submit, turns, end } = held();
    const [first, second] = [submit('abcd'), submit('ef')];
    await turns();
    const failed = expect(first).rejects.toThrow(LogUnavailable);
    await end('abcd', Object.assign(new Error('gone'), { code: 'ECONNRESET' }));
    await failed;
    await end('ef');
    expect(await second).toEqual(['e written', 'f written']);
  });

  it('is not sent where it would have to wait', async () => {
    const { begun, submit, turns, end } = held(() => false);
    const all = [submit('abcd'), submit('efgh')];
    await turns();
    expect(begun).toEqual(['abcd']);
    await end('abcd');
    await end('efgh');
    await Promise.all(all);
  });

  it('is waited for at the end', async () => {
    const { batcher, submit, turns, end } = held();
    const all = [submit('abcd'), submit('efgh')];
    await turns();
    let isDrained = false;
    const drained = batcher.drain().then(() => {
      isDrained = true;
    });
    await end('abcd');
    expect(isDrained).toBe(false);
    await end('efgh');
    await drained;
    await Promise.all(all);
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
