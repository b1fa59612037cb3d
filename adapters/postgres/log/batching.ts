import { setImmediate as nextTurn } from 'node:timers/promises';
import { LogUnavailable } from '../../../domain/eventLog.ts';
import { asLogUnavailable, kindOfFailure } from '../failures.ts';

export type Batcher<Item, Result> = {
  /** Resolves when the item's batch is committed. Throws `LogUnavailable` when too many wait or the database is away. */
  readonly submit: (item: Item) => Promise<Result>;
  /** Refuses new items and waits for the accepted ones. */
  readonly drain: () => Promise<void>;
};

type Waiting<Item, Result> = {
  readonly item: Item;
  readonly keys: readonly string[];
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
  readonly submittedAtMs: number;
};

export type BatchLimits = {
  readonly itemsMax: number;
  readonly weightMax: number;
  /** Items beyond this are refused: a queue without a bound hides an outage until memory is gone. */
  readonly waitingMax: number;
  /** An item not yet sent after this long is refused: during an outage, nobody waits for the batches before them one by one. */
  readonly waitMsMax: number;
};

/** When a second batch is sent although the first is still under way. */
export type SecondBatch = {
  /** From so many waiting items on: smaller batches cost more in calls than they save in waiting. */
  readonly itemsMin: number;
  /** Is it sure not to wait where it is sent? Asked when it would be sent. */
  readonly hasRoom: () => boolean;
};

/**
 * Collects items that arrive while a batch is being written and writes them together next, or beside it as `second` says.
 * Items that share a key share no batch, are not under way together and stay in order. When `write` fails through the
 * fault of a statement, the items are written one by one, so that a bad one fails alone. `write` answers in the order of its items.
 */
export const createBatcher = <Item, Result>(options: {
  readonly limits: BatchLimits;
  readonly keysOf: (item: Item) => readonly string[];
  readonly weightOf: (item: Item) => number;
  readonly write: (items: readonly Item[]) => Promise<readonly (Result | Error)[]>;
  /** Absent: one batch after the other. */
  readonly second?: SecondBatch;
}): Batcher<Item, Result> => {
  const { limits, keysOf, weightOf, second } = options;
  let queue: Waiting<Item, Result>[] = [];
  const underWay = new Set<Promise<void>>();
  const keysUnderWay = new Set<string>();
  let isScheduled = false;
  let closed = false;

  const takeBatch = (): readonly Waiting<Item, Result>[] => {
    const batch: Waiting<Item, Result>[] = [];
    const later: Waiting<Item, Result>[] = [];
    const keys = new Set(keysUnderWay);
    let weight = 0;
    const oldestMs = performance.now() - limits.waitMsMax;
    for (const waiting of queue) {
      if (waiting.submittedAtMs < oldestMs) {
        waiting.reject(new LogUnavailable(`not written within ${limits.waitMsMax} ms`));
        continue;
      }
      const nextWeight = weight + weightOf(waiting.item);
      const fits = batch.length < limits.itemsMax && (batch.length === 0 || nextWeight <= limits.weightMax);
      if (fits && !waiting.keys.some((key) => keys.has(key))) {
        batch.push(waiting);
        weight = nextWeight;
      } else {
        later.push(waiting);
      }
      for (const key of waiting.keys) keys.add(key);
    }
    queue = later;
    return batch;
  };

  const write = async (batch: readonly Waiting<Item, Result>[]): Promise<void> => {
    try {
      const results = await options.write(batch.map(({ item }) => item));
      for (const [index, { resolve, reject }] of batch.entries()) {
        const result = results[index] ?? new Error('the batch was written but this item got no answer');
        if (result instanceof Error) reject(result);
        else resolve(result);
      }
    } catch (error) {
      if (kindOfFailure(error) === 'other' && batch.length > 1) {
        for (const waiting of batch) await write([waiting]);
      } else {
        for (const { reject } of batch) reject(asLogUnavailable(error));
      }
    }
  };

  const isWorthSending = (): boolean => {
    if (underWay.size === 0) return queue.length > 0;
    if (second === undefined || underWay.size > 1) return false;
    return queue.length >= second.itemsMin && second.hasRoom();
  };

  const send = async (batch: readonly Waiting<Item, Result>[]): Promise<void> => {
    for (const { keys } of batch) for (const key of keys) keysUnderWay.add(key);
    await write(batch);
    for (const { keys } of batch) for (const key of keys) keysUnderWay.delete(key);
  };

  const sendWaiting = (): void => {
    isScheduled = false;
    while (isWorthSending()) {
      const batch = takeBatch();
      if (batch.length === 0) return;
      const sent = send(batch).then(() => {
        underWay.delete(sent);
        schedule();
      });
      underWay.add(sent);
    }
  };

  /** One turn later, so that whatever else this turn brings shares the batch. */
  const schedule = (): void => {
    if (isScheduled || queue.length === 0) return;
    isScheduled = true;
    setImmediate(sendWaiting);
  };

  const submit = (item: Item): Promise<Result> =>
    new Promise<Result>((resolve, reject) => {
      if (closed) throw new LogUnavailable('the service is closing');
      if (queue.length >= limits.waitingMax)
        throw new LogUnavailable(`${limits.waitingMax} writes are waiting already`);
      queue.push({ item, keys: keysOf(item), resolve, reject, submittedAtMs: performance.now() });
      schedule();
    });

  const drain = async (): Promise<void> => {
    closed = true;
    while (queue.length > 0 || underWay.size > 0) await (underWay.size > 0 ? Promise.race(underWay) : nextTurn());
  };

  return { submit, drain };
};
