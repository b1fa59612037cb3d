import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EventStoreDbLog } from '../../../adapters/eventstoredb/eventLog.ts';
import type { Position } from '../../../domain/eventLog.ts';
import { appended, batchOf, happened, newStream } from '../../contracts/logFixtures.ts';
import { openEventStoreDbLog } from '../../support/eventstoredb/log.ts';
import { type ServerProcess, startServerProcess } from '../../support/eventstoredb/serverProcess.ts';
import { leastMs, msOf } from '../../support/leastMs.ts';

const eventsCount = 100_000;
/** FIGURES=1 prints what was measured. */
const show = (...figures: readonly unknown[]): void => {
  if (process.env.FIGURES) console.log(...figures);
};
const mebibyte = 1024 * 1024;

describe('a long history in EventStoreDB, its server in another process', () => {
  let folder: string;
  let server: ServerProcess;
  let log: EventStoreDbLog;
  const stream = newStream('stock');
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'long-'));
    server = await startServerProcess({ file: join(folder, 'log') });
    log = openEventStoreDbLog({ connectionString: server.connectionString });
    for (let last = -1; last < eventsCount - 1; last += 1_000) {
      await appended(log.append(stream, last === -1 ? 'no-stream' : last, batchOf(1_000)));
    }
    await appended(log.append(newStream('order'), 'no-stream', [happened()]));
  }, 400_000);
  afterAll(async () => {
    await log.close();
    await server.stop();
    await rm(folder, { recursive: true });
  });

  /** What the process holds at most while `work` counts events, above what it held before. */
  const heldDuring = async (work: (tick: () => void) => Promise<void>) => {
    const before = process.memoryUsage().rss;
    let [count, most] = [0, 0];
    const startedAt = performance.now();
    await work(() => {
      count += 1;
      if (count % 5_000 === 0) most = Math.max(most, process.memoryUsage().rss - before);
    });
    const perSecond = Math.round((count / (performance.now() - startedAt)) * 1_000);
    return { count, mebibytes: Math.round(most / mebibyte), perSecond };
  };

  it('reads a stream of 100,000 events in constant memory', async () => {
    const held = await heldDuring(async (tick) => {
      for await (const event of log.read(stream)) if (event.revision >= 0) tick();
    });
    show('stream', held);
    expect(held.count).toBe(eventsCount);
    expect(held.mebibytes).toBeLessThan(150);
  }, 400_000);

  it.each([1_000, 5_000])('feeds 100,000 events in pages of %d in constant memory', async (limit) => {
    const reader = openEventStoreDbLog({ connectionString: server.connectionString });
    const held = await heldDuring(async (tick) => {
      for (let after: Position | 'start' = 'start'; ; ) {
        const page: Awaited<ReturnType<EventStoreDbLog['readAfter']>> = await reader.readAfter(after, limit);
        page.events.forEach(tick);
        after = page.throughPosition;
        if (page.events.length < limit) break;
      }
    });
    show('feed', limit, held);
    await reader.close();
    expect(held.count).toBe(eventsCount + 1);
    expect(held.mebibytes).toBeLessThan(200);
  }, 400_000);

  it('finds one event behind 100,000 of no interest without fetching them', async () => {
    const reader = openEventStoreDbLog({ connectionString: server.connectionString });
    const reads = async () => {
      const page = await reader.readAfter('start', 1_000, { categories: ['order'] });
      expect(page.events).toHaveLength(1);
    };
    const least = await leastMs(5_000, () => msOf(reads));
    show('filtered', Math.round(least), 'ms');
    expect(least).toBeLessThan(5_000);
    await reader.close();
  });
});
