import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { Claim, ClaimedForEver, ClaimRequest, IdempotencyStore, StoredAnswer } from '../../commands/ports.ts';
import { createClaimReads } from './claimReads.ts';
import { orLogUnavailable } from './failures.ts';
import { createBatcher } from './log/batching.ts';

type ClaimRow = {
  readonly item: number;
  /** 1: the key itself, 2: the business key beside it. */
  readonly part: 1 | 2;
  readonly mine: boolean;
  readonly fingerprint: string;
  readonly command_id: string;
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

// A claim waits for the disk, although the append that follows would take it there: commits reach the disk in order. But a
// server that crashes between the two forgets the claim while this process lives on and repeats the append, with success;
// the key would then be free although its events are there, and the next request with it would make a second order.
const claimText = `
  select item, part, mine, fingerprint, command_id, attempts, first_used_at, remaining_ms, status, headers, body, position
  from ops.claim_keys($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`;

const answerText = 'select ops.answer_keys($1, $2, $3, $4, $5, $6)';
/** Never in JSON text, which escapes it. */
const separator = '\x1e';

const releaseText = `update ops.claim set lease_until = clock_timestamp() where scope = $1 and key = $2 and answered_at is null`;

const forgetText = `
  delete from ops.claim where ctid = any(array(
    select ctid from ops.claim where not forever and first_used_at < now() - $1 * interval '1 day'
      and answered_at < now() - $1 * interval '1 day' limit $2))`;

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

const storedAnswer = ({ status, headers, body, position }: ClaimRow): StoredAnswer | undefined =>
  status === null || headers === null || body === null
    ? undefined
    : { status, headers: JSON.parse(headers) as StoredAnswer['headers'], body, position };

const notOurs = (fingerprint: string, row: ClaimRow) => {
  const { command_id: commandId, first_used_at: firstUsedAt } = row;
  if (row.fingerprint !== fingerprint) return { kind: 'reused', firstUsedAt, commandId } as const;
  const answer = storedAnswer(row);
  return answer === undefined ? undefined : ({ kind: 'answered', commandId, answer } as const);
};

/** A business key without an answer is for whoever asks: all its attempts run under one command id. */
const businessClaim = (
  request: ClaimRequest,
  commandId: string,
  resumed: boolean,
  row: ClaimRow | undefined,
): { readonly businessKey?: ClaimedForEver } => {
  if (request.businessKey === undefined) return {};
  const claimed: ClaimedForEver = { kind: 'claimed', commandId: row?.command_id ?? commandId, resumed };
  if (row === undefined) return { businessKey: claimed };
  const isNew = row.command_id === commandId && !resumed;
  return { businessKey: notOurs(request.businessKey.fingerprint, row) ?? { ...claimed, resumed: !isNew } };
};

const claimFromRows = (request: ClaimRequest, first: ClaimRow | undefined, second: ClaimRow | undefined): Claim => {
  // Gone between the two statements: an answered key that was just forgotten. The next attempt finds it free.
  if (first === undefined) return { kind: 'running', retryAfterSeconds: 1 };
  if (first.mine) {
    const resumed = first.attempts > 1;
    const commandId = first.command_id;
    return { kind: 'claimed', commandId, resumed, ...businessClaim(request, commandId, resumed, second) };
  }
  const retryAfterSeconds = adviceSeconds(request.leaseMs, first.remaining_ms);
  return notOurs(request.fingerprint, first) ?? { kind: 'running', retryAfterSeconds };
};

/** All keys were new. */
const allOurs = (request: ClaimRequest): Claim => {
  const { commandId } = request;
  return { kind: 'claimed', commandId, resumed: false, ...businessClaim(request, commandId, false, undefined) };
};

const claimBatch = async (pool: pg.Pool, requests: readonly ClaimRequest[]): Promise<readonly Claim[]> => {
  const values = [
    requests.map(({ scope }) => scope),
    requests.map(({ key }) => key),
    requests.map(({ fingerprint }) => fingerprint),
    requests.map(({ commandId }) => commandId),
    requests.map(() => randomUUID()),
    requests.map(({ forever }) => forever),
    requests.map(({ leaseMs }) => leaseMs),
    requests.map(({ businessKey }) => businessKey?.scope ?? null),
    requests.map(({ businessKey }) => businessKey?.key ?? null),
    requests.map(({ businessKey }) => businessKey?.fingerprint ?? null),
  ];
  const { rows } = await pool.query<ClaimRow>({ name: 'claim', text: claimText, values });
  if (rows.length === 0) return requests.map(allOurs);
  const parts: readonly Map<number, ClaimRow>[] = [new Map(), new Map()];
  for (const row of rows) parts[row.part - 1]?.set(row.item, row);
  return requests.map((request, item) => claimFromRows(request, parts[0]?.get(item), parts[1]?.get(item)));
};

const answerBatch = async (pool: pg.Pool, answers: readonly Answering[]): Promise<readonly true[]> => {
  const values = [
    answers.map(({ scope }) => scope),
    answers.map(({ key }) => key),
    answers.map(({ answer }) => answer.status),
    answers.map(({ answer }) => JSON.stringify(answer.headers)).join(separator),
    answers.map(({ answer }) => answer.body).join(separator),
    answers.map(({ answer }) => answer.position),
  ];
  await pool.query({ name: 'claim-answer', text: answerText, values });
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
    ...createClaimReads(pool),
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
