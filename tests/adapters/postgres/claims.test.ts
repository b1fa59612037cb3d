import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClaims } from '../../../adapters/postgres/claims.ts';
import { createPool } from '../../../adapters/postgres/pool.ts';
import type { ClaimRequest, IdempotencyStore, StoredAnswer } from '../../../commands/ports.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

const request = (change: Partial<ClaimRequest> = {}): ClaimRequest => ({
  scope: 'tenant/client/POST/orders',
  key: randomUUID(),
  fingerprint: 'f1',
  commandId: randomUUID(),
  leaseMs: 30_000,
  forever: false,
  ...change,
});

const answer: StoredAnswer = { status: 201, headers: { etag: '"0"' }, body: '{"text":"é \\u0000"}', position: '0001' };

describe('idempotency keys', () => {
  let database: TestDatabase<never>;
  let claims: IdempotencyStore;
  let other: IdempotencyStore;
  beforeAll(async () => {
    database = await createTestDatabase();
    [claims, other] = [createClaims(database.pool), createClaims(database.pool)];
  });
  afterAll(() => database.close());

  it('lets the first attempt run, and later ones wait for it', async () => {
    const first = request();
    expect(await claims.claim(first)).toEqual({ kind: 'claimed', commandId: first.commandId, resumed: false });
    const again = await other.claim({ ...first, commandId: randomUUID() });
    expect(again).toEqual({ kind: 'running', retryAfterSeconds: expect.any(Number) });
  });

  it('advises to wait as long again as the attempt has lasted, and never beyond its lease', async () => {
    /** In seconds, with the age that the attempt had at least and at most, in ms: the machine may stand still in between. */
    const adviceAt = async (ageMs: number) => {
      const running = request({ leaseMs: 30_000 });
      const begunMs = performance.now();
      await claims.claim(running);
      await database.pool.query(
        `update ops.claim set lease_until = lease_until - $2 * interval '1 ms' where key = $1`,
        [running.key, ageMs],
      );
      const again = await other.claim({ ...running, commandId: randomUUID() });
      const seconds = again.kind === 'running' ? again.retryAfterSeconds : Number.NaN;
      return { seconds, least: ageMs / 1_000, most: (ageMs + performance.now() - begunMs) / 1_000 };
    };
    const [young, old, ending] = await Promise.all([adviceAt(100), adviceAt(7_400), adviceAt(27_500)]);
    for (const { seconds, least, most } of [young, old]) {
      expect(seconds).toBeGreaterThanOrEqual(Math.ceil(least));
      expect(seconds).toBeLessThanOrEqual(Math.ceil(most));
    }
    expect(ending.seconds).toBeLessThanOrEqual(3);
    expect(ending.seconds).toBeGreaterThanOrEqual(Math.max(1, Math.ceil(30 - ending.most)));
  });

  it('lets exactly one of many simultaneous attempts run', async () => {
    const { key } = request();
    const attempts = Array.from({ length: 40 }, (_, n) => (n % 2 === 0 ? claims : other).claim(request({ key })));
    const kinds = (await Promise.all(attempts)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'claimed')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'running')).toHaveLength(39);
  });

  it('gives the stored answer back byte for byte, and keeps the first one', async () => {
    const first = request();
    await claims.claim(first);
    await claims.answer(first.scope, first.key, answer);
    await claims.answer(first.scope, first.key, { ...answer, status: 500, body: 'late' });
    const again = await other.claim(request({ key: first.key }));
    expect(again).toEqual({ kind: 'answered', commandId: first.commandId, answer });
  });

  it('stores answers that come together, each under its own key', async () => {
    const requests = Array.from({ length: 30 }, () => request());
    await Promise.all(requests.map(claims.claim));
    const answerTo = ({ key }: ClaimRequest, n: number): StoredAnswer => ({
      status: n % 2 === 0 ? 201 : 422,
      headers: { location: `/v1/orders/${key}`, note: '"quoted", \\ and {braced}' },
      body: JSON.stringify({ key, text: 'é ⟦ \u001e \u0000 "' }),
      position: n % 3 === 0 ? null : String(n).padStart(20, '0'),
    });
    await Promise.all(requests.map((each, n) => claims.answer(each.scope, each.key, answerTo(each, n))));
    const again = await Promise.all(requests.map(({ key }) => other.claim(request({ key }))));
    expect(again.map((each) => (each.kind === 'answered' ? each.answer : each))).toEqual(requests.map(answerTo));
  });

  it('finds keys by their index, also when the statements were planned while there were none', async () => {
    const young = await createTestDatabase();
    const single = createPool({ connectionString: young.connectionString, connectionsMax: 1 });
    const scans = async (): Promise<string> => {
      await single.query('select pg_stat_force_next_flush()');
      const { rows } = await single.query(
        `select seq_scan from pg_stat_user_tables where relid = 'ops.claim'::regclass`,
      );
      return rows[0].seq_scan;
    };
    try {
      await single.query('analyze ops.claim');
      const first = createClaims(single);
      const useOne = async (): Promise<void> => {
        const { scope, key } = request();
        await first.claim(request({ scope, key, businessKey: { scope: 'business', key, fingerprint: 'f1' } }));
        await first.claim(request({ scope, key }));
        await first.answer(scope, key, answer);
      };
      for (let n = 0; n < 8; n += 1) await useOne();
      const before = await scans();
      for (let n = 0; n < 8; n += 1) await useOne();
      expect(await scans()).toBe(before);
    } finally {
      await single.end();
      await young.close();
    }
  });

  it('tells when the key was first used for something else', async () => {
    const first = request();
    await claims.claim(first);
    const stranger = await claims.claim(request({ key: first.key, fingerprint: 'f2' }));
    expect(stranger).toMatchObject({ kind: 'reused', commandId: first.commandId });
    const { firstUsedAt } = stranger as { firstUsedAt: string };
    expect(Math.abs(Date.parse(firstUsedAt) - Date.now())).toBeLessThan(60_000);
  });

  it('gives the same key in another scope a life of its own', async () => {
    const first = request();
    await claims.claim(first);
    expect(await claims.claim({ ...first, scope: 'elsewhere' })).toMatchObject({ kind: 'claimed' });
  });

  it('lets another attempt take over a dead one under its command id, once', async () => {
    const dead = request({ leaseMs: 20 });
    await claims.claim(dead);
    await delay(40);
    const takers = await Promise.all([1, 2, 3, 4].map(() => other.claim(request({ key: dead.key }))));
    expect(takers.filter(({ kind }) => kind === 'claimed')).toEqual([
      { kind: 'claimed', commandId: dead.commandId, resumed: true },
    ]);
    expect(takers.filter(({ kind }) => kind === 'running')).toHaveLength(3);
  });

  it('frees a released key at once, under the same command id', async () => {
    const failed = request();
    await claims.claim(failed);
    await claims.release(failed.scope, failed.key);
    const next = await claims.claim(request({ key: failed.key }));
    expect(next).toEqual({ kind: 'claimed', commandId: failed.commandId, resumed: true });
  });

  it('forgets old answered keys, in portions, but no business key and no running one', async () => {
    const scope = 'old';
    const old = [request({ scope }), request({ scope }), request({ scope })];
    const business = request({ scope: 'business:order:BU1', forever: true });
    const running = request({ scope });
    for (const each of [...old, business, running]) await claims.claim(each);
    for (const each of [...old, business]) await claims.answer(each.scope, each.key, answer);
    expect(await claims.forget(30, 100)).toBe(0);
    await database.pool.query(`update ops.claim
      set first_used_at = first_used_at - interval '31 days', answered_at = answered_at - interval '31 days'
      where scope in ('old', 'business:order:BU1') and answered_at is not null`);
    expect(await claims.forget(30, 2)).toBe(2);
    expect(await claims.forget(30, 100)).toBe(1);
    expect(await claims.claim(request({ ...old[0], commandId: 'new' }))).toMatchObject({
      kind: 'claimed',
      commandId: 'new',
    });
    expect(await claims.claim(business)).toMatchObject({ kind: 'answered' });
    expect(await claims.claim(running)).toMatchObject({ kind: 'running' });
  });
});
