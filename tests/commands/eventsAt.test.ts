import { describe, expect, test } from '@jest/globals';
import { eventsAt } from '../../commands/deciding/readStream.ts';
import type { Recorded, StreamName } from '../../domain/eventLog.ts';

/** Streams of a thousand events; every read is written down. */
const makeStore = () => {
  const reads: string[] = [];
  async function* read(stream: StreamName, fromRevision = 0): AsyncIterable<Recorded> {
    reads.push(`${stream}@${fromRevision}`);
    for (let revision = fromRevision; revision < 1_000; revision += 1) yield { stream, revision } as Recorded;
  }
  return { reads, store: { read } };
};

const at = (stream: string, revision: number) => ({ stream: stream as StreamName, revision });

describe('events at many places of the log', () => {
  test('are read in one go for each stream, and come in the order that was asked for', async () => {
    const { reads, store } = makeStore();
    const places = [at('a', 5), at('b', 7), at('a', 6), at('a', 9), at('b', 2), at('b', 2_000)];
    const events = await eventsAt(store, places.slice(0, 5));
    expect(events.map((event) => `${event?.stream}@${event?.revision}`)).toEqual(['a@5', 'b@7', 'a@6', 'a@9', 'b@2']);
    expect(reads).toEqual(['a@5', 'b@2']);
    expect((await eventsAt(store, places)).at(-1)).toBeUndefined();
  });

  test('that lie far apart in their stream are fetched one by one', async () => {
    const { reads, store } = makeStore();
    const events = await eventsAt(store, [at('a', 0), at('a', 900)]);
    expect(events.map((event) => event?.revision)).toEqual([0, 900]);
    expect(reads).toEqual(['a@0', 'a@900']);
  });
});
