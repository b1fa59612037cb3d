import { describe, expect, test } from '@jest/globals';
import { PartnerUnavailable } from '../../commands/partnerPorts.ts';
import type { OutboxItem } from '../../commands/ports.ts';
import { createGroupWatch } from '../../commands/steering/groupWatch.ts';
import { Unsayable } from '../../commands/workers/trouble.ts';

const item = (changes: Partial<OutboxItem> = {}): OutboxItem =>
  ({ intentId: 'i', step: 'registerErp', partner: 'erp', ...changes }) as OutboxItem;

const watching = (options: { outcomesMin?: number; errorPercent?: number } = {}) => {
  const clock = { nowMs: 0 };
  const paused: string[] = [];
  const watch = createGroupWatch({
    ...{ outcomesMin: 10, errorPercent: 80, windowMs: 60_000, ...options },
    now: () => clock.nowMs,
    pause: ({ group, key }) => paused.push(`${group}:${key}`),
  });
  return { clock, paused, watch };
};

describe('O-40 a group of which too much fails', () => {
  test('is paused once, by adapter, node or channel, and nothing else is', () => {
    const { paused, watch } = watching();
    for (let n = 0; n < 9; n += 1) watch.failed(item());
    expect(paused).toEqual([]);
    watch.failed(item());
    expect(paused).toEqual(['adapter:erp']);
    for (let n = 0; n < 10; n += 1) watch.failed(item({ partner: null, node: 'DC-EAST', channel: null }));
    expect(paused).toEqual(['adapter:erp', 'node:DC-EAST']);
    for (let n = 0; n < 30; n += 1) watch.failed(item({ partner: null }));
    expect(paused).toHaveLength(2);
  });

  test('goes on while enough of it works, and while failures are few or far apart', () => {
    const { clock, paused, watch } = watching();
    for (let n = 0; n < 100; n += 1) {
      watch.failed(item());
      if (n % 3 === 0) watch.done(item());
    }
    expect(paused).toEqual([]);
    for (let n = 0; n < 100; n += 1) {
      clock.nowMs += 10_000;
      watch.failed(item({ partner: 'tax' }));
    }
    expect(paused).toEqual([]);
  });

  test('is the partner alone when it is its trouble: a channel or node is not held because of a credential', () => {
    const { paused, watch } = watching();
    const ordered = item({ channel: 'portal', node: 'DC-EAST' });
    const refused = new PartnerUnavailable('erp', 'answered 401', { class: 'CREDENTIALS' });
    for (let n = 0; n < 10; n += 1) watch.failed(ordered, refused);
    expect(paused).toEqual(['adapter:erp']);
    for (let n = 0; n < 10; n += 1) watch.failed(ordered, new TypeError('no such field'));
    expect(paused).toEqual(['adapter:erp', 'adapter:erp', 'node:DC-EAST', 'channel:portal']);
  });

  test('is the node alone when only its own partner cannot be told: the other warehouses go on', () => {
    const { paused, watch } = watching();
    const release = item({ partner: 'wms', channel: 'portal', node: '3PL-SOUTH' });
    for (let n = 0; n < 10; n += 1) watch.failed(release, new Unsayable('W0102 "BOX" is longer than 2'));
    expect(paused).toEqual(['node:3PL-SOUTH']);
  });

  test('is never paused at 100 per cent', () => {
    const { paused, watch } = watching({ errorPercent: 100 });
    for (let n = 0; n < 100; n += 1) watch.failed(item());
    expect(paused).toEqual([]);
  });

  test('is a feed too, whose messages cannot be taken', () => {
    const { paused, watch } = watching();
    for (let n = 0; n < 10; n += 1) watch.failed({ partner: 'wms-feed' });
    expect(paused).toEqual(['adapter:wms-feed']);
  });
});
