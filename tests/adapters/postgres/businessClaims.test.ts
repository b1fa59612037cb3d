import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createClaims } from '../../../adapters/postgres/claims.ts';
import type { BusinessClaim, Claim, ClaimRequest, IdempotencyStore } from '../../../commands/ports.ts';
import { LogUnavailable } from '../../../domain/eventLog.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';

const business = (key: string = randomUUID(), fingerprint = 'order'): BusinessClaim => ({
  scope: 'business:order:BU1:C-1001',
  key,
  fingerprint,
});

const request = (change: Partial<ClaimRequest> = {}): ClaimRequest => ({
  scope: 'default key:channel POST /v1/orders',
  key: randomUUID(),
  fingerprint: 'f1',
  commandId: randomUUID(),
  leaseMs: 30_000,
  forever: false,
  businessKey: business(),
  ...change,
});

const answer = { status: 200, headers: {}, body: '{"value":1}', position: '0001' };

const businessOf = (claim: Claim): unknown => (claim.kind === 'claimed' ? claim.businessKey : claim.kind);

describe('a business key that is claimed together with the key of a request', () => {
  let database: TestDatabase<never>;
  let claims: IdempotencyStore;
  let other: IdempotencyStore;
  beforeAll(async () => {
    database = await createTestDatabase();
    [claims, other] = [createClaims(database.pool), createClaims(database.pool)];
  });
  afterAll(() => database.close());

  const holders = async (key: string): Promise<readonly string[]> =>
    (
      await database.pool.query<{ command_id: string }>('select command_id from ops.claim where key = $1', [key])
    ).rows.map((row) => row.command_id);

  it('is ours with it, under the same command id', async () => {
    const first = request();
    const { commandId } = first;
    expect(await claims.claim(first)).toEqual({
      kind: 'claimed',
      commandId,
      resumed: false,
      businessKey: { kind: 'claimed', commandId, resumed: false },
    });
  });

  it('is not touched while the key of the request is somebody else’s', async () => {
    const first = request();
    await claims.claim(first);
    const running = { ...first, commandId: randomUUID(), businessKey: business() };
    expect(await other.claim(running)).toMatchObject({ kind: 'running' });
    const reused = { ...running, fingerprint: 'f2' };
    expect(await other.claim(reused)).toMatchObject({ kind: 'reused' });
    await claims.answer(first.scope, first.key, answer);
    expect(await other.claim(running)).toMatchObject({ kind: 'answered' });
    expect(await holders(running.businessKey.key)).toEqual([]);
  });

  it('leads to the first attempt’s command id, answer or other content under another key of a request', async () => {
    const key = business();
    const first = request({ businessKey: key });
    await claims.claim(first);
    const again = await other.claim(request({ businessKey: key }));
    expect(businessOf(again)).toEqual({ kind: 'claimed', commandId: first.commandId, resumed: true });
    const different = await other.claim(request({ businessKey: { ...key, fingerprint: 'another order' } }));
    expect(businessOf(different)).toMatchObject({ kind: 'reused', commandId: first.commandId });
    await claims.answer(key.scope, key.key, answer);
    const answered = await other.claim(request({ businessKey: key }));
    expect(businessOf(answered)).toEqual({ kind: 'answered', commandId: first.commandId, answer });
  });

  it('is claimed by the attempt that takes over a dead one, under the dead one’s command id', async () => {
    const dead = request({ leaseMs: 0, businessKey: undefined });
    await claims.claim(dead);
    const key = business();
    const taker = await other.claim({ ...dead, commandId: randomUUID(), leaseMs: 30_000, businessKey: key });
    expect(taker).toEqual({
      kind: 'claimed',
      commandId: dead.commandId,
      resumed: true,
      businessKey: { kind: 'claimed', commandId: dead.commandId, resumed: true },
    });
    expect(await holders(key.key)).toEqual([dead.commandId]);
  });

  it('names one command id to everybody who asks at the same moment, in one batch and from two instances', async () => {
    const key = business();
    const asked = Array.from({ length: 60 }, () => request({ businessKey: key }));
    const claimed = await Promise.all(asked.map((each, n) => (n % 2 === 0 ? claims : other).claim(each)));
    const ids = new Set(claimed.map((claim) => (claim.kind === 'claimed' ? claim.businessKey?.commandId : claim.kind)));
    expect([...ids]).toEqual(await holders(key.key));
    expect(claimed.filter(({ kind }) => kind === 'claimed')).toHaveLength(60);
  });

  it('is given once to each of ten thousand, beside repeated requests from another instance', async () => {
    const asked = Array.from({ length: 10_000 }, () => request());
    const wins = new Map<string, number>();
    for (let from = 0; from < asked.length; from += 500) {
      const some = asked.slice(from, from + 500);
      const outcomes = await Promise.all(
        some.flatMap((each) => [claims.claim(each), other.claim({ ...each, commandId: randomUUID() })]),
      );
      for (const [index, outcome] of outcomes.entries()) {
        const { key } = some[index >> 1] as ClaimRequest;
        if (outcome.kind !== 'claimed') continue;
        wins.set(key, (wins.get(key) ?? 0) + 1);
        expect(outcome.businessKey).toMatchObject({ kind: 'claimed', commandId: outcome.commandId });
      }
    }
    expect([wins.size, new Set(wins.values())]).toEqual([10_000, new Set([1])]);
    const { rows } = await database.pool.query<{ n: number }>(
      `select count(*)::int as n from ops.claim b join ops.claim c on c.command_id = b.command_id and not c.forever
       where b.forever and c.key = any($1)`,
      [asked.map(({ key }) => key)],
    );
    expect(rows[0]?.n).toBe(10_000);
  });

  it('is unavailable, not lost, while Postgres is away', async () => {
    const away = createClaims(new pg.Pool({ host: '127.0.0.1', port: 1, connectionTimeoutMillis: 500 }));
    const first = request();
    await expect(away.claim(first)).rejects.toBeInstanceOf(LogUnavailable);
    expect(await claims.claim(first)).toMatchObject({ kind: 'claimed', resumed: false });
  });
});
