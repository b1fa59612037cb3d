import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { DueDelivery, Tried, WebhookAnswer } from '../../commands/ports.ts';
import { createNoticeSender, type NoticeSenderPorts } from '../../commands/webhooks/noticeSender.ts';
import { LogUnavailable } from '../../domain/eventLog.ts';
import { webhookDecider } from '../../domain/webhook/webhook.ts';

type Row = DueDelivery & { readonly dueAtMs: number };
type Answer = WebhookAnswer | Promise<WebhookAnswer>;

const taken: WebhookAnswer = { status: 204, error: null };
const down: WebhookAnswer = { status: null, error: 'ECONNREFUSED' };
const never = new Promise<WebhookAnswer>(() => {});
const state = webhookDecider.evolve(webhookDecider.initial, {
  type: 'WebhookSubscribed',
  data: {
    ...{ subscriptionId: 'S', bu: 'ACME', url: 'https://hooks.example/', events: null, customers: null },
    ...{ secretId: 'S-1', secret: 'whsec', subscribedBy: 'kim' },
  },
});

/** A sender over rows in memory, each of an order of its own, and a clock that stands until it is moved. */
const sending = (
  due: readonly (readonly [subscriptionId: string, count: number])[],
  answer: (subscriptionId: string) => Answer,
  changes: Partial<NoticeSenderPorts> = {},
) => {
  let nowMs = Date.parse('2026-11-23T08:00:00.000Z');
  const rows = new Map<string, Row>();
  for (const [subscriptionId, count] of due)
    for (let n = 0; n < count; n += 1) {
      const deliveryId = `${subscriptionId}-${n}`;
      rows.set(deliveryId, { deliveryId, subscriptionId, attempts: 0, body: '{}', dueAtMs: nowMs });
    }
  const calls: string[] = [];
  const settled: (readonly Tried[])[] = [];
  const problems: unknown[] = [];
  const subscriptions = due.map(([subscriptionId]) => subscriptionId);
  const ports: NoticeSenderPorts = {
    deliveries: {
      due: async (rooms, underWay) =>
        rooms.flatMap(({ subscriptionId, room }) =>
          [...rows.values()]
            .filter((row) => row.subscriptionId === subscriptionId && row.dueAtMs <= nowMs)
            .filter(({ deliveryId }) => !underWay.includes(deliveryId))
            .sort((one, other) => one.dueAtMs - other.dueAtMs)
            .slice(0, room),
        ),
      settle: async (tried) => {
        settled.push(tried);
        for (const { deliveryId, error, dueAt } of tried) {
          const row = rows.get(deliveryId);
          if (error === null || row === undefined) rows.delete(deliveryId);
          else rows.set(deliveryId, { ...row, attempts: row.attempts + 1, dueAtMs: Date.parse(dueAt ?? '9999-12-31') });
        }
      },
      hasten: async (ids) => {
        for (const row of rows.values())
          if (ids.includes(row.subscriptionId)) rows.set(row.deliveryId, { ...row, dueAtMs: nowMs });
      },
    },
    subscriptions: { of: () => state, sending: () => subscriptions },
    transport: async ({ headers }) => {
      const deliveryId = String(headers['throughline-delivery']);
      calls.push(deliveryId);
      return answer(deliveryId.slice(0, deliveryId.lastIndexOf('-')));
    },
    reveal: async (secrets) => secrets,
    pause: async () => {},
    clock: () => new Date(nowMs).toISOString(),
    wakeups: { wake: () => {}, changed: async () => {} },
    onError: (error) => problems.push(error),
    random: () => 0.5,
    nowMs: () => nowMs,
    ...changes,
  };
  const sender = createNoticeSender(ports);
  const { signal } = new AbortController();
  /** Until nothing goes on by itself. */
  const run = async (): Promise<void> => {
    for (let idle = 0; idle < 3; ) {
      const before = [calls.length, settled.length];
      await sender.step(signal);
      await turn();
      idle = before[0] === calls.length && before[1] === settled.length ? idle + 1 : 0;
    }
  };
  const pass = (ms: number): void => {
    nowMs += ms;
  };
  return { run, pass, sender, signal, rows, calls, settled, problems };
};

const minute = 60_000;

