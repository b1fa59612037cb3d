import { decodeTime, monotonicFactory } from 'ulid';
import { contentSha256 } from '../commands/canonicalJson.ts';
import type { Claim } from '../commands/ports.ts';
import type { ApiDeps } from './deps.ts';
import { HttpProblem } from './problem.ts';
import type { Sent } from './sent.ts';

const nextUlid = monotonicFactory();

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
};

/** (tenant, authenticated client, method, route template): the same key of another client is another key (H36). */
export const scopeOf = (request: KeyedRequest): string =>
  [request.tenant, request.client, request.method.toUpperCase(), request.template].join(' ');

/** SHA-256 over method, path, body and `If-Match`; undefined for a body without a canonical form (lone surrogates, 1e999). */
export const fingerprintOf = (request: Omit<KeyedRequest, 'fingerprint'>): string | undefined => {
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

const replay = (claim: Extract<Claim, { readonly kind: 'answered' }>): Sent => ({
  status: claim.answer.status,
  headers: { ...claim.answer.headers, 'Idempotency-Replayed': 'true' },
  text: claim.answer.body,
  position: claim.answer.position,
  code: undefined,
  retain: false,
});

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

/**
 * Layer one of exactly-once (spec 4.10): executes a request once per key and answers every repetition alike. `execute`
 * gets the command id, the first attempt's when that one died. Throws `HttpProblem` 409 and 422, and `LogUnavailable`.
 */
export const oncePerKey = async (
  request: KeyedRequest,
  deps: ApiDeps,
  execute: (commandId: string) => Promise<Sent>,
): Promise<Sent> => {
  const scope = scopeOf(request);
  const claim = await deps.claims.claim({
    scope,
    key: request.key,
    fingerprint: request.fingerprint,
    commandId: nextUlid(Date.parse(deps.clock())),
    leaseMs: deps.config.claimLeaseMs,
    forever: false,
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
    deps.metrics.countIdempotency('replayed');
    return replay(claim);
  }
  deps.metrics.countIdempotency(claim.resumed ? 'resumed' : 'executed');
  const sent = await execute(claim.commandId);
  await settle(deps, scope, request.key, sent);
  return sent;
};
