import { decodeTime } from 'ulid';
import { contentSha256 } from '../../commands/canonicalJson.ts';
import { newUlid } from '../../commands/eventIds.ts';
import type { BusinessClaim, Claim, ClaimRequest } from '../../commands/ports.ts';
import type { ApiDeps } from '../deps.ts';
import { HttpProblem } from '../problem.ts';
import { type Sent, storedSent } from './sent.ts';

export type KeyedRequest = {
  readonly tenant: string;
  readonly client: string;
  readonly method: string;
  readonly template: string;
  readonly path: string;
  readonly key: string;
  readonly body: unknown;
  readonly ifMatch: number | undefined;
  readonly fingerprint: string;
  readonly businessKey: BusinessClaim | undefined;
};

/** The claim of a request that is ours to execute. */
export type OurClaim = Extract<Claim, { readonly kind: 'claimed' }>;

/** A key that the append of the command claims, and the id under which that runs. */
export type UnclaimedKey = Pick<ClaimRequest, 'scope' | 'key' | 'fingerprint' | 'commandId'>;

/** Keys that a command of this process is claiming with its append at the moment: the next one with the same key waits to see it. */
export type UnderWay = Map<string, Promise<unknown>>;

/** (tenant, authenticated client, method, route template): the same key of another client is another key (H36). */
const scopeOf = (request: KeyedRequest): string =>
  [request.tenant, request.client, request.method.toUpperCase(), request.template].join(' ');

/** SHA-256 over method, path, body and `If-Match`; undefined for a body without a canonical form (lone surrogates, 1e999). */
export const fingerprintOf = (
  request: Pick<KeyedRequest, 'method' | 'path' | 'body' | 'ifMatch'>,
): string | undefined => {
  const { path, body, ifMatch = null } = request;
  try {
    return contentSha256({ method: request.method.toUpperCase(), path, body, ifMatch });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
};

/** When the command was first claimed: part of its id, so that a resumed attempt says the same instant. */
export const claimedAt = (commandId: string): string => new Date(decodeTime(commandId)).toISOString();

const inProgress = (retryAfterSeconds: number): HttpProblem =>
  new HttpProblem('REQUEST_IN_PROGRESS', 'The same request is being executed. Ask again with the same key.', {
    headers: { 'Retry-After': String(Math.max(1, Math.ceil(retryAfterSeconds))) },
    retain: false,
  });

const reused = (firstUsedAt: string): HttpProblem =>
  new HttpProblem(
    'IDEMPOTENCY_KEY_REUSED',
    `This key was first used at ${firstUsedAt} for another request. Take a new key.`,
    {
      data: { firstUsedAt },
      retain: false,
    },
  );

type Answered = Extract<Claim, { readonly kind: 'answered' }>;

const replay = (claim: Answered): Sent => {
  const sent = storedSent(claim.answer);
  return { ...sent, headers: { ...sent.headers, 'Idempotency-Replayed': 'true' } };
};

const settle = async (deps: ApiDeps, scope: string, key: string, sent: Sent): Promise<void> => {
  try {
    if (sent.retain) {
      const { status, headers, text: body, position } = sent;
      await deps.claims.answer(scope, key, { status, headers, body, position });
    } else {
      deps.metrics.countIdempotency('released');
      await deps.claims.release(scope, key);
    }
  } catch (error) {
    // What was done is done and the caller may know it. A retry finds the claim open until its lease ends, and then
    // executes under the same command id, which has no second effect.
    deps.logger.warn({ err: error, scope }, 'the answer could not be stored under its idempotency key');
  }
};

type Ways = {
  readonly execute: (claim: OurClaim) => Promise<Sent>;
  /** Absent: the key is claimed first. Undefined as its answer: nothing was done, the key has to be claimed first. */
  readonly claiming: ((key: UnclaimedKey) => Promise<Sent | undefined>) | undefined;
  readonly underWay: UnderWay;
};

/**
 * Nearly every key is new, and then the append of the command claims it and stores the answer: one round trip instead of
 * three. Undefined: not so here.
 */
const claimedByAppend = async (key: UnclaimedKey, { claiming, underWay }: Ways): Promise<Sent | undefined> => {
  if (claiming === undefined) return undefined;
  const name = JSON.stringify([key.scope, key.key]);
  const before = underWay.get(name);
  if (before !== undefined) {
    await before;
    return undefined;
  }
  const answered = claiming(key);
  underWay.set(
    name,
    answered.catch(() => undefined),
  );
  try {
    return await answered;
  } finally {
    underWay.delete(name);
  }
};

/** Claims the key, and executes unless somebody did. Throws as `oncePerKey`. */
const claimedFirst = async (
  request: KeyedRequest,
  deps: ApiDeps,
  { scope, commandId }: UnclaimedKey,
  execute: Ways['execute'],
): Promise<Sent> => {
  const claim = await deps.claims.claim({
    scope,
    key: request.key,
    fingerprint: request.fingerprint,
    commandId,
    leaseMs: deps.config.claimLeaseMs,
    forever: false,
    businessKey: request.businessKey,
  });
  if (claim.kind === 'running') {
    deps.metrics.countIdempotency('in_progress');
    throw inProgress(claim.retryAfterSeconds);
  }
  if (claim.kind === 'reused') {
    deps.metrics.countIdempotency('reused');
    throw reused(claim.firstUsedAt);
  }
  if (claim.kind === 'answered') {
    // Under our own command id it was claimed by our append, whose reply was lost.
    const isOurs = claim.commandId === commandId;
    deps.metrics.countIdempotency(isOurs ? 'executed' : 'replayed');
    return isOurs ? storedSent(claim.answer) : replay(claim);
  }
  deps.metrics.countIdempotency(claim.resumed ? 'resumed' : 'executed');
  const sent = await execute(claim);
  await settle(deps, scope, request.key, sent);
  return sent;
};

/**
 * Layer one of exactly-once (spec 4.10): executes a request once per key and answers every repetition alike. `execute`
 * gets the claim; its command id is the first attempt's when that one died. Throws `HttpProblem` 409 and 422, and `LogUnavailable`.
 */
export const oncePerKey = async (request: KeyedRequest, deps: ApiDeps, ways: Ways): Promise<Sent> => {
  const { key, fingerprint } = request;
  const unclaimed = { scope: scopeOf(request), key, fingerprint, commandId: newUlid(Date.parse(deps.clock())) };
  const sent = await claimedByAppend(unclaimed, ways);
  if (sent === undefined) return claimedFirst(request, deps, unclaimed, ways.execute);
  deps.metrics.countIdempotency('executed');
  return sent;
};
