import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClaims } from '../../../adapters/postgres/claims.ts';
import { createPostgresLog, type PostgresLog } from '../../../adapters/postgres/eventLog.ts';
import type { Claim, ClaimOfAppend, ClaimRequest, IdempotencyStore } from '../../../commands/ports.ts';
import type { Append, AppendedTogether, StreamName } from '../../../domain/eventLog.ts';
import { batchOf, newStream, readAll, readFeed, times } from '../../contracts/logFixtures.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { withLogBehindProxy } from '../../support/logBehindProxy.ts';

const append = (stream: StreamName, expected: Append['expected'], size = 1): Append => ({
  stream,
  expected,
  events: batchOf(size),
});

const scope = 'default key:channel POST /v1/orders';
const body = '{"at":"\u001d","also":"\u001d","on":"\u001e","text":"né ✓"}';

const claimFor = (changes: Partial<ClaimOfAppend> = {}): ClaimOfAppend => ({
  scope,
  key: randomUUID(),
  fingerprint: 'f1',
  commandId: randomUUID(),
  forever: false,
  answer: { status: 201, headers: { ETag: '"3"' }, body },
  append: 0,
  ...changes,
});

/** The next request with the key of `claim`. */
const asked = ({ fingerprint, key, scope: place, forever }: ClaimOfAppend, changes: Partial<ClaimRequest> = {}) => ({
  ...{ scope: place, key, fingerprint, forever, commandId: randomUUID(), leaseMs: 30_000 },
  ...changes,
});

const answeredAt = (outcome: AppendedTogether | undefined): unknown =>
  outcome?.kind === 'appended' && {
    status: 201,
    headers: { ETag: '"3"' },
    body: body.replaceAll('\u001d', outcome.position).replaceAll('\u001e', outcome.recordedAt),
    position: outcome.position,
  };

const outcomesOf = (written: Awaited<ReturnType<PostgresLog['appendClaiming']>>): readonly AppendedTogether[] => {
  if ('kind' in written) throw new Error(`keys are taken: ${written.claims}`);
  return written;
};

