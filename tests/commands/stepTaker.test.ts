import { describe, expect, test } from '@jest/globals';
import type { OutboxItem, Paused, Which } from '../../commands/ports.ts';
import { createStepTaker } from '../../commands/workers/stepTaker.ts';
import { priorities } from '../../domain/orderToCash/priorities.ts';

const item = (intentId: string, bu: string, priority: number): OutboxItem => ({
  ...{ intentId, attempts: 1, step: 'close', lane: intentId, delayMs: 0, payload: {}, process: 'o2c', key: 'K' },
  ...{ bu, priority, causeEventId: 'E', causePosition: '1', correlationId: 'C' },
});

/** An outbox in which promises of each of these units never end and one step of every lower priority waits; each take lasts `takeMs`. */
const neverEnding = (units: readonly string[], takeMs: number) => {
  let [nowMs, takes] = [0, 0];
  const lower = [priorities.shipment, priorities.invoice, priorities.bulk].map((one) =>
    item(`low-${one}`, 'LOUD', one),
  );
  const take = async (_worker: string, limit: number, _leaseMs: number, which: Which = {}) => {
    const { held = [], priority } = which;
    nowMs += takeMs;
    takes += 1;
    const isHeld = (bu: string): boolean => held.some(({ group, key }) => group === 'bu' && key === bu);
    if (priority !== undefined) {
      const at = lower.findIndex((one) => one.priority === priority && !isHeld(one.bu));
      return at < 0 ? [] : lower.splice(at, 1);
    }
    const bu = units.find((one) => !isHeld(one));
    if (bu === undefined) return [];
    return Array.from({ length: limit }, (_, at) => item(`${takes}-${at}`, bu, priorities.promise));
  };
  return { outbox: { take }, lower, now: () => nowMs, takes: () => takes };
};

/** LOUD has its share of the workers, and more than that while it is alone. */
const budgets = { full: (): readonly Paused[] => [{ group: 'bu', key: 'LOUD' }], room: () => 4 };

const takerOf = ({ outbox, now }: ReturnType<typeof neverEnding>) =>
  createStepTaker({ outbox, worker: 'w', leaseMs: 60_000, budgets, held: () => [], rates: () => [], now });

describe('what matters less has its turn', () => {
  test.each([1, 10, 40, 400])('when one business unit is alone and each look takes %i ms', async (takeMs) => {
    const made = neverEnding(['LOUD'], takeMs);
    const take = takerOf(made);
    while (made.takes() < 100) await take(4);
    expect(made.lower).toEqual([]);
  });

  test('but not of a business unit that has its share while another one waits', async () => {
    const made = neverEnding(['LOUD', 'QUIET'], 10);
    const take = takerOf(made);
    while (made.takes() < 100) await take(4);
    expect(made.lower).toHaveLength(3);
  });
});
