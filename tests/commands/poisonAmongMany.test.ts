import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { Checkpoints, EventFeed } from '../../commands/ports.ts';
import { createFeedWorker, type Stuck } from '../../commands/workers/feedWorker.ts';
import type { Position, Recorded, StreamName } from '../../domain/eventLog.ts';

const keysCount = 10_000;
const rounds = 3;
const poisoned = 'K5000';

const positionOf = (index: number): Position => String(index + 1).padStart(20, '0') as Position;

/** `rounds` events of every key, one key after the other in each round. */
const events: readonly Recorded[] = Array.from({ length: keysCount * rounds }, (_, index) => ({
  type: 'OrderClosed',
  data: { orderId: `K${(index % keysCount) + 1}`, bu: 'ACME', soldTo: 'C-1001' },
  eventId: `event-${index}`,
  stream: `order-ACME.K${(index % keysCount) + 1}` as StreamName,
  revision: Math.floor(index / keysCount),
  position: positionOf(index),
  recordedAt: '2026-11-23T08:00:00.000Z',
  metadata: {
    schemaVersion: 1,
    occurredAt: '2026-11-23T08:00:00.000Z',
    ...{ commandId: 'c', $correlationId: 'c', $causationId: 'c' },
    actor: { kind: 'SYSTEM', id: 'x', roles: [] },
    source: { system: 'test' },
    partition: { bu: 'ACME' },
  },
}));

const feed: EventFeed = {
  readAfter: async (position, limit) => {
    const from = position === 'start' ? 0 : Number(position);
    const page = events.slice(from, from + limit);
    return { events: page, throughPosition: page.at(-1)?.position ?? position };
  },
  changed: async () => {},
  head: async () => events.at(-1)?.position ?? 'start',
};

describe('I-07 one poison key among 10,000 at a worker', () => {
  test('leaves 9,999 handled in their order; after a restart it is found again, goes on, and everything was handled', async () => {
    let checkpoint: Position | 'start' = 'start';
    const checkpoints: Checkpoints = {
      read: async () => checkpoint,
      advance: async (_name, from, to) => {
        if (from !== checkpoint) return false;
        checkpoint = to;
        return true;
      },
    };
    const handled = new Map<string, string[]>();
    const stuck: Stuck[] = [];
    let isPoisoned = true;
    const worker = () =>
      createFeedWorker(
        {
          name: 'many',
          categories: ['order'],
          keysOf: ({ data }) => [(data as { orderId: string }).orderId],
          handle: async (key, { eventId }) => {
            if (isPoisoned && key === poisoned) throw new TypeError('cannot handle it');
            handled.set(key, [...(handled.get(key) ?? []), eventId]);
          },
        },
        {
          feed,
          checkpoints,
          onError: (error) => {
            throw error;
          },
          onStuck: (what) => stuck.push(what),
        },
      );
    const { signal } = new AbortController();
    const drain = async (one: ReturnType<typeof worker>): Promise<void> => {
      while (await one.step(signal));
    };
    await drain(worker());
    expect(handled.size).toBe(keysCount - 1);
    expect([...handled.values()].every((ids) => ids.length === rounds)).toBe(true);
    // On a machine that stands still for a second it is tried again before the last page is read.
    expect(stuck[0]).toMatchObject({ key: poisoned, attempts: 1, waiting: 1 });
    expect(stuck).toMatchObject(stuck.map((_, before) => ({ key: poisoned, attempts: before + 1 })));
    // Before the poison: a restart must meet it again.
    expect(
      checkpoint < (events.find(({ data }) => (data as { orderId: string }).orderId === poisoned)?.position ?? ''),
    ).toBe(true);

    isPoisoned = false;
    const again = worker();
    await drain(again);
    // What is done is noted now and then, also while nothing new comes.
    while (checkpoint !== events.at(-1)?.position) {
      await delay(10);
      await again.step(signal);
    }
    expect(handled.get(poisoned)).toEqual([0, 1, 2].map((round) => `event-${round * keysCount + 4_999}`));
    expect(handled.size).toBe(keysCount);
  });
});
