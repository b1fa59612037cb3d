import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EventStoreDbLog } from '../../../adapters/eventstoredb/eventLog.ts';
import type { Position, Recorded } from '../../../domain/eventLog.ts';
import { appended, batchOf, happened, newStream, readFeed, times } from '../../contracts/logFixtures.ts';
import type { ReadFault } from '../../support/eventstoredb/faults.ts';
import { openEventStoreDbLog } from '../../support/eventstoredb/log.ts';
import { startTestServer, type TestServer } from '../../support/eventstoredb/server.ts';
import type { Proposed } from '../../support/eventstoredb/storage.ts';

type Page = Awaited<ReturnType<EventStoreDbLog['readAfter']>>;

/** As another program would have written it, without a call. */
const proposed = (): Proposed => {
  const { eventId: id, type, data, metadata } = happened();
  const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
  return { id, type, contentType: 'application/json', data: bytes(data), metadata: bytes(metadata) };
};

describe('the feed of EventStoreDB', () => {
  let server: TestServer;
  let log: EventStoreDbLog;
  const open = (): EventStoreDbLog =>
    openEventStoreDbLog({ connectionString: server.connectionString, silenceMsMax: 500 });
  beforeEach(async () => {
    server = await startTestServer();
    log = open();
  });
  afterEach(async () => {
    await log.close();
    await server.close();
  });

  const fill = (count: number, stream: string = newStream()): void => {
    for (let n = 0; n < count; n += 1) server.storage().append(stream, 'any', [proposed()]);
  };
  const ours = () => server.storage().all.filter(({ stream }) => !stream.startsWith('$'));

  /** Follows until `isOver` and nothing more comes, in pages of changing size. */
  const follow = async (target: EventStoreDbLog, categories: readonly string[] | undefined, isOver: () => boolean) => {
    const seen: Recorded[] = [];
    let after: Position | 'start' = 'start';
    for (let pages = 0; ; pages += 1) {
      const over = isOver();
      const limit = 1 + ((pages * 37) % 200);
      const page: Page | undefined = await target
        .readAfter(after, limit, categories && { categories })
        .catch(() => undefined);
      if (page === undefined) {
        await delay(20);
        continue;
      }
      seen.push(...page.events);
      if (over && page.throughPosition === after) return seen;
      after = page.throughPosition;
    }
  };

  it('loses and repeats nothing over 100 cuts, for readers at the end and readers far behind', async () => {
    fill(1_500, newStream('order'));
    let written = 0;
    let cuts = 0;
    const isOver = (): boolean => cuts >= 100 && written >= 600;
    const write = async (category: string): Promise<void> => {
      while (!isOver()) {
        server.storage().append(newStream(category), 'any', times(1 + (written % 3), proposed));
        written += 1;
        await delay(5);
      }
    };
    const cut = async (): Promise<void> => {
      const kinds: readonly ReadFault[] = ['cancel', 'end', 'unavailable'];
      let wanted: ReadFault | 'cut' | undefined;
      server.faults.subscription = () => {
        const fault = wanted;
        wanted = undefined;
        if (fault === undefined || fault === 'cut') return undefined;
        cuts += 1;
        return fault;
      };
      for (let n = 0; cuts < 100; n += 1) {
        await delay(10 + Math.random() * 40);
        if (n % 3 === 0) {
          server.cut();
          cuts += 1;
        } else wanted = kinds[n % kinds.length];
      }
    };
    const others = [open(), open()] as const;
    const filters = [undefined, ['order'], ['stock', 'invoice'], ['nothing']] as const;
    const readers = filters.flatMap((categories) =>
      [log, ...others].map((target) => follow(target, categories, isOver)),
    );
    const [, , seen] = await Promise.all([
      cut(),
      Promise.all(['order', 'stock', 'invoice'].map(write)),
      Promise.all(readers),
    ]);
    for (const [n, events] of seen.entries()) {
      const categories: readonly string[] | undefined = filters[Math.floor(n / 3)];
      const expected = ours().filter(({ stream }) => categories?.includes(stream.split('-')[0] ?? '') ?? true);
      expect(events.map(({ eventId }) => eventId)).toEqual(expected.map(({ id }) => id));
    }
    expect(cuts).toBeGreaterThanOrEqual(100);
    await Promise.all(others.map((one) => one.close()));
  }, 400_000);

  it('reads a long history in full pages and only short ones at the end', async () => {
    fill(12_345);
    const sizes: number[] = [];
    for (let after: Position | 'start' = 'start'; ; ) {
      const page: Page = await log.readAfter(after, 5_000);
      sizes.push(page.events.length);
      after = page.throughPosition;
      if (page.events.length < 5_000) break;
    }
    expect(sizes).toEqual([5_000, 5_000, 2_345]);
  });

  it('never feeds events of the server or of another application', async () => {
    server.storage().append('$ce-order', 'any', [proposed()]);
    server.storage().append('Billing', 'any', [proposed()]);
    const { position } = await appended(log.append(newStream(), 'no-stream', [happened()]));
    server.storage().append('$$order-BU1.1', 'any', [proposed()]);
    expect(await readFeed(log, 'start')).toHaveLength(1);
    expect(await log.head()).toBe(position);
  });

  it('finds the end of the log behind thousands of the server’s own events', async () => {
    const { position } = await appended(log.append(newStream(), 'no-stream', [happened()]));
    fill(3_000, '$stats-node');
    expect(await log.head()).toBe(position);
    fill(10, '$stats-node');
    expect(await log.head()).toBe(position);
    expect(await log.readAfter(position, 10)).toEqual({ events: [], throughPosition: position });
  });

  it('passes a long stretch of no interest by checkpoints, without fetching it', async () => {
    fill(5_000, newStream('order'));
    let sent = 0;
    const count = (): undefined => {
      sent += 1;
    };
    server.faults.subscription = count;
    server.faults.read = count;
    const { position } = await appended(log.append(newStream('stock'), 'no-stream', [happened()]));
    const page = await log.readAfter('start', 10, { categories: ['stock'] });
    expect(page.throughPosition).toBe(position);
    expect(page.events).toHaveLength(1);
    expect(sent).toBeLessThan(100);
  });

  it('needs neither checkpoints nor the message of having caught up', async () => {
    server.faults.quiet = true;
    fill(3_000, newStream('order'));
    fill(1, newStream('stock'));
    fill(100, newStream('order'));
    const page = await log.readAfter('start', 10, { categories: ['stock'] });
    expect(page).toMatchObject({ events: [{ revision: 0 }], throughPosition: await log.head() });
  });

  it('notices a subscription that has fallen silent', async () => {
    const { position } = await appended(log.append(newStream(), 'no-stream', [happened()]));
    await log.readAfter('start', 10);
    await delay(100);
    let silenced = 0;
    server.faults.subscription = () => (silenced++ === 0 ? 'silence' : undefined);
    await appended(log.append(newStream(), 'no-stream', batchOf(3)));
    const page = await log.readAfter(position, 10);
    expect(page.events).toHaveLength(3);
  });

  it('takes an event once that the server sends twice', async () => {
    fill(50);
    server.faults.subscription = () => 'repeat';
    expect(await readFeed(log, 'start')).toHaveLength(50);
    await delay(100);
    const last = await log.head();
    fill(50);
    expect(await readFeed(log, last)).toHaveLength(50);
  });

  it('keeps the number of open calls small, however readers come and go', async () => {
    fill(3_000, newStream('order'));
    const readers = times(30, (n) =>
      log.readAfter('start', 10 + n, { categories: ['order', `c${n}`] }).catch((e: Error) => e.name),
    );
    const outcomes = await Promise.all(readers);
    expect(outcomes.filter((outcome) => typeof outcome !== 'string').length).toBeGreaterThanOrEqual(12);
    for await (const event of log.read(newStream('order'))) expect(event).toBeUndefined();
    expect(server.openReads()).toBeLessThan(20);
    // Subscriptions that nobody reads are let go after some seconds, but for the newest one.
    while (server.openReads() > 1) await delay(50);
    expect(server.openReads()).toBe(1);
    await log.close();
    while (server.openReads() > 0) await delay(10);
    expect(server.openReads()).toBe(0);
  });

  it('closes wherever the server ended a subscription that nobody reads on', async () => {
    fill(1_000, newStream('order'));
    // Around as many events as the client's streams hold together: its end then waits behind the last few of them.
    let ended = 0;
    for (let last = 506; last < 546; last += 5) {
      const reader = open();
      let sent = 0;
      server.faults.subscription = () => (++sent === last ? 'end' : undefined);
      await reader.readAfter('start', 10);
      // One that was held up for long has let go of it before that; where all eight did, nothing was shown.
      for (let tries = 0; sent < last && tries < 1_000; tries += 1) await delay(5);
      if (sent >= last) ended += 1;
      await delay(50);
      await reader.close();
    }
    expect(ended).toBeGreaterThan(0);
  });

  it('takes no position of another log', async () => {
    const position = '00000000000000000001' as Position;
    await expect(log.readAfter(position, 1)).rejects.toThrow('not a position of this log');
  });

  it('hands on what another program wrote, for the reader to stop at', async () => {
    const odd = { id: randomUUID(), type: 'Odd', contentType: 'application/json' };
    server
      .storage()
      .append(newStream(), 'any', [{ ...odd, data: Buffer.from('{not json'), metadata: Buffer.from('') }]);
    const [event] = (await log.readAfter('start', 1)).events;
    expect(event).toMatchObject({ type: 'Odd', data: '{not json', metadata: {} });
  });
});
