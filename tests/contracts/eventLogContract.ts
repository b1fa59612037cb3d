import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NewEvent } from '../../domain/eventLog.ts';
import { describeEventFeed } from './eventFeedContract.ts';
import { appended, batchOf, happened, type Log, type LogUnderTest, newStream, readAll, times } from './logFixtures.ts';

const describeReading = (log: () => Log): void => {
  it('reads an unknown stream as empty', async () => {
    expect(await readAll(log(), newStream())).toEqual([]);
  });

  it('gives back what was appended, in order, with revisions from 0', async () => {
    const stream = newStream();
    const batch = batchOf(3);
    const result = await appended(log().append(stream, 'no-stream', batch));
    const events = await readAll(log(), stream);
    expect(events.map(({ revision }) => revision)).toEqual([0, 1, 2]);
    expect(events.map(({ eventId, type, data, metadata }) => ({ eventId, type, data, metadata }))).toEqual(batch);
    expect(events.at(-1)).toMatchObject({ stream, position: result.position, recordedAt: result.recordedAt });
    expect(result).toMatchObject({ revision: 2, duplicate: false });
  });

  it('reads from a revision, also over page borders', async () => {
    const stream = newStream();
    await appended(log().append(stream, 'no-stream', batchOf(800)));
    await appended(log().append(stream, 799, batchOf(405)));
    expect((await readAll(log(), stream, 1_203)).map(({ revision }) => revision)).toEqual([1_203, 1_204]);
    const all = await readAll(log(), stream);
    expect(all.map(({ revision }) => revision)).toEqual(times(1_205, (n) => n));
  });

  it.each([
    ['key order and duplicate-looking keys', { z: 1, a: 2, 'a ': 3, '10': 4, '9': 5 }],
    ['numbers as they were written', { tiny: 1e-7, big: 12345678901234567000, negative: -0.5 }],
    ['text of every kind', { text: 'é \u2028 \u0000 \ud83d\ude00 \\u0041 "quoted" \n' }],
    ['empty things', { list: [], object: {}, text: '', nothing: null }],
  ])('keeps %s', async (_name, data) => {
    const stream = newStream();
    await appended(log().append(stream, 'no-stream', [happened(data)]));
    const [event] = await readAll(log(), stream);
    expect(JSON.stringify(event?.data)).toBe(JSON.stringify(data));
  });

  it('never lets recordedAt fall', async () => {
    const stream = newStream();
    for (let revision = -1; revision < 20; revision += 1) {
      await appended(log().append(stream, revision === -1 ? 'no-stream' : revision, [happened()]));
    }
    const instants = (await readAll(log(), stream)).map(({ recordedAt }) => recordedAt);
    expect(instants).toEqual(instants.toSorted());
    expect(instants[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,6}Z$/);
  });
};

const describeExpectedRevision = (log: () => Log): void => {
  it('answers a conflict with the actual revision and writes nothing', async () => {
    const stream = newStream();
    expect(await log().append(stream, 0, [happened()])).toEqual({ kind: 'conflict', actual: 'no-stream' });
    await appended(log().append(stream, 'no-stream', batchOf(2)));
    expect(await log().append(stream, 'no-stream', [happened()])).toEqual({ kind: 'conflict', actual: 1 });
    expect(await log().append(stream, 0, [happened()])).toEqual({ kind: 'conflict', actual: 1 });
    expect(await log().append(stream, 2, [happened()])).toEqual({ kind: 'conflict', actual: 1 });
    expect(await readAll(log(), stream)).toHaveLength(2);
  });

  it('lets one of many rivals win, whichever instance they use', async () => {
    const { log: one, other } = { log: log(), other: log() };
    const stream = newStream();
    const rivals = times(20, (n) => (n % 2 === 0 ? one : other).append(stream, 'no-stream', batchOf(2)));
    const outcomes = await Promise.all(rivals);
    expect(outcomes.filter(({ kind }) => kind === 'appended')).toHaveLength(1);
    expect(await readAll(one, stream)).toHaveLength(2);
  });

  it('does not fail the neighbours of an append that conflicts', async () => {
    const streams = times(20, () => newStream());
    const outcomes = await Promise.all(
      streams.map((stream, n) => log().append(stream, n % 2 === 0 ? 'no-stream' : 5, [happened()])),
    );
    expect(outcomes.map(({ kind }) => kind)).toEqual(streams.map((_, n) => (n % 2 === 0 ? 'appended' : 'conflict')));
  });
};

const describeRepetition = (log: () => Log, other: () => Log): void => {
  it('recognises a repeated append at once, later, and from another instance', async () => {
    const stream = newStream();
    const batch = batchOf(3);
    const first = await appended(log().append(stream, 'no-stream', batch));
    expect(await log().append(stream, 'no-stream', batch)).toEqual({ ...first, duplicate: true });
    await appended(log().append(stream, 2, batchOf(2)));
    expect(await log().append(stream, 'no-stream', batch)).toEqual({ ...first, duplicate: true });
    expect(await other().append(stream, 'no-stream', batch)).toEqual({ ...first, duplicate: true });
    expect(await readAll(log(), stream)).toHaveLength(5);
  });

  it('recognises a repeated append although the expected revision is current', async () => {
    const stream = newStream();
    const batch = batchOf(2);
    const first = await appended(log().append(stream, 'no-stream', batch));
    expect(await log().append(stream, 1, batch)).toEqual({ ...first, duplicate: true });
  });

  it('writes the same append once when it arrives many times at the same moment', async () => {
    const stream = newStream();
    const batch = batchOf(2);
    const copies = times(10, (n) => appended((n % 2 === 0 ? log() : other()).append(stream, 'no-stream', batch)));
    const outcomes = await Promise.all(copies);
    expect(outcomes.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    expect(new Set(outcomes.map(({ position }) => position)).size).toBe(1);
    expect(await readAll(log(), stream)).toHaveLength(2);
  });

  it('refuses an append that mixes known and new event ids', async () => {
    const stream = newStream();
    const [first, second] = batchOf(2) as [NewEvent, NewEvent];
    await appended(log().append(stream, 'no-stream', [first, second]));
    await expect(log().append(stream, 1, [second, happened()])).rejects.toThrow('event id');
    await expect(log().append(stream, 1, [happened(), first])).rejects.toThrow('event id');
    await expect(log().append(newStream(), 'no-stream', [first])).rejects.toThrow('event id');
    expect(await readAll(log(), stream)).toHaveLength(2);
  });
};

/** What every event log must do, whatever it is made of. `makeLog` gives an empty or shared log; streams here are unique. */
export const describeEventLog = (name: string, makeLog: () => Promise<LogUnderTest>): void => {
  describe(`${name} as an event log`, () => {
    let made: LogUnderTest;
    beforeAll(async () => {
      made = await makeLog();
    });
    afterAll(() => made?.close());
    const log = (): Log => made.log;
    const other = (): Log => made.other;
    describe('reading a stream', () => describeReading(log));
    describe('the expected revision', () => describeExpectedRevision(log));
    describe('repeating an append', () => describeRepetition(log, other));
    describe('the feed', () => describeEventFeed(log, other));
  });
};
