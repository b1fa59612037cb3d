import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPostgresLog, type PostgresLog } from '../../../adapters/postgres/eventLog.ts';
import type { ClaimOfAppend } from '../../../commands/ports.ts';
import type { Expected, StreamName } from '../../../domain/eventLog.ts';
import { appended, batchOf, happened, newStream, readAll, readFeed, times } from '../../contracts/logFixtures.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { withLogBehindProxy } from '../../support/logBehindProxy.ts';

/** Enough for two calls at once. */
const writers = 100;

const claimOf = (key: string): ClaimOfAppend => ({
  ...{ scope: 'default key:channel POST /v1/orders', key, fingerprint: 'f1', commandId: randomUUID(), forever: false },
  ...{ answer: { status: 201, headers: {}, body: '{}' }, append: 0 },
});

describe('two append calls under way', () => {
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

  const expectGapless = async (): Promise<void> => {
    const positions = (await readFeed(log, 'start')).map(({ position }) => Number(position));
    expect(positions).toEqual(times(positions.length, (n) => n + 1));
  };

  /** Appends one after the other to a stream of its own, each knowing where the one before ended. */
  const writeInTurn = async (by: PostgresLog, count: number): Promise<void> => {
    const stream = newStream();
    let expected: Expected = 'no-stream';
    for (let n = 0; n < count; n += 1)
      expected = (await appended(by.append(stream, expected, [happened({ n }), happened({ n })]))).revision;
    const found = await readAll(log, stream);
    expect(found.map(({ revision, data }) => ({ revision, data }))).toEqual(
      times(2 * count, (n) => ({ revision: n, data: { n: Math.floor(n / 2) } })),
    );
  };

  const waitingAtHead = async (): Promise<readonly number[]> => {
    const text = `select pid from pg_stat_activity where datname = current_database()
      and application_name = 'throughline-append' and state = 'active' and wait_event_type = 'Lock' order by query_start`;
    return (await database.pool.query<{ pid: number }>(text)).rows.map(({ pid }) => pid);
  };

  /** Two calls that wait at the head, and what lets them go on. */
  const twoAtHead = async (submit: () => readonly Promise<unknown>[]) => {
    for (;;) {
      const blocker = await database.pool.connect();
      await blocker.query('begin; select from log.head for update');
      const settled = Promise.all(submit());
      // The second connection is opened when it is first wanted, for the next time.
      for (let looks = 0; looks < 50; looks += 1) {
        if ((await waitingAtHead()).length === 2) break;
        await delay(10);
      }
      const pids = await waitingAtHead();
      const go = async (): Promise<void> => {
        await blocker.query('commit');
        blocker.release();
      };
      if (pids.length === 2) return { pids, settled, go };
      await go();
      await settled;
    }
  };

  const manyNew = (streams: StreamName[]) => () =>
    times(writers, () => {
      const stream = newStream();
      streams.push(stream);
      return appended(log.append(stream, 'no-stream', batchOf(3)));
    });

  it('wait at the head together, and both are written', async () => {
    const streams: StreamName[] = [];
    const { settled, go } = await twoAtHead(manyNew(streams));
    await go();
    await settled;
    for (const stream of streams) expect(await readAll(log, stream)).toHaveLength(3);
    await expectGapless();
  });

  it.each([0, 1])('write everything once when the connection of number %i is cut before its commit', async (which) => {
    const streams: StreamName[] = [];
    const { pids, settled, go } = await twoAtHead(manyNew(streams));
    await database.pool.query('select pg_terminate_backend($1)', [pids[which]]);
    await go();
    await settled;
    for (const stream of streams) expect(await readAll(log, stream)).toHaveLength(3);
    await expectGapless();
  });

  it('write everything once when replies are lost after the commit', async () => {
    await withLogBehindProxy(database, async (far, proxy) => {
      proxy.loseEveryNthReply(3);
      await Promise.all(times(writers, () => writeInTurn(far, 12)));
      expect(proxy.lostReplies()).toBeGreaterThan(3);
    });
    await expectGapless();
  });

  it('keep every stream in order through ten thousand appends of two processes', async () => {
    await Promise.all(times(2 * writers, (n) => writeInTurn(n % 2 === 0 ? log : other, 50)));
    await expectGapless();
  });

  it('claim each key once, whatever the order in which two processes ask for them', async () => {
    const keys = times(writers, () => randomUUID());
    const race = (by: PostgresLog, wanted: readonly string[]) =>
      wanted.map(async (key) => {
        const written = await by.appendClaiming(
          [{ stream: newStream(), expected: 'no-stream', events: batchOf(2) }],
          [claimOf(key)],
        );
        return { key, won: !('kind' in written) };
      });
    const asked = [...keys, ...keys];
    const ran = await Promise.all([...race(log, asked), ...race(other, [...asked].reverse())]);
    const winners = ran.filter(({ won }) => won).map(({ key }) => key);
    expect(winners.sort()).toEqual([...keys].sort());
    await expectGapless();
  });
});

describe('the second connection for appends', () => {
  it('is missed by nobody when the server has no room for it', async () => {
    const database = await createTestDatabase();
    const connections = async (name: string): Promise<number> => {
      const text = 'select count(*)::int as n from pg_stat_activity where usename = $1';
      return (await database.pool.query<{ n: number }>(text, [name])).rows[0]?.n ?? 0;
    };
    const role = `narrow_${randomUUID().replaceAll('-', '')}`;
    try {
      const owner = (await database.pool.query<{ name: string }>('select current_user as name')).rows[0]?.name;
      // One connection for appends and the one that listens.
      await database.pool.query(`create role ${role} login connection limit 2 in role "${owner}"`);
      const url = new URL(database.connectionString);
      url.username = role;
      // Whoever had to wait for it would be told at once that it cannot be had.
      const narrow = createPostgresLog({ connectionString: url.href, pool: database.pool, repeatMsMax: 0 });
      const signal = AbortSignal.timeout(60_000);
      while ((await connections(role)) < 1) await narrow.changed(signal);
      for (let round = 0; round < 5; round += 1) {
        const appends = times(300, () => appended(narrow.append(newStream(), 'no-stream', batchOf(2))));
        expect(await Promise.all(appends)).toHaveLength(300);
        expect(await connections(role)).toBe(2);
      }
      await narrow.close();
    } finally {
      await database.pool.query(`drop role ${role}`);
      await database.close();
    }
  });
});
