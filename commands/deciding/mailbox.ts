import { LogUnavailable } from '../../domain/eventLog.ts';

export type MailboxOptions<Item> = {
  /** Works off items of one key, in order, and settles each of them. The next batch of the key waits for it. */
  readonly handle: (key: string, items: readonly Item[]) => Promise<void>;
  /** Called for every item of a batch whose `handle` threw. */
  readonly fail: (item: Item, error: unknown) => void;
  readonly batchMax: number;
  /** Items that may wait for one key; more are refused at once, so that memory and waiting time stay bounded. */
  readonly waitingMax: number;
};

/**
 * One queue per key, worked off by one worker at a time: whatever arrives while a batch is being written is the next
 * batch. Different keys do not wait for each other. A queue exists only while it has work.
 */
export const createMailboxes = <Item>(options: MailboxOptions<Item>) => {
  const queues = new Map<string, Item[]>();

  const work = async (key: string, queue: Item[]): Promise<void> => {
    // Starting one turn later lets the commands of this turn share the first batch.
    await Promise.resolve();
    while (queue.length > 0) {
      const batch = queue.splice(0, options.batchMax);
      try {
        await options.handle(key, batch);
      } catch (error) {
        for (const item of batch) options.fail(item, error);
      }
    }
    queues.delete(key);
  };

  /** Throws `LogUnavailable` when too many wait already. */
  const post = (key: string, item: Item): void => {
    const queue = queues.get(key);
    if (queue === undefined) {
      const fresh = [item];
      queues.set(key, fresh);
      void work(key, fresh);
      return;
    }
    if (queue.length >= options.waitingMax)
      throw new LogUnavailable(`${queue.length} commands are waiting for ${key} already`);
    queue.push(item);
  };

  return { post, busy: (): number => queues.size };
};