describe('keys that are claimed with their answers by an append', () => {
  let database: TestDatabase<never>;
  let log: PostgresLog;
  let other: PostgresLog;
  let claims: IdempotencyStore;
  beforeAll(async () => {
    database = await createTestDatabase();
    [log, other] = [createPostgresLog(database), createPostgresLog(database)];
    claims = createClaims(database.pool);
  });
  afterAll(async () => {
    await Promise.all([log.close(), other.close()]);
    await database.close();
  });

  const keys = async (commandIds: readonly string[]): Promise<number> => {
    const text = 'select count(*)::int as n from ops.claim where command_id = any($1)';
    return (await database.pool.query<{ n: number }>(text, [commandIds])).rows[0]?.n ?? 0;
  };
  const answerOf = (claim: Claim): unknown => (claim.kind === 'answered' ? claim.answer : claim);

  it('are answered with the place in the log of their own append, among others of the call', async () => {
    const made = times(20, (n) => {
      const [order, account] = [newStream('order'), newStream('credit')];
      const appends = [append(order, 'no-stream', 1 + (n % 3)), append(account, 'no-stream'), append(order, n % 3)];
      return { appends, claims: [claimFor({ append: 2 }), claimFor({ append: 1, forever: true })] as const };
    });
    const all = (
      await Promise.all([
        ...made.map((one) => log.appendClaiming(one.appends, one.claims)),
        log.appendTogether([append(newStream(), 'no-stream', 3)]),
      ])
    ).map(outcomesOf);
    for (const [n, { claims: both }] of made.entries()) {
      expect(answerOf(await claims.claim(asked(both[0])))).toEqual(answeredAt(all[n]?.[2]));
      expect(answerOf(await claims.claim(asked(both[1])))).toEqual(answeredAt(all[n]?.[1]));
    }
    const kept = 'select key from ops.claim where forever order by key';
    const forEver = made.map(({ claims: [, second] }) => second.key).sort();
    expect((await database.pool.query(kept)).rows.map(({ key }) => key)).toEqual(forEver);
  });

  it('are answered to the same request and refused to another one, both naming the first command', async () => {
    const claim = claimFor();
    await log.appendClaiming([append(newStream(), 'no-stream')], [claim]);
    const { commandId } = claim;
    expect(await claims.claim(asked(claim))).toMatchObject({ kind: 'answered', commandId });
    expect(await claims.claim(asked(claim, { fingerprint: 'f2' }))).toMatchObject({ kind: 'reused', commandId });
  });

  it('let nothing be written when one of them is taken, and those of neighbours are claimed', async () => {
    const [mine, neighbours] = [newStream(), times(10, () => newStream())];
    const [running, answered] = [claimFor(), claimFor()];
    await claims.claim(asked(running));
    await log.appendClaiming([append(newStream(), 'no-stream')], [answered]);
    const fresh = claimFor();
    const again = [fresh, { ...running, commandId: randomUUID() }, { ...answered, commandId: randomUUID() }];
    const head = Number(await log.head());
    const [taken, ...written] = await Promise.all([
      log.appendClaiming([append(mine, 'no-stream')], again),
      ...neighbours.map((stream) => log.appendClaiming([append(stream, 'no-stream')], [claimFor()])),
    ]);
    expect(taken).toEqual({ kind: 'taken', claims: [1, 2] });
    expect(await readAll(log, mine)).toEqual([]);
    expect(await claims.claim(asked(fresh))).toMatchObject({ kind: 'claimed', resumed: false });
    expect(written.map((one) => outcomesOf(one)[0]?.kind)).toEqual(neighbours.map(() => 'appended'));
    expect(Number(await log.head())).toBe(head + 10);
  });

  it('are one caller’s when two ask for one key in one call, and what was to be written beside them is written', async () => {
    const [twice, beside] = [claimFor(), claimFor()];
    const streams = times(3, () => newStream());
    const claimed = [twice, { ...twice, commandId: randomUUID() }, beside];
    const written = await Promise.all(
      streams.map((stream, n) => log.appendClaiming([append(stream, 'no-stream')], [claimed[n] ?? beside])),
    );
    expect(written.filter((one) => 'kind' in one)).toEqual([{ kind: 'taken', claims: [0] }]);
    expect(outcomesOf(written[2] ?? [])[0]?.kind).toBe('appended');
    const sizes = await Promise.all(streams.map(async (stream) => (await readAll(log, stream)).length));
    expect(sizes.reduce((sum, size) => sum + size)).toBe(2);
    expect(await keys(claimed.map(({ commandId }) => commandId))).toBe(2);
    const own = claimFor();
    const both = await log.appendClaiming(
      [append(newStream(), 'no-stream')],
      [own, { ...own, commandId: randomUUID() }],
    );
    expect(both).toEqual({ kind: 'taken', claims: [1] });
  });

  it('are not claimed where a conflict lets nothing be written, and are beside it', async () => {
    const [stale, fresh] = [newStream(), newStream()];
    await log.append(stale, 'no-stream', batchOf(2));
    const [refused, made] = [claimFor({ append: 1 }), claimFor({ append: 1 })];
    const [conflict, done] = await Promise.all([
      log.appendClaiming([append(newStream(), 'no-stream', 4), append(stale, 0)], [refused]),
      log.appendClaiming([append(fresh, 'no-stream', 2), append(newStream(), 'no-stream', 2)], [made]),
    ]);
    expect(outcomesOf(conflict).map(({ kind }) => kind)).toEqual(['withheld', 'conflict']);
    expect(await claims.claim(asked(refused))).toMatchObject({ kind: 'claimed', resumed: false });
    expect(answerOf(await claims.claim(asked(made)))).toEqual(answeredAt(outcomesOf(done)[1]));
    const again = await log.appendClaiming([append(stale, 1)], [{ ...refused, key: randomUUID(), append: 0 }]);
    expect(outcomesOf(again)[0]?.kind).toBe('appended');
  });

  it('are found as they are when the call is repeated, by whichever instance', async () => {
    const appends = [append(newStream(), 'no-stream', 3), append(newStream('credit'), 'no-stream')];
    const claim = claimFor();
    const first = outcomesOf(await log.appendClaiming(appends, [claim]));
    const again = outcomesOf(await other.appendClaiming(appends, [claim]));
    expect(again).toEqual(first.map((outcome) => ({ ...outcome, duplicate: true })));
    expect(answerOf(await claims.claim(asked(claim)))).toEqual(answeredAt(first[0]));
    expect(await keys([claim.commandId])).toBe(1);
  });

  it('are claimed once with everything that was written, when replies are lost after the commit', async () => {
    await withLogBehindProxy(database, async (far, proxy) => {
      proxy.loseEveryNthReply(3);
      const made = times(40, () => ({ stream: newStream('order'), claim: claimFor() }));
      for (const { stream, claim } of made) {
        const [outcome] = outcomesOf(await far.appendClaiming([append(stream, 'no-stream', 2)], [claim]));
        expect(answerOf(await claims.claim(asked(claim)))).toEqual(answeredAt(outcome));
        expect(await readAll(log, stream)).toHaveLength(2);
      }
      expect(proxy.lostReplies()).toBeGreaterThan(5);
    });
  });

  it('are one winner’s each when two instances and the claims before work race for them in opposite orders', async () => {
    for (let round = 0; round < 15; round += 1) {
      const shared = times(12, () => claimFor());
      const race = (by: PostgresLog, order: readonly ClaimOfAppend[]) =>
        order.map(async (claim) => {
          const stream = newStream('order');
          const own = { ...claim, commandId: randomUUID() };
          const business = claimFor({ ...own, scope: 'business:order:BU1:C-1', forever: true });
          const written = await by.appendClaiming([append(stream, 'no-stream', 2)], [own, business]);
          return { key: claim.key, won: !('kind' in written), written: (await readAll(log, stream)).length };
        });
      const claiming = shared.map(async (claim) => {
        const businessKey = { scope: 'business:order:BU1:C-1', key: claim.key, fingerprint: 'f1' };
        const outcome = await claims.claim(asked(claim, { businessKey }));
        return { key: claim.key, won: outcome.kind === 'claimed', written: 0 };
      });
      const ran = await Promise.all([...race(log, shared), ...race(other, [...shared].reverse()), ...claiming]);
      for (const { key } of shared) expect(ran.filter((one) => one.key === key && one.won)).toHaveLength(1);
      for (const one of ran) expect(one.written).toBe(one.won && one.written > 0 ? 2 : 0);
    }
    const positions = (await readFeed(log, 'start')).map(({ position }) => Number(position));
    expect(positions).toEqual(times(positions.length, (n) => n + 1));
  });
});