describe('a sender', () => {
  test('writes what became of all that ended meanwhile in one statement', async () => {
    const { run, settled, calls } = sending([['A', 100]], () => taken);
    await run();
    expect(calls.length).toBe(100);
    expect(settled.length).toBeLessThanOrEqual(100 / 8 + 1);
    expect(settled.flat().every(({ error, attempts }) => error === null && attempts === 0)).toBe(true);
  });

  test('writes an outcome that could not be written as soon as it can be, and sends nothing twice for that', async () => {
    let failures = 0;
    const { sender, signal, calls, settled } = sending([['A', 1]], () => taken, {
      deliveries: {
        due: async (_, underWay) =>
          underWay.length > 0 ? [] : [{ deliveryId: 'A-0', subscriptionId: 'A', attempts: 0, body: '{}' }],
        hasten: async () => {},
        settle: async (tried) => {
          failures += 1;
          if (failures < 3) throw new LogUnavailable('away');
          settled.push(tried);
        },
      },
    });
    await sender.step(signal);
    await turn();
    for (let n = 0; n < 2; n += 1) await expect(sender.step(signal)).rejects.toThrow(LogUnavailable);
    expect([calls, settled]).toEqual([['A-0'], []]);
    await sender.settled();
    expect(settled).toMatchObject([[{ deliveryId: 'A-0', error: null }]]);
  });

  test('leaves places for a hundred who answer at once while forty do not answer', async () => {
    const slow = Array.from({ length: 40 }, (_, n) => [`slow${n}`, 50] as const);
    const fast = Array.from({ length: 100 }, (_, n) => [`fast${n}`, 3] as const);
    const { run, calls } = sending([...slow, ...fast], (id) => (id.startsWith('slow') ? never : taken));
    await run();
    expect(calls.filter((id) => id.startsWith('fast')).length).toBe(300);
  });
});

describe('an endpoint that is away', () => {
  test('is asked by one notice now and then, and by all that waits as soon as it is back', async () => {
    let isDown = true;
    const { run, pass, calls, rows } = sending([['A', 1_000]], () => (isDown ? down : taken));
    for (let minutes = 0; minutes < 24 * 60; minutes += 1) {
      await run();
      pass(minute);
    }
    // A day long every ten minutes, and some more often in the beginning; nothing is stuck by then.
    expect(calls.length).toBeLessThan(200);
    expect(calls.length).toBeGreaterThan(100);
    expect(rows.size).toBe(1_000);
    expect([...rows.values()].every(({ dueAtMs }) => dueAtMs < Date.parse('2026-12-01'))).toBe(true);
    isDown = false;
    pass(10 * minute);
    await run();
    expect(rows.size).toBe(0);
  });

  test('is asked at once when somebody says that it will do', async () => {
    let isDown = true;
    const { run, sender, calls, rows } = sending([['A', 20]], () => (isDown ? down : taken));
    await run();
    const asked = calls.length;
    await run();
    expect(calls.length).toBe(asked);
    isDown = false;
    sender.asked('A');
    await run();
    expect(rows.size).toBe(asked);
  });

  test('is stuck with what was tried for a day, where nothing else waits', async () => {
    const { run, pass, calls, settled } = sending([['A', 1]], () => down);
    for (let minutes = 0; minutes < 26 * 60; minutes += 1) {
      await run();
      pass(minute);
    }
    expect(calls.length).toBe(10);
    expect(settled.flat().at(-1)).toMatchObject({ attempts: 9, dueAt: null });
  });

  test('and says for how long is left alone for so long, with everything that waits', async () => {
    let answer: WebhookAnswer = { status: 429, error: 'REFUSED', retryAfterMs: 20 * minute };
    const { run, pass, calls, rows } = sending([['A', 20]], () => answer);
    await run();
    const asked = calls.length;
    expect(asked).toBeLessThanOrEqual(8);
    answer = taken;
    pass(19 * minute);
    await run();
    expect(calls.length).toBe(asked);
    pass(minute);
    await run();
    expect(rows.size).toBe(0);
  });
});

describe('what goes wrong on our side', () => {
  test.each([
    ['a pause that cannot be written', { status: 410, error: 'REFUSED' }, 'pause', 'REFUSED'],
    ['a secret that cannot be read now', taken, 'reveal', 'SECRET_UNREADABLE'],
  ] as const)('%s is one try, not the same at once again', async (_, answer, port, error) => {
    const away = async (): Promise<never> => {
      throw new LogUnavailable('away');
    };
    const { run, pass, settled, problems } = sending([['A', 1]], () => answer, { [port]: away });
    await run();
    expect(settled.flat()).toMatchObject([{ error, dueAt: '2026-11-23T08:00:05.000Z' }]);
    expect(problems.length).toBe(1);
    pass(5_000);
    await run();
    expect(settled.flat().length).toBe(2);
  });
});
