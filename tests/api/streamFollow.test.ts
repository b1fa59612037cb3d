import { afterAll, describe, expect, test } from '@jest/globals';
import { createWakeups } from '../../adapters/postgres/wakeups.ts';
import { makeApp } from '../../api/app.ts';
import type { ApiDeps } from '../../api/deps.ts';
import { startServer } from '../../api/server.ts';
import { createEventStream, followLimits, type StreamSource } from '../../api/stream/follow.ts';
import type { Position } from '../../domain/eventLog.ts';
import { isBefore, type StreamPlace, wholePosition } from '../../projections/eventStream/place.ts';
import type { StreamedEvent, StreamRequest } from '../../projections/eventStream/queries.ts';
import { openEventSource } from '../support/eventSource.ts';
import { keys, makeTestApi, type TestApi } from './testApi.ts';

const positionOf = (n: number): Position => String(n).padStart(20, '0') as Position;

const eventAt = (n: number, data: string): StreamedEvent => ({
  ...{ position: positionOf(n), place: 0, eventId: `E${n}`, type: 'ORDER_ACCEPTED', bu: n % 2 === 0 ? 'EVEN' : 'ODD' },
  ...{ orderId: `O${n}`, soldTo: 'C', occurredAt: 'then', recordedAt: 'then', data },
});

/** A stream of so many events in memory, which notes what is asked of it. */
const streamOf = (count: number, data = '{}') => {
  const events = Array.from({ length: count }, (_, index) => eventAt(index + 1, data));
  const asked: StreamRequest[] = [];
  const { wake, changed } = createWakeups(1_000);
  const source: StreamSource = {
    page: async (request) => {
      asked.push(request);
      const { after, limit, bus } = request;
      const behind = events.filter((event) => isBefore(after, event) && (bus === undefined || bus.includes(event.bu)));
      const shown = behind.slice(0, limit);
      const end = { position: positionOf(events.length), place: wholePosition };
      return {
        events: shown,
        through: behind.length > limit ? (shown.at(-1) ?? end) : end,
        more: behind.length > limit,
      };
    },
    end: async () => ({ position: positionOf(events.length), place: wholePosition }),
    consumersNow: async () => [],
    log: {
      head: async () => positionOf(events.length),
      changed,
    },
  };
  return {
    ...{ source, asked },
    add: (): void => {
      events.push(eventAt(events.length + 1, data));
      wake();
    },
  };
};

const quiet = { onError: () => {}, onReaders: () => {} };
const never = new AbortController().signal;
const end: StreamPlace = { position: positionOf(0), place: wholePosition };

describe('who reads the stream as it comes', () => {
  test('is one of many for whom it is looked at once', async () => {
    const { source, asked, add } = streamOf(3);
    const stream = createEventStream({ source, ...quiet, limits: { ...followLimits, readersOfClientMax: 60 } });
    const readers = Array.from({ length: 50 }, () => stream.open('one'));
    const at = await Promise.all(readers.map(({ next }) => next({ after: end }, never, 10_000)));
    expect(at.map(({ events }) => events.length)).toEqual(readers.map(() => 3));
    // They are at the end now, and wait there.
    const waiting = readers.map(({ next }, index) =>
      next({ after: at[index]?.through ?? end, ...(index === 0 && { bus: ['ODD'] }) }, never, 10_000),
    );
    const before = asked.length;
    add();
    add();
    const heard = await Promise.all(waiting);
    expect(heard[0]?.events.map(({ eventId }) => eventId)).toEqual(['E5']);
    expect(heard[1]?.events[0]?.eventId).toBe('E4');
    expect(asked.length - before).toBeLessThan(10);
    await stream.close();
  });

  test('behind an event that holds up the stream, looks less and less often whether it goes on', async () => {
    const { source, asked } = streamOf(3);
    const held = { events: [], through: end, more: false, isHeld: true } as const;
    const page: StreamSource['page'] = async (request) => {
      asked.push(request);
      return held;
    };
    const stream = createEventStream({
      ...{ ...quiet, source: { ...source, page } },
      limits: { ...followLimits, behindMs: { first: 1, max: 1_000 } },
    });
    expect(await stream.open('one').next({ after: end }, never, 100)).toMatchObject({ events: [], through: end });
    // Those of the one look for everybody are from the end of the stream.
    expect(asked.filter(({ after }) => after === end).length).toBeLessThan(12);
    await stream.close();
  });

  test('is counted, and lets go of what it was counted for', async () => {
    const counted: number[] = [];
    const stream = createEventStream({
      ...{ ...quiet, source: streamOf(0).source, onReaders: (readers) => counted.push(readers) },
      limits: { ...followLimits, readersOfClientMax: 1 },
    });
    const reader = stream.open('one');
    expect(() => stream.open('one')).toThrow('already');
    reader.release();
    reader.release();
    stream.open('one').release();
    expect(counted).toEqual([1, 0, 1, 0]);
    await stream.close();
    expect(() => stream.open('one')).toThrow('stops');
  });

  test('and began long ago is given page after page, and what comes meanwhile', async () => {
    const { source, add } = streamOf(500);
    const stream = createEventStream({
      source,
      ...quiet,
      limits: { ...followLimits, eventsMax: 10, pageEventsMax: 7 },
    });
    const { next } = stream.open('one');
    const ids: string[] = [];
    for (let after = end; ids.length < 510; ) {
      const page = await next({ after }, never, 10_000);
      ids.push(...page.events.map(({ eventId }) => eventId));
      after = page.through;
      if (ids.length < 500 && ids.length % 50 === 0) add();
      if (ids.length >= 500 && ids.length < 510) add();
    }
    expect(ids).toEqual(ids.map((_, index) => `E${index + 1}`));
    await stream.close();
  });
});

