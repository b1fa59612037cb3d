import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { PartnerUnavailable } from '../../commands/partnerPorts.ts';
import type { Outbox, OutboxItem } from '../../commands/ports.ts';
import { type DispatcherPorts, NotYet, runDispatcher } from '../../commands/workers/dispatcher.ts';
import { errorClass, RefusedOutside, troubleOf } from '../../commands/workers/trouble.ts';
import { LogUnavailable } from '../../domain/eventLog.ts';

const item = (intentId: string, attempts = 1): OutboxItem => ({
  intentId,
  attempts,
  step: 'close',
  lane: intentId,
  delayMs: 0,
  priority: 1,
  payload: {},
  process: 'o2c',
  key: 'K',
  bu: 'ACME',
  causeEventId: 'E',
  causePosition: '1',
  correlationId: 'C',
});

/** Hands out what it is given once and writes down what becomes of it. */
const outboxOf = (items: OutboxItem[]) => {
  const done: string[] = [];
  const retried: {
    readonly intentId: string;
    readonly kind: string;
    readonly class: string;
    readonly delayMs: number;
  }[] = [];
  const outbox: Outbox = {
    store: async () => true,
    take: async (_worker, limit) => items.splice(0, limit),
    done: async (ids) => {
      done.push(...ids);
    },
    retry: async ({ intentId }, error, delayMs) => {
      retried.push({ intentId, kind: error.kind ?? '', class: error.class, delayMs });
    },
    changed: async (signal) => {
      await delay(5, undefined, { signal }).catch(() => {});
    },
    counts: async () => ({ waiting: 0, retrying: 0, oldestSeconds: 0 }),
  };
  return { outbox, done, retried };
};

/** Runs until `isOver`, or for some milliseconds when what is looked for is that nothing more happens. */
const runFor = async (
  until: number | (() => boolean),
  ports: Omit<DispatcherPorts, 'worker' | 'onError'>,
): Promise<void> => {
  const stop = new AbortController();
  const running = runDispatcher(
    {
      worker: 'w',
      onError: (error) => {
        throw error;
      },
      ...ports,
    },
    stop.signal,
  );
  if (typeof until === 'number') await delay(until);
  else while (!until()) await delay(5);
  stop.abort();
  await running;
};

