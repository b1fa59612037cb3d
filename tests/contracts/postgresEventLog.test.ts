import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPostgresLog, type PostgresLog } from '../../adapters/postgres/eventLog.ts';
import { type Expected, LogUnavailable } from '../../domain/eventLog.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { withLogBehindProxy } from '../support/logBehindProxy.ts';
import { describeEventLog } from './eventLogContract.ts';
import { appended, happened, newStream, readAll, readFeed, times } from './logFixtures.ts';

describeEventLog('Postgres', async () => {
  const database = await createTestDatabase();
  const [log, other] = [createPostgresLog(database), createPostgresLog(database)] as const;
  const close = async (): Promise<void> => {
    await Promise.all([log.close(), other.close()]);
    await database.close();
  };
  return { log, other, close };
});

describe('the Postgres log under attack', () => {
  let database: TestDatabase<never>;
  let log: PostgresLog;
  beforeAll(async () => {
    database = await createTestDatabase();
    log = createPostgresLog(database);
  });
  afterAll(async () => {
    await log.close();
    await database.close();
  });

  const expectGapless = async (): Promise<void> => {
    const positions = (await readFeed(log, 'start')).map(({ position }) => Number(position));
    expect(positions).toEqual(times(positions.length, (n) => n + 1));
  };

  /** One writer, one stream, `count` appends; a lost event or a second one would show as a conflict or a wrong count. */
  const writeInTurn = async (target: PostgresLog, count: number): Promise<void> => {
    const stream = newStream();
    let expected: Expected = 'no-stream';
    for (let n = 0; n < count; n += 1) {
      const { revision } = await appended(target.append(stream, expected, [happened({ n })]));
      expect(revision).toBe(n);
      expected = revision;
    }
    expect((await readAll(log, stream)).map(({ data }) => data)).toEqual(times(count, (n) => ({ n })));
  };

  it('closes at every moment of its start, also while its listener is still connecting', async () => {
    for (const afterMs of times(25, (n) => n)) {
      const young = createPostgresLog(database);
      await delay(afterMs / 2);
      await young.close();
    }
  });

  it('writes nothing twice when replies are lost after the commit', async () => {
    await withLogBehindProxy(database, async (far, proxy) => {
      proxy.loseEveryNthReply(3);
      await Promise.all(times(8, () => writeInTurn(far, 25)));
      expect(proxy.lostReplies()).toBeGreaterThan(5);
    });
    await expectGapless();
  });

  it('goes on when its connection is killed in mid-append', async () => {
    let over = false;
    let killed = 0;
    let rounds = 0;
    let killedIn = -1;
    const kill = async (): Promise<void> => {
      while (!over) {
        await delay(20 + Math.random() * 100);
        // On a busy machine an append may outlast many of these pauses: who is killed at every try gets nothing done.
        if (rounds === killedIn) continue;
        killedIn = rounds;
        const { rowCount } = await database.pool.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and application_name in ('throughline-append', 'throughline-changes')`,
        );
        killed += rowCount ?? 0;
      }
    };
    const killing = kill();
    try {
      for (; rounds < 40 || killed < 5; rounds += 1) await writeInTurn(log, 8);
    } finally {
      over = true;
      await killing;
    }
    await expectGapless();
  });

  it('says that it is unavailable when too many appends wait, and writes those it accepted', async () => {
    const blocker = await database.pool.connect();
    await blocker.query('begin; select from log.head for update');
    const outcomes = times(1_050, () => log.append(newStream(), 'no-stream', [happened()]));
    const settled = Promise.allSettled(outcomes);
    await delay(50);
    await blocker.query('commit');
    blocker.release();
    const refused = (await settled).filter(({ status }) => status === 'rejected');
    expect(refused.map((one) => (one as PromiseRejectedResult).reason)).toEqual(
      times(50, () => expect.any(LogUnavailable)),
    );
    await expectGapless();
  });

  it('says that it is unavailable when Postgres cannot be reached', async () => {
    const connectionString = 'postgresql://postgres@127.0.0.1:1/nowhere';
    const lost = createPostgresLog({ connectionString, pool: database.pool, repeatMsMax: 200 });
    await expect(lost.append(newStream(), 'no-stream', [happened()])).rejects.toThrow(LogUnavailable);
    await lost.close();
  });

  it('rejects an append it cannot write without failing its neighbours', async () => {
    const tooLong = newStream();
    await database.pool.query(`alter table log.event add constraint no_poison check (data not like '%poison%')`);
    const outcomes = await Promise.allSettled([
      log.append(newStream(), 'no-stream', [happened()]),
      log.append(tooLong, 'no-stream', [happened({ text: 'poison' })]),
      log.append(newStream(), 'no-stream', [happened()]),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await expectGapless();
  });

  it.each([
    'update log.event set type = type',
    'delete from log.event',
    'truncate log.event',
  ])('refuses: %s', async (text) => {
    await expect(database.pool.query(text)).rejects.toThrow('append-only');
  });

  it('never records an earlier instant than before, though the clock was set back', async () => {
    await database.pool.query(`update log.head set recorded_at = now() + interval '1 hour'`);
    const first = await appended(log.append(newStream(), 'no-stream', [happened()]));
    const second = await appended(log.append(newStream(), 'no-stream', [happened()]));
    expect(Date.parse(first.recordedAt)).toBeGreaterThan(Date.now() + 3_000_000);
    expect(second.recordedAt >= first.recordedAt).toBe(true);
  });

  it('keeps the name of its epoch', async () => {
    expect(await log.epoch()).toMatch(/^[0-9a-f-]{36}$/);
    expect(await log.epoch()).toBe(await log.epoch());
  });
});
