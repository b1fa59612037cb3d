import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { Outbox, OutboxItem, Paused } from '../../commands/ports.ts';
import { runDispatcher } from '../../commands/workers/dispatcher.ts';
import { priorities } from '../../domain/orderToCash/priorities.ts';

const item = (intentId: string, changes: Partial<OutboxItem> = {}): OutboxItem => ({
  ...{ intentId, attempts: 1, step: 'close', lane: intentId, delayMs: 0, payload: {}, process: 'o2c', key: 'K' },
  ...{ bu: intentId, priority: 1, causeEventId: 'E', causePosition: '1', correlationId: 'C' },
  ...changes,
});

const isOf = (one: OutboxItem, { group, key }: Paused): boolean =>
  (group === 'bu' ? one.bu : group === 'channel' ? one.channel : group === 'node' ? one.node : one.partner) === key;

/** An outbox of which every step can be seen, and held until the test lets it go. */
const makeOutbox = (waiting: OutboxItem[]) => {
  const running = new Map<string, { readonly one: OutboxItem; readonly end: () => void }>();
  const done: string[] = [];
  const state = { takes: 0, hold: (_one: OutboxItem): boolean => false };
  const outbox: Outbox = {
    store: async () => true,
    take: async (_worker, limit, _leaseMs, { held = [], priority } = {}) => {
      state.takes += 1;
      await nextTurn();
      const may = (one: OutboxItem): boolean =>
        (priority === undefined || one.priority === priority) && !held.some((of) => isOf(one, of));
      const taken = waiting
        .filter(may)
        .sort((a, b) => a.priority - b.priority)
        .slice(0, limit);
      for (const one of taken) waiting.splice(waiting.indexOf(one), 1);
      return taken;
    },
    done: async (ids) => void done.push(...ids),
    retry: async () => {},
    changed: (signal) => delay(2, undefined, { signal }).catch(() => {}),
    counts: async () => ({ waiting: 0, retrying: 0, oldestSeconds: 0 }),
  };
  const run = async (one: OutboxItem): Promise<void> => {
    if (!state.hold(one)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    running.set(one.intentId, { one, end: resolve });
    await promise;
    running.delete(one.intentId);
  };
  return { outbox, run, running, done, state };
};

const working = async (made: ReturnType<typeof makeOutbox>, work: () => Promise<void>): Promise<void> => {
  const stop = new AbortController();
  const onError = (error: unknown): void => {
    throw error;
  };
  const { outbox, run, running } = made;
  const ending = runDispatcher({ outbox, run, worker: 'w', onError, concurrencyMax: 8 }, stop.signal);
  await work();
  stop.abort();
  made.state.hold = () => false;
  for (const { end } of running.values()) end();
  await ending;
};

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await delay(1);
};

const many = (n: number, of: (id: string) => OutboxItem): OutboxItem[] =>
  Array.from({ length: n }, (_, at) => of(`${at}`));

describe('O-40 the workers of a process are shared', () => {
  test.each<readonly [string, Partial<OutboxItem>]>([
    ['business unit', { bu: 'LOUD' }],
    ['channel', { channel: 'edi' }],
    ['node', { node: 'DC-EAST' }],
  ])('a %s with a thousand steps in front has half of them while others wait, and all when nobody does', async (_, of) => {
    const loud = many(1_000, (id) => item(`loud-${id}`, of));
    const others = many(20, (id) => item(`other-${id}`));
    const made = makeOutbox([...loud, ...others]);
    const isLoud = ({ intentId }: OutboxItem): boolean => intentId.startsWith('loud');
    let most = 0;
    made.state.hold = (one) => {
      if (isLoud(one) && made.done.length < others.length) most = Math.max(most, made.running.size + 1);
      return isLoud(one);
    };
    await working(made, async () => {
      await until(() => made.done.length === others.length);
      expect(most).toBe(4);
      await until(() => made.running.size === 8);
    });
  });

  test('who comes while another has all workers gets the next one that is free', async () => {
    const waiting = many(100, (id) => item(`loud-${id}`, { bu: 'LOUD' }));
    const made = makeOutbox(waiting);
    made.state.hold = ({ bu }) => bu === 'LOUD';
    await working(made, async () => {
      await until(() => made.running.size === 8);
      waiting.push(item('newcomer'));
      // One worker after the other becomes free; before long the newcomer is looked for.
      while (!made.done.includes('newcomer')) {
        [...made.running.values()][0]?.end();
        await delay(5);
      }
      expect(waiting.length).toBeGreaterThan(0);
    });
  });

  test('an outbox in which nobody has a share is asked once', async () => {
    const made = makeOutbox([item('one', { bu: 'A' }), item('two', { bu: 'B' })]);
    made.state.hold = () => true;
    await working(made, async () => {
      await until(() => made.running.size === 2);
      expect(made.state.takes).toBe(1);
    });
  });

  test('what matters least has its turn too when more important things never end', async () => {
    const waiting = [item('report', { priority: priorities.bulk }), item('invoice', { priority: priorities.invoice })];
    const made = makeOutbox(waiting);
    let n = 0;
    made.state.hold = () => {
      n += 1;
      waiting.push(item(`order-${n}`));
      return false;
    };
    waiting.push(...many(50, (id) => item(`first-${id}`)));
    await working(made, () => until(() => made.done.includes('report') && made.done.includes('invoice')));
  });
});
