import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPostgresLog, type PostgresLog } from '../../../adapters/postgres/eventLog.ts';
import type { Append, NewEvent, Position, StreamName } from '../../../domain/eventLog.ts';
import { batchOf, happened, newStream, readAll, readFeed, times } from '../../contracts/logFixtures.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { withLogBehindProxy } from '../../support/logBehindProxy.ts';

const append = (stream: StreamName, expected: Append['expected'], size = 1): Append => ({
  stream,
  expected,
  events: batchOf(size),
});

const positionOf = (position: number): Position => String(position).padStart(20, '0') as Position;

describe('appends that stand or fall together', () => {
  let database: TestDatabase<never>;
  let log: PostgresLog;
  let other: PostgresLog;
  beforeAll(async () => {
    database = await createTestDatabase();
    [log, other] = [createPostgresLog(database), createPostgresLog(database)];
  });
  afterAll(async () => {
    await Promise.all([log.close(), other.close()]);
    await database.close();
  });

  const kinds = async (appends: readonly Append[], by = log): Promise<readonly string[]> =>
    (await by.appendTogether(appends)).map(({ kind }) => kind);

  it('lie in the log in their order, also when one goes on with a stream, and each knows its place', async () => {
    const [account, order] = [newStream('credit'), newStream('order')];
    const appends = [append(order, 'no-stream', 3), append(account, 'no-stream'), append(order, 2, 2)];
    const outcomes = await log.appendTogether(appends);
    const written = (await readFeed(log, 'start')).filter(({ stream }) => stream === order || stream === account);
    expect(written.map(({ eventId }) => eventId)).toEqual(
      appends.flatMap(({ events }) => events.map(({ eventId }) => eventId)),
    );
    expect(written.map(({ revision }) => revision)).toEqual([0, 1, 2, 0, 3, 4]);
    const places = [written[2], written[3], written[5]];
    expect(outcomes).toEqual(
      places.map((event) => ({
        kind: 'appended',
        revision: event?.revision,
        position: event?.position,
        recordedAt: event?.recordedAt,
        duplicate: false,
      })),
    );
  });

  it('are none written when one of them meets another revision, and neighbours do not notice', async () => {
    const [fine, taken, neighbour] = [newStream(), newStream(), newStream()];
    await log.append(taken, 'no-stream', batchOf(2));
    const [group, alone] = await Promise.all([
      kinds([append(fine, 'no-stream'), append(taken, 0)]),
      log.append(neighbour, 'no-stream', batchOf(1)),
    ]);
    expect(group).toEqual(['withheld', 'conflict']);
    expect(alone.kind).toBe('appended');
    expect(await readAll(log, fine)).toEqual([]);
    expect(await readAll(log, taken)).toHaveLength(2);
    const positions = (await readFeed(log, 'start')).map(({ position }) => Number(position));
    expect(positions).toEqual(times(positions.length, (n) => n + 1));
  });

  it('learn that a stream they would begin is there already, and what was sent beside them is written', async () => {
    const [fresh, taken] = [newStream(), newStream()];
    const neighbours = times(10, () => newStream());
    await log.append(taken, 'no-stream', batchOf(2));
    const head = Number(await log.head());
    const [group, ...alone] = await Promise.all([
      log.appendTogether([append(fresh, 'no-stream'), append(taken, 'no-stream')]),
      ...neighbours.map((stream) => kinds([append(stream, 'no-stream', 3)])),
    ]);
    expect(group).toEqual([{ kind: 'withheld' }, { kind: 'conflict', actual: 1 }]);
    expect(alone).toEqual(neighbours.map(() => ['appended']));
    expect(await readAll(log, fresh)).toEqual([]);
    expect((await readFeed(log, positionOf(head))).map(({ position }) => Number(position))).toEqual(
      times(30, (n) => head + 1 + n),
    );
    expect(Number(await log.head())).toBe(head + 30);
  });

  it('are recognised when they are repeated, by whichever instance', async () => {
    const [account, order] = [newStream('credit'), newStream('order')];
    const appends = [append(order, 'no-stream', 2), append(account, 'no-stream'), append(order, 1)];
    const first = await log.appendTogether(appends);
    const again = await other.appendTogether(appends);
    expect(again.map((outcome) => outcome.kind === 'appended' && outcome.duplicate)).toEqual([true, true, true]);
    expect(again.map((outcome) => outcome.kind === 'appended' && outcome.revision)).toEqual(
      first.map((outcome) => outcome.kind === 'appended' && outcome.revision),
    );
    expect(await readAll(log, order)).toHaveLength(3);
  });

  it('tell a stream that holds their events already from one that holds others of them', async () => {
    const [known, reused, fresh] = [newStream(), newStream(), newStream()];
    const before = append(known, 'no-stream', 2);
    const [first, second] = batchOf(2) as [NewEvent, NewEvent];
    await log.append(known, 'no-stream', before.events);
    await log.append(reused, 'no-stream', [first, second]);
    expect(await kinds([before, append(fresh, 'no-stream')])).toEqual(['appended', 'withheld']);
    const mixed = { stream: reused, expected: 1, events: [second, happened()] } as const;
    expect(await kinds([mixed, append(fresh, 'no-stream')])).toEqual(['reused', 'withheld']);
    expect(await readAll(log, fresh)).toEqual([]);
  });

  it('are refused when a stream comes again but not where its last append ends', async () => {
    const [order, account] = [newStream(), newStream()];
    const appends = [append(order, 'no-stream', 2), append(account, 'no-stream'), append(order, 0)];
    await expect(log.appendTogether(appends)).rejects.toThrow(RangeError);
    expect(await readAll(log, account)).toEqual([]);
  });

  it('let one of many rivals win as a whole, whichever instance they use', async () => {
    const account = newStream('credit');
    const orders = times(30, () => newStream('order'));
    const outcomes = await Promise.all(
      orders.map((order, n) =>
        kinds([append(order, 'no-stream', 2), append(account, 'no-stream')], n % 2 === 0 ? log : other),
      ),
    );
    const winners = outcomes.filter(([first]) => first === 'appended');
    expect(winners).toEqual([['appended', 'appended']]);
    const sizes = await Promise.all(orders.map(async (order) => (await readAll(log, order)).length));
    expect(sizes.filter((size) => size > 0)).toEqual([2]);
    expect(await readAll(log, account)).toHaveLength(1);
  });

  it('are written once and whole when replies are lost after the commit', async () => {
    await withLogBehindProxy(database, async (far, proxy) => {
      proxy.loseEveryNthReply(3);
      const pairs = times(60, () => [newStream('order'), newStream('credit')] as const);
      for (const [order, account] of pairs)
        expect(
          await kinds([append(order, 'no-stream', 2), append(account, 'no-stream'), append(order, 1)], far),
        ).toEqual(['appended', 'appended', 'appended']);
      expect(proxy.lostReplies()).toBeGreaterThan(5);
      for (const [order, account] of pairs)
        expect([(await readAll(log, order)).length, (await readAll(log, account)).length]).toEqual([3, 1]);
    });
  });
});