describe('a reader that takes nothing', () => {
  let api: TestApi | undefined;
  afterAll(() => api?.close());

  const serve = async (changes: Partial<ApiDeps>) => {
    api ??= await makeTestApi();
    return startServer(makeApp({ ...api.deps, ...changes }), { host: '127.0.0.1', port: 0 });
  };

  test('holds up nobody and nothing is read for it; when it goes on it gets all of it', async () => {
    const count = 1_000;
    const { source, asked } = streamOf(count, JSON.stringify({ text: 'x'.repeat(50_000) }));
    const eventStream = createEventStream({ source, ...quiet, limits: { ...followLimits, pageEventsMax: 20 } });
    const server = await serve({ eventStream });
    try {
      const url = `${server.url}/v1/event-stream`;
      const slow = await openEventSource(`${url}?bu=ODD`, keys.channel);
      slow.pause();
      const fast = await openEventSource(`${url}?bu=EVEN`, keys.channel);
      await fast.until((heard) => heard.length === count / 2);
      // Some of it is in the buffers of the two sockets; the rest of 25 MB was never asked for.
      const readFor = (bu: string): number => asked.filter(({ bus }) => bus?.[0] === bu).length;
      expect(readFor('EVEN')).toBeGreaterThanOrEqual(25);
      expect(readFor('ODD')).toBeLessThan(20);
      slow.resume();
      const heard = await slow.until((events) => events.length === count / 2);
      expect(heard.map(({ data }) => data.id)).toEqual(heard.map((_, index) => `E${2 * index + 1}`));
    } finally {
      await eventStream.close();
      await server.stop(0);
    }
  });

  test('for too long is cut off', async () => {
    const { source } = streamOf(1_000, JSON.stringify({ text: 'x'.repeat(50_000) }));
    const open: number[] = [];
    let isFree = (): void => {};
    const freed = new Promise<void>((resolve) => {
      isFree = resolve;
    });
    const eventStream = createEventStream({
      ...{ ...quiet, source },
      onReaders: (readers) => {
        open.push(readers);
        if (readers === 0) isFree();
      },
    });
    const server = await serve({ eventStream });
    const config = { ...(api as TestApi).deps.config };
    const impatient = await serve({
      eventStream,
      config: { ...config, streamTimes: { ...config.streamTimes, stalledMs: 20 } },
    });
    try {
      const slow = await openEventSource(`${impatient.url}/v1/event-stream`, keys.channel);
      slow.pause();
      await freed;
      expect(open).toEqual([1, 0]);
    } finally {
      await eventStream.close();
      await Promise.all([server.stop(0), impatient.stop(0)]);
    }
  });

  test('personal text would be shown to nobody who may not read it', async () => {
    const word = '⟦sealed:1|customer:ACME.C-1001|1|E1|note|Ym94⟧';
    const { source } = streamOf(1, JSON.stringify({ note: word }));
    const eventStream = createEventStream({ source, ...quiet });
    const server = await serve({ eventStream });
    try {
      const heard = await openEventSource(`${server.url}/v1/event-stream`, keys.ops);
      const [event] = await heard.until((events) => events.length === 1);
      expect(JSON.stringify(event?.data)).not.toContain('sealed:1');
    } finally {
      await eventStream.close();
      await server.stop(0);
    }
  });
});
