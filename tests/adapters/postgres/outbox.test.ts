import { randomUUID } from 'node:crypto';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createOutbox } from '../../../adapters/postgres/outbox.ts';
import type { NewOutboxItem, Outbox, OutboxItem } from '../../../commands/ports.ts';
import type { Position } from '../../../domain/eventLog.ts';
import { priorities, priorityOf } from '../../../domain/orderToCash/priorities.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

const leaseMs = 30_000;
const positionAt = (n: number): Position => String(n).padStart(20, '0') as Position;

const intent = (lane: string, step: string, delayMs = 0): Omit<OutboxItem, 'attempts'> => ({
  intentId: `${randomUUID()}:${step}`,
  process: 'o2c',
  key: 'order-1',
  bu: 'BU1',
  priority: 1,
  step,
  lane,
  delayMs,
  payload: { qty: '5', z: 1, a: 2 },
  causeEventId: randomUUID(),
  causePosition: positionAt(7),
  correlationId: 'correlation-1',
  partner: 'erp',
  node: 'DC-EAST',
  channel: 'portal',
});

const stepsOf = (items: readonly OutboxItem[]): string[] => items.map(({ step }) => step);

describe('the outbox', () => {
  let database: TestDatabase<never>;
  let outbox: Outbox;
  let at = 0;
  beforeEach(async () => {
    database = await createTestDatabase();
    outbox = createOutbox(database.db);
    at = 0;
  });
  afterEach(() => database.close());

  const store = async (...items: Omit<OutboxItem, 'attempts'>[]): Promise<boolean> => {
    const from = at === 0 ? 'start' : positionAt(at);
    at += 1;
    return outbox.store(items, { name: 'dispatcher', from, to: positionAt(at) });
  };

  /** As if the time had come that it waits for. */
  const comesDue = (step: string) =>
    database.pool.query('update ops.outbox set due_at = clock_timestamp() where step = $1', [step]);

  it('hands out what was stored, exactly', async () => {
    const item = intent('A', 'reserve');
    expect(await store(item)).toBe(true);
    expect(await outbox.take('w1', 10, leaseMs)).toEqual([{ ...item, attempts: 1 }]);
  });

  it('leaves an item to who took it after a lease ran out: the slow one puts nothing back', async () => {
    await store(intent('A', 'registerErp'));
    const [slow] = await outbox.take('w1', 10, 1);
    await delay(20);
    const [present] = await outbox.take('w2', 10, leaseMs);
    if (slow === undefined || present === undefined) throw new Error('it was not taken twice');
    await outbox.retry(slow, { class: 'TIMEOUT', detail: 'late' }, 0);
    expect(await outbox.take('w3', 10, leaseMs)).toEqual([]);
    await outbox.retry(present, { class: 'TIMEOUT', detail: 'now' }, 0);
    expect(stepsOf(await outbox.take('w3', 10, leaseMs))).toEqual(['registerErp']);
  });

  it('stores nothing when the checkpoint was moved by someone else', async () => {
    await store(intent('A', 'first'));
    const stale = { name: 'dispatcher', from: 'start', to: positionAt(9) } as const;
    expect(await outbox.store([intent('B', 'stale')], stale)).toBe(false);
    expect(stepsOf(await outbox.take('w1', 10, leaseMs))).toEqual(['first']);
  });

  it('keeps of what is done only its id, so that it is never stored or handed out again', async () => {
    const item = intent('A', 'reserve');
    await store(item);
    await outbox.take('w1', 10, leaseMs);
    await outbox.done([item.intentId]);
    await store(item);
    expect(await outbox.take('w1', 10, leaseMs)).toEqual([]);
    const { rows } = await database.pool.query('select intent_id, payload from ops.outbox');
    expect(rows).toEqual([{ intent_id: item.intentId, payload: '' }]);
  });

  it('lets one of two simultaneous readers advance', async () => {
    const checkpoint = { name: 'dispatcher', from: 'start', to: positionAt(1) } as const;
    const item = intent('A', 'once');
    const stored = await Promise.all([1, 2, 3, 4].map(() => outbox.store([item], checkpoint)));
    expect(stored.filter(Boolean)).toHaveLength(1);
  });

  it('never stores an intent again, also after it was done', async () => {
    const item = intent('A', 'once');
    await store(item);
    await outbox.take('w1', 1, leaseMs);
    await outbox.done([item.intentId]);
    await store(item);
    expect(await outbox.take('w1', 10, leaseMs)).toEqual([]);
  });

  it('keeps one step that looks anew until it is taken, then one more for all that come meanwhile', async () => {
    const tried = (lane: string, payload: object = { orderId: lane }) =>
      ({ ...intent(lane, 'tryTogether'), payload, looksAnew: true }) as NewOutboxItem;
    const [first, other] = [tried('A'), intent('A', 'release')];
    await store(tried('A'), first, tried('B'), other);
    await store(tried('A'), tried('A', { orderId: 'A', definedAt: '7' }), { ...other, intentId: 'release again' });
    const taken = await outbox.take('w1', 10, leaseMs);
    expect(taken.map(({ intentId, lane }) => [lane, intentId === first.intentId])).toEqual([
      ['A', true],
      ['B', false],
    ]);
    await store(tried('A'));
    await store(tried('A'), tried('A'));
    await outbox.retry(
      { ...first, attempts: 1 },
      { class: 'TIMEOUT', detail: 'it runs again and may have looked before' },
      0,
    );
    await store(tried('A'));
    const { rows } = await database.pool.query(
      `select step, payload from ops.outbox where lane = 'A' and attempts = 0 order by sequence`,
    );
    expect(rows).toEqual([
      { step: 'release', payload: JSON.stringify(other.payload) },
      { step: 'tryTogether', payload: '{"orderId":"A","definedAt":"7"}' },
      { step: 'release', payload: JSON.stringify(other.payload) },
      { step: 'tryTogether', payload: '{"orderId":"A"}' },
    ]);
  });

  it('hands out one item per lane at a time, oldest first', async () => {
    const [a1, a2, b1] = [intent('A', 'a1'), intent('A', 'a2'), intent('B', 'b1')];
    await store(a1, a2, b1);
    expect(stepsOf(await outbox.take('w1', 10, leaseMs))).toEqual(['a1', 'b1']);
    expect(await outbox.take('w2', 10, leaseMs)).toEqual([]);
    await outbox.done([b1.intentId, a1.intentId]);
    expect(stepsOf(await outbox.take('w2', 10, leaseMs))).toEqual(['a2']);
  });

  it('hands out ship confirmations before invoices and both before a backlog of status work that is older', async () => {
    const stepOf = (step: string, lane: string = randomUUID()) => ({
      ...intent(lane, step),
      priority: priorityOf(step),
    });
    await store(...Array.from({ length: 500 }, () => stepOf('recordPosting')));
    await store(
      stepOf('issueInvoice', 'I'),
      stepOf('afterConfirm', 'S'),
      stepOf('allocate', 'P'),
      stepOf('afterInvoice', 'I'),
    );
    expect(stepsOf(await outbox.take('w1', 5, leaseMs))).toEqual([
      ...['allocate', 'afterConfirm', 'issueInvoice', 'recordPosting', 'recordPosting'],
    ]);
    expect(stepsOf(await outbox.take('w1', 1, leaseMs, { priority: priorities.bulk }))).toEqual(['recordPosting']);
    expect(await outbox.take('w1', 1, leaseMs, { priority: priorities.invoice })).toEqual([]);
  });

  it('keeps the order of a lane whatever matters more', async () => {
    await store({ ...intent('A', 'close'), priority: 4 }, { ...intent('A', 'allocate'), priority: 1 });
    const [first] = await outbox.take('w1', 10, leaseMs);
    expect(first?.step).toBe('close');
    await outbox.done([first?.intentId ?? '']);
    expect(stepsOf(await outbox.take('w1', 10, leaseMs))).toEqual(['allocate']);
  });

  it('keeps a failing item first in its lane and counts its attempts', async () => {
    const [a1, a2, b1] = [intent('A', 'a1'), intent('A', 'a2'), intent('B', 'b1')];
    await store(a1, a2, b1);
    await outbox.take('w1', 1, leaseMs);
    await outbox.retry({ ...a1, attempts: 1 }, { class: 'PartnerUnavailable', detail: 'away' }, 3_600_000);
    expect(stepsOf(await outbox.take('w1', 10, leaseMs))).toEqual(['b1']);
    expect(await outbox.counts()).toMatchObject({ waiting: 2, retrying: 1 });
    await comesDue('a1');
    expect(await outbox.take('w1', 10, leaseMs)).toMatchObject([{ step: 'a1', attempts: 2 }]);
  });

  it('gives an item to another worker when the first one died', async () => {
    await store(intent('A', 'a1'));
    await outbox.take('w1', 1, 20);
    await delay(40);
    expect(await outbox.take('w2', 1, leaseMs)).toMatchObject([{ step: 'a1', attempts: 2 }]);
  });

  it('holds a delayed item back without holding up its lane', async () => {
    const laterMs = 3_600_000;
    await store(intent('A', 'later', laterMs), intent('A', 'now'));
    const [now] = await outbox.take('w1', 10, leaseMs);
    expect(now?.step).toBe('now');
    await outbox.done([now?.intentId ?? '']);
    expect(await outbox.take('w1', 10, leaseMs)).toEqual([]);
    await comesDue('later');
    expect(stepsOf(await outbox.take('w1', 10, leaseMs))).toEqual(['later']);
  });

  it('gives each item to one of many workers, and the lanes in order', async () => {
    const items = Array.from({ length: 120 }, (_, n) => intent(`lane-${n % 12}`, String(n)));
    await store(...items);
    const seen: number[] = [];
    const work = async (worker: string): Promise<void> => {
      for (let empty = 0; empty < 20; ) {
        const taken = await outbox.take(worker, 5, leaseMs);
        empty = taken.length === 0 ? empty + 1 : 0;
        seen.push(...taken.map(({ step }) => Number(step)));
        await outbox.done(taken.map(({ intentId }) => intentId));
      }
    };
    await Promise.all(['w1', 'w2', 'w3', 'w4', 'w5', 'w6'].map(work));
    expect(seen.toSorted((a, b) => a - b)).toEqual(items.map((_, n) => n));
    for (const lane of Map.groupBy(seen, (n) => n % 12).values()) expect(lane).toEqual(lane.toSorted((a, b) => a - b));
  });

  it('wakes a worker when something is stored or done, and knows its age', async () => {
    const { signal } = new AbortController();
    await outbox.changed(signal);
    const woken = outbox.changed(signal).then(() => 'woken');
    await store(intent('A', 'a1'));
    // By the store itself: a look of its own would come some time later.
    expect(await Promise.race([woken, nextTurn('asleep')])).toBe('woken');
    expect((await outbox.counts()).oldestSeconds).toBeLessThan(30);
  });

  it('does not wake a worker for a finished step that nothing waits behind, and does for one that something does', async () => {
    const { signal } = new AbortController();
    const [alone, first, second] = [intent('A', 'alone'), intent('B', 'first'), intent('B', 'second')];
    await store(alone, first, second);
    await outbox.take('w1', 10, leaseMs);
    await outbox.changed(signal);
    const woken = outbox.changed(signal).then(() => 'woken');
    await outbox.done([alone.intentId]);
    expect(await Promise.race([woken, nextTurn('asleep')])).toBe('asleep');
    await outbox.done([first.intentId]);
    expect(await Promise.race([woken, nextTurn('asleep')])).toBe('woken');
    expect(stepsOf(await outbox.take('w1', 10, leaseMs))).toEqual(['second']);
  });
});