describe('the dispatcher', () => {
  test('a partner that hangs holds up its own steps, a quarter of the workers, and nobody else', async () => {
    const of = (partner: string | null, n: number): OutboxItem => ({ ...item(`${partner}-${n}`), partner });
    const numbers = Array.from({ length: 100 }, (_, n) => n);
    const items = [...numbers.map((n) => of('wms', n)), ...numbers.flatMap((n) => [of('erp', n), of(null, n)])];
    const { outbox, done } = outboxOf(items);
    const take: Outbox['take'] = async (_worker, limit, _leaseMs, { held = [] } = {}) => {
      const isHeld = ({ partner }: OutboxItem): boolean => held.some(({ key }) => key === partner);
      const taken = items.filter((one) => !isHeld(one)).slice(0, limit);
      for (const one of taken) items.splice(items.indexOf(one), 1);
      return taken;
    };
    const back = Promise.withResolvers<void>();
    let calling = 0;
    let most = 0;
    const run = async ({ partner }: OutboxItem): Promise<void> => {
      if (partner !== 'wms') return;
      calling += 1;
      most = Math.max(most, calling);
      await back.promise;
      calling -= 1;
    };
    const stop = new AbortController();
    const onError = (error: unknown): void => {
      throw error;
    };
    const working = runDispatcher({ outbox: { ...outbox, take }, run, worker: 'w', onError }, stop.signal);
    while (done.length < 200) await delay(5);
    expect(done.some((id) => id.startsWith('wms'))).toBe(false);
    expect([calling, most]).toEqual([16, 16]);
    back.resolve();
    while (done.length < 300) await delay(5);
    expect(most).toBe(16);
    stop.abort();
    await working;
  });

  test('what still stands in the line of a partner when the worker stops is left to others', async () => {
    const { outbox, done } = outboxOf([
      { ...item('I1'), partner: 'wms' },
      { ...item('I2'), partner: 'wms' },
    ]);
    const back = Promise.withResolvers<void>();
    const stop = new AbortController();
    const ran: string[] = [];
    const run = async ({ intentId }: OutboxItem): Promise<void> => {
      ran.push(intentId);
      await back.promise;
    };
    const onError = (): void => {};
    const working = runDispatcher({ outbox, run, worker: 'w', onError, perPartnerMax: 1 }, stop.signal);
    while (ran.length === 0) await delay(5);
    stop.abort();
    back.resolve();
    await working;
    expect([ran, done]).toEqual([['I1'], ['I1']]);
  });

  test('runs steps, several at a time but no more than it may, and reports them done', async () => {
    const { outbox, done } = outboxOf(Array.from({ length: 20 }, (_, n) => item(`I${n}`)));
    let running = 0;
    let most = 0;
    const run = async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await delay(5);
      running -= 1;
    };
    await runFor(() => done.length >= 20, { outbox, run, concurrencyMax: 4 });
    expect(done).toHaveLength(20);
    expect(most).toBe(4);
  });

  test('puts a failed step back with its class and a delay that grows with its attempts up to five minutes', async () => {
    const { outbox, done, retried } = outboxOf([item('first'), item('fifth', 5), item('hundredth', 100)]);
    const run = async (): Promise<void> => {
      throw new PartnerUnavailable('erp', 'away', { class: 'TIMEOUT' });
    };
    await runFor(50, { outbox, run });
    expect(done).toEqual([]);
    const delays = Object.fromEntries(retried.map(({ intentId, delayMs }) => [intentId, delayMs]));
    expect(delays.first).toBeGreaterThanOrEqual(500);
    expect(delays.first).toBeLessThanOrEqual(1_000);
    expect(delays.fifth).toBeGreaterThanOrEqual(8_000);
    expect(delays.fifth).toBeLessThanOrEqual(16_000);
    expect(delays.hundredth).toBeGreaterThanOrEqual(150_000);
    expect(delays.hundredth).toBeLessThanOrEqual(300_000);
    expect(new Set(retried.map((each) => each.class))).toEqual(new Set(['TIMEOUT']));
  });

  test('leaves a partner that asked for a pause alone for as long', async () => {
    const { outbox, retried } = outboxOf([item('busy'), item('tried often', 20)]);
    const run = async (): Promise<void> => {
      throw new PartnerUnavailable('erp', 'slow down', { class: 'BUSY', retryAfterMs: 45_000 });
    };
    await runFor(() => retried.length === 2, { outbox, run });
    const delays = Object.fromEntries(retried.map(({ intentId, delayMs }) => [intentId, delayMs]));
    expect(delays.busy).toBe(45_000);
    expect(delays['tried often']).toBeGreaterThanOrEqual(150_000);
  });

  test('asks again after the time that a step names when somebody else is not ready yet', async () => {
    const { outbox, retried } = outboxOf([item('early')]);
    await runFor(30, {
      outbox,
      run: async () => {
        throw new NotYet('still working', 1_234);
      },
    });
    expect(retried).toEqual([{ intentId: 'early', kind: 'WAITING', class: 'NotYet', delayMs: 1_234 }]);
  });

  test('asks again after the time that a step names when somebody outside said no, and says that it is stuck', async () => {
    const { outbox, retried } = outboxOf([item('refused')]);
    await runFor(30, {
      outbox,
      run: async () => {
        throw new RefusedOutside('PERIOD_CLOSED_THERE', 'no', 60_000);
      },
    });
    expect(retried).toEqual([{ intentId: 'refused', kind: 'STUCK', class: 'PERIOD_CLOSED_THERE', delayMs: 60_000 }]);
  });

  test('waits for running steps when it is stopped', async () => {
    const { outbox, done } = outboxOf([item('slow')]);
    await runFor(10, { outbox, run: () => delay(80) });
    expect(done).toEqual(['slow']);
  });

  test('tells an outage, which ends by itself, from what takes a person', () => {
    const kindOf = (error: unknown) => troubleOf(error).kind;
    expect(kindOf(new PartnerUnavailable('erp', 'away', { class: 'BREAKER_OPEN' }))).toBe('RETRYING');
    expect(kindOf(new LogUnavailable('Postgres cannot be reached'))).toBe('RETRYING');
    expect(kindOf(new PartnerUnavailable('erp', 'two orders', { class: 'AMBIGUOUS' }))).toBe('STUCK');
    expect(kindOf(new TypeError('x'))).toBe('STUCK');
    expect(troubleOf(new Error(`a\0b\ud800${'x'.repeat(9_000)}`)).detail).toMatch(/^ab\ufffdx{497}$/);
  });

  test('names what is not an error too', () => {
    expect(errorClass('text')).toBe('Unknown');
    expect(errorClass(new TypeError('x'))).toBe('TypeError');
  });
});
