import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { Claim, ClaimRequest, IdempotencyStore, StoredAnswer } from '../../commands/ports.ts';
import { createBatcher } from './batching.ts';
import { orLogUnavailable } from './failures.ts';

type ClaimRow = {
  readonly scope: string;
  readonly key: string;
  readonly fingerprint: string;
  readonly command_id: string;
  readonly holder: string;
  readonly attempts: number;
  readonly first_used_at: string;
  readonly remaining_ms: number;
  readonly status: number | null;
  readonly headers: string | null;
  readonly body: string | null;
  readonly position: string | null;
};

type Answering = { readonly scope: string; readonly key: string; readonly answer: StoredAnswer };

const limits = { itemsMax: 64, weightMax: 64, waitingMax: 2_000, waitMsMax: 10_000 };
const retryAfterSecondsMax = 30;

// Sorted, so that two instances claiming the same keys lock them in the same order.
const claimText = `
  insert into ops.claim as c (scope, key, fingerprint, command_id, holder, forever, lease_until)
  select r.scope, r.key, r.fingerprint, r.command_id, r.holder, r.forever, clock_timestamp() + r.lease_ms * interval '1 ms'
  from jsonb_to_recordset($1) as r(scope text, key text, fingerprint text, command_id text, holder uuid, forever boolean, lease_ms int)
  order by r.scope, r.key
  on conflict (scope, key) do update
    set holder = excluded.holder, lease_until = excluded.lease_until, attempts = c.attempts + 1
    where c.answered_at is null and c.fingerprint = excluded.fingerprint and c.lease_until <= clock_timestamp()`;

const readText = `
  select c.scope, c.key, c.fingerprint, c.command_id, c.holder, c.attempts, c.first_used_at, c.status, c.headers, c.body,
         c.position, ceil(extract(epoch from c.lease_until - clock_timestamp()) * 1000)::float8 as remaining_ms
  from jsonb_to_recordset($1) as r(scope text, key text) join ops.claim c on c.scope = r.scope and c.key = r.key`;

// An answer that a crash of the server forgets is rebuilt from the log by the next attempt, so its commit need not wait
// for the disk.
const answerText = `
  with durability as materialized (select set_config('synchronous_commit', 'off', true) as mode)
  update ops.claim c
  set answered_at = clock_timestamp(), status = r.status, headers = r.headers, body = r.body, position = r.position
  from jsonb_to_recordset($1) as r(scope text, key text, status int, headers text, body text, position text), durability
  where c.scope = r.scope and c.key = r.key and c.answered_at is null and durability.mode = 'off'`;

const releaseText = `update ops.claim set lease_until = clock_timestamp() where scope = $1 and key = $2 and answered_at is null`;

const forgetText = `
  delete from ops.claim where ctid = any(array(
    select ctid from ops.claim where answered_at < now() - $1 * interval '1 day' and not forever limit $2))`;

/** JSON text cannot carry NUL into Postgres, and a separator that cannot occur keeps two keys apart. */
const keyOf = ({ scope, key }: { readonly scope: string; readonly key: string }): string =>
  JSON.stringify([scope, key]);

/**
 * Most attempts answer at once, so a young one is asked for again after a second, an old one after as long as it has
 * lasted already; when its lease ends, the next attempt takes over.
 */
const adviceSeconds = (leaseMs: number, remainingMs: number): number => {
  const seconds = Math.ceil(Math.min(leaseMs - remainingMs, remainingMs) / 1_000);
  return Math.min(Math.max(seconds, 1), retryAfterSecondsMax);
};

const claimFromRow = (request: ClaimRequest, holder: string, row: ClaimRow | undefined): Claim => {
  // Gone between the two statements: an answered key that was just forgotten. The next attempt finds it free.
  if (row === undefined) return { kind: 'running', retryAfterSeconds: 1 };
  const commandId = row.command_id;
  if (row.fingerprint !== request.fingerprint) return { kind: 'reused', firstUsedAt: row.first_used_at, commandId };
  if (row.status !== null && row.headers !== null && row.body !== null) {
    const headers = JSON.parse(row.headers) as StoredAnswer['headers'];
    return {
      kind: 'answered',
      commandId,
      answer: { status: row.status, headers, body: row.body, position: row.position },
    };
  }
  if (row.holder === holder) return { kind: 'claimed', commandId, resumed: row.attempts > 1 };
  return { kind: 'running', retryAfterSeconds: adviceSeconds(request.leaseMs, row.remaining_ms) };
};

const claimBatch = async (pool: pg.Pool, requests: readonly ClaimRequest[]): Promise<readonly Claim[]> => {
  const held = requests.map((request) => ({ request, holder: randomUUID() }));
  const rows = held.map(({ request, holder }) => ({
    scope: request.scope,
    key: request.key,
    fingerprint: request.fingerprint,
    command_id: request.commandId,
    holder,
    forever: request.forever,
    lease_ms: request.leaseMs,
  }));
  const values = [JSON.stringify(rows)];
  await pool.query({ name: 'claim', text: claimText, values });
  const found = await pool.query<ClaimRow>({ name: 'claim-read', text: readText, values });
  const byKey = new Map(found.rows.map((row) => [keyOf(row), row]));
  return held.map(({ request, holder }) => claimFromRow(request, holder, byKey.get(keyOf(request))));
};

const answerBatch = async (pool: pg.Pool, answers: readonly Answering[]): Promise<readonly true[]> => {
  const rows = answers.map(({ scope, key, answer }) => ({
    scope,
    key,
    ...answer,
    headers: JSON.stringify(answer.headers),
  }));
  await pool.query({ name: 'claim-answer', text: answerText, values: [JSON.stringify(rows)] });
  return answers.map(() => true);
};

/** Idempotency keys in `ops.claim`. Claims, and answers, that arrive together share a statement and a commit. */
export const createClaims = (pool: pg.Pool): IdempotencyStore => {
  const claims = createBatcher<ClaimRequest, Claim>({
    limits,
    keysOf: (item) => [keyOf(item)],
    weightOf: () => 1,
    write: (requests) => claimBatch(pool, requests),
  });
  const answers = createBatcher<Answering, true>({
    limits,
    keysOf: (item) => [keyOf(item)],
    weightOf: () => 1,
    write: (batch) => answerBatch(pool, batch),
  });
  return {
    claim: claims.submit,
    answer: async (scope, key, answer) => {
      await answers.submit({ scope, key, answer });
    },
    release: async (scope, key) => {
      await orLogUnavailable(() => pool.query(releaseText, [scope, key]));
    },
    forget: async (olderThanDays, limit) => {
      const { rowCount } = await orLogUnavailable(() => pool.query(forgetText, [olderThanDays, limit]));
      return rowCount ?? 0;
    },
  };
};
