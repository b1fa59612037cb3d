import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EventStoreDbLog } from '../../../adapters/eventstoredb/eventLog.ts';
import { type Position, streamName } from '../../../domain/eventLog.ts';
import { openEventStoreDbLog } from '../../support/eventstoredb/log.ts';
import { type ServerProcess, startServerProcess } from '../../support/eventstoredb/serverProcess.ts';

const filled = { stream: streamName('stock', 'BU1', 'long'), events: 20_000, bytesEach: 3_000 };
/** All of them together are 57. */
const aliveMebibytesMax = 45;
/** FIGURES=1 prints what was measured. */
const show = (...figures: readonly unknown[]): void => {
  if (process.env.FIGURES) console.log(...figures);
};
const mebibyte = 1024 * 1024;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
/** What is alive: the process may hold much more, of which nobody knows how much it would give back. */
const aliveBytes = (): number => {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

describe('a long history in EventStoreDB, its server in another process', () => {
  let server: ServerProcess;
  let log: EventStoreDbLog;
  beforeAll(async () => {
    server = await startServerProcess({ filled });
    log = openEventStoreDbLog({ connectionString: server.connectionString });
  });
  afterAll(async () => {
    await log.close();
    await server.stop();
  });

  /** What is alive at most while `work` counts events, above what was before. */
  const heldDuring = async (work: (tick: () => void) => Promise<void>) => {
    const before = aliveBytes();
    let [count, most] = [0, 0];
    const startedAt = performance.now();
    await work(() => {
      count += 1;
      if (count % 2_500 === 0) most = Math.max(most, aliveBytes() - before);
    });
    const perSecond = Math.round((count / (performance.now() - startedAt)) * 1_000);
    return { count, mebibytes: Math.round(most / mebibyte), perSecond };
  };

  it('reads a stream of 20,000 long events in constant memory', async () => {
    const held = await heldDuring(async (tick) => {
      for await (const event of log.read(filled.stream)) if (event.revision >= 0) tick();
    });
    show('stream', held);
    expect(held.count).toBe(filled.events);
    expect(held.mebibytes).toBeLessThan(aliveMebibytesMax);
  });

  it.each([1_000, 5_000])('feeds 20,000 long events in pages of %d in constant memory', async (limit) => {
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
    expect(held.count).toBe(filled.events);
    expect(held.mebibytes).toBeLessThan(aliveMebibytesMax);
  });
});
