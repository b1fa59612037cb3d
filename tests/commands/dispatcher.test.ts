import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { type DispatcherPorts, NotYet, runDispatcher } from '../../commands/dispatcher.ts';
import { PartnerUnavailable } from '../../commands/partnerPorts.ts';
import type { Outbox, OutboxItem } from '../../commands/ports.ts';
import { errorClass, RefusedOutside, troubleOf } from '../../commands/trouble.ts';
import { LogUnavailable } from '../../domain/eventLog.ts';

const item = (intentId: string, attempts = 1): OutboxItem => ({
  intentId,
  attempts,
  step: 'close',
  lane: intentId,
  delayMs: 0,
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
    retry: async (intentId, error, delayMs) => {
      retried.push({ intentId, kind: error.kind ?? '', class: error.class, delayMs });
    },
    changed: async (signal) => {
      await delay(5, undefined, { signal }).catch(() => {});
    },
    counts: async () => ({ waiting: 0, retrying: 0, oldestSeconds: 0 }),
  };
  return { outbox, done, retried };
};

const runFor = async (ms: number, ports: Omit<DispatcherPorts, 'worker' | 'onError'>): Promise<void> => {
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
  await delay(ms);
  stop.abort();
  await running;
};

describe('the dispatcher', () => {
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
    await runFor(150, { outbox, run, concurrencyMax: 4 });
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
