import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EventStoreDbLog } from '../../../adapters/eventstoredb/eventLog.ts';
import { AppendTooLarge, LogUnavailable } from '../../../domain/eventLog.ts';
import { appended, batchOf, happened, newStream, readAll, times } from '../../contracts/logFixtures.ts';
import { type AppendFault, times as faultTimes } from '../../support/eventstoredb/faults.ts';
import { openEventStoreDbLog } from '../../support/eventstoredb/log.ts';
import { startTestServer, type TestServer } from '../../support/eventstoredb/server.ts';
import { openStorage, type Storage } from '../../support/eventstoredb/storage.ts';

describe('appending to EventStoreDB when things go wrong', () => {
  let server: TestServer;
  let storage: Storage;
  let log: EventStoreDbLog;
  beforeEach(async () => {
    storage = openStorage();
    server = await startTestServer({ shared: storage });
    log = openEventStoreDbLog({ connectionString: server.connectionString });
  });
  afterEach(async () => {
    await log.close();
    await server.close();
  });

  const faults: readonly AppendFault[] = [
    'cut-before',
    'cut-after',
    'unavailable',
    'timeout',
    'not-leader',
    'hang-before',
    'hang-after',
    'late',
    'wrong-revision-after',
  ];
  it.each(faults)('writes once and says so, whatever became of the first attempt: %s', async (fault) => {
    const stream = newStream();
    await appended(log.append(stream, 'no-stream', batchOf(2)));
    server.faults.append = faultTimes(1, fault);
    const batch = batchOf(3);
    const outcome = await appended(log.append(stream, 1, batch));
    const events = await readAll(log, stream);
    expect(events.slice(2).map(({ eventId }) => eventId)).toEqual(batch.map(({ eventId }) => eventId));
    expect(outcome).toEqual({
      kind: 'appended',
      revision: 4,
      position: events[4]?.position,
      recordedAt: events[4]?.recordedAt,
      duplicate: false,
    });
    await appended(log.append(stream, 4, batchOf(1)));
  });

  it('finds its own late append behind a conflict, with later events of others after it', async () => {
    const stream = newStream();
    const batch = batchOf(2);
    server.faults.append = () => {
      server.faults.append = () => undefined;
      return 'cut-after';
    };
    const outcome = log.append(stream, 'no-stream', batch);
    const rival = openEventStoreDbLog({ connectionString: server.connectionString });
    let conflict = await rival.append(stream, 1, batchOf(1));
    while (conflict.kind === 'conflict') conflict = await rival.append(stream, 1, batchOf(1));
    expect(await outcome).toMatchObject({ kind: 'appended', revision: 1, duplicate: false });
    expect(await readAll(log, stream)).toHaveLength(3);
    await rival.close();
  });

  it('reports a conflict as the server tells it', async () => {
    server.faults.append = faultTimes(1, 'wrong-revision');
    expect(await log.append(newStream(), 'no-stream', [happened()])).toEqual({ kind: 'conflict', actual: 999_999 });
  });

  it('says that it is unavailable when the outcome stays unknown, and the repetition finds it', async () => {
    const impatient = openEventStoreDbLog({ connectionString: server.connectionString, repeatMsMax: 300 });
    const stream = newStream();
    const batch = batchOf(2);
    server.faults.append = faultTimes(1, 'hang-after');
    await expect(impatient.append(stream, 'no-stream', batch)).rejects.toThrow(LogUnavailable);
    expect(await impatient.append(stream, 'no-stream', batch)).toMatchObject({ revision: 1, duplicate: true });
    await impatient.close();
  });

  it('is unavailable while the server is away and recovers by itself', async () => {
    const impatient = openEventStoreDbLog({ connectionString: server.connectionString, repeatMsMax: 500 });
    const port = server.port();
    await server.stop();
    await expect(impatient.append(newStream(), 'no-stream', [happened()])).rejects.toThrow(LogUnavailable);
    await expect(readAll(impatient, newStream())).rejects.toThrow(LogUnavailable);
    await expect(impatient.head()).rejects.toThrow(LogUnavailable);
    await expect(impatient.readAfter('start', 1)).rejects.toThrow(LogUnavailable);
    server = await startTestServer({ port, shared: storage });
    const stream = newStream();
    for (let tries = 0; ; tries += 1) {
      const outcome = await impatient.append(stream, 'no-stream', [happened()]).catch((error: Error) => error);
      if (!(outcome instanceof LogUnavailable)) break;
      expect(tries).toBeLessThan(10);
    }
    expect(await readAll(impatient, stream)).toHaveLength(1);
    await impatient.close();
  });

  it('goes to another node when the leader changes', async () => {
    const next = await startTestServer({ shared: storage });
    server.leadsTo(next.port());
    server.faults.append = () => 'not-leader';
    const stream = newStream();
    await appended(log.append(stream, 'no-stream', batchOf(2)));
    await server.stop();
    await appended(log.append(stream, 1, batchOf(2)));
    expect(await readAll(log, stream)).toHaveLength(4);
    await next.close();
  });

  it('finds the leader of a cluster through any of its nodes', async () => {
    const next = await startTestServer({ shared: storage });
    server.leadsTo(next.port());
    const connectionString = `esdb://127.0.0.1:${server.port()},127.0.0.1:${next.port()}?tls=false&discoveryInterval=50`;
    const clustered = openEventStoreDbLog({ connectionString });
    const stream = newStream();
    await appended(clustered.append(stream, 'no-stream', batchOf(2)));
    expect(next.openReads()).toBe(0);
    expect(await readAll(clustered, stream)).toHaveLength(2);
    await clustered.close();
    await next.close();
  });

  it.each([
    [
      'too many bytes',
      () => batchOf(3).map((event) => ({ ...event, data: { text: 'x'.repeat(400_000) } })),
      AppendTooLarge,
    ],
    ['too many events', () => batchOf(1_001), '1 to 1000 events'],
    ['something that is no JSON', () => [happened({ n: 1n })], 'BigInt'],
    ['nothing', () => [{ ...happened(), data: undefined }], 'cannot be written as JSON'],
  ])('refuses %s before anything is sent', async (_what, make, reason) => {
    let asked = 0;
    server.faults.append = () => {
      asked += 1;
      return undefined;
    };
    const batch = make() as unknown as ReturnType<typeof batchOf>;
    await expect(log.append(newStream(), 'no-stream', batch)).rejects.toThrow(reason);
    expect(asked).toBe(0);
  });

  it('refuses new appends when too many wait, and writes those it accepted', async () => {
    const outcomes = await Promise.allSettled(times(1_200, () => log.append(newStream(), 'no-stream', [happened()])));
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as Error] : []));
    for (const reason of refused) expect(reason).toBeInstanceOf(LogUnavailable);
    // A machine that needs ten seconds for the others refuses those, too, that it came to last.
    const refusedAtOnce = refused.filter(({ message }) => message.includes('are waiting already'));
    expect(refusedAtOnce).toHaveLength(1_200 - 1_000 - 48);
    const written = server.storage().all.filter(({ stream }) => stream.startsWith('contract-'));
    expect(written).toHaveLength(1_200 - refused.length);
  });

  it('takes no append after it was closed, but finishes what it accepted', async () => {
    const accepted = times(20, () => log.append(newStream(), 'no-stream', [happened()]));
    await Promise.resolve();
    const closing = log.close();
    await expect(log.append(newStream(), 'no-stream', [happened()])).rejects.toThrow(LogUnavailable);
    await Promise.all(accepted.map(appended));
    await closing;
  });
});
