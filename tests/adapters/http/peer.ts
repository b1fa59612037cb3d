import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HttpAnswer } from '../../../adapters/http/answers.ts';
import {
  createResilientHttp,
  type ResilientHttp,
  type ResilientHttpOptions,
} from '../../../adapters/http/resilientHttp.ts';

type FaultWish = {
  readonly mode: string;
  readonly times?: number;
  readonly operation?: string;
  readonly match?: string;
  readonly status?: number;
  readonly ms?: number;
  readonly when?: 'before' | 'after';
  readonly retryAfterSeconds?: number;
  readonly code?: string;
};

const post = async (url: string, path: string, body: unknown): Promise<unknown> => {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response.json();
};

/** Asks a simulator to misbehave, once when not told how often. */
export const strike = async (url: string, fault: FaultWish): Promise<void> => {
  await post(url, '/control/faults', { times: 1, ...fault });
};

export const calm = async (url: string): Promise<void> => {
  await fetch(`${url}/control/faults`, { method: 'DELETE' });
};

/** What really exists on the other side. */
export const effectsOf = async (url: string): Promise<Record<string, unknown>> => {
  const response = await fetch(`${url}/control/state`);
  return (await response.json()) as Record<string, unknown>;
};

/** Calls a control route or the interface itself, without a client in between. */
export const byHand = post;

/** HTTP with short limits, so that tests of failures do not last. */
export const quickHttp = (baseUrl: string, options: Partial<ResilientHttpOptions> = {}): ResilientHttp =>
  createResilientHttp({
    partner: 'peer',
    baseUrl,
    timeoutMs: 2_000,
    attemptsMax: 4,
    backoffFirstMs: 5,
    backoffMaxMs: 40,
    breakerFailures: 50,
    breakerOpenMs: 100,
    ...options,
  });

export const withFolder = async <T>(work: (folder: string) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), 'peer-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** The class of the trouble that `work` ends in; fails the test when it does not. */
export const troubleOf = async (work: Promise<unknown>): Promise<unknown> => {
  const outcome = await work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if (!('error' in outcome)) throw new Error(`expected trouble, got ${JSON.stringify(outcome.value)}`);
  return outcome.error instanceof Error && 'class' in outcome.error ? outcome.error.class : outcome.error;
};

/** All that a look-up may be given of a partner. */
export const asking =
  ({ send }: ResilientHttp) =>
  <T>(
    question: { readonly operation: string; readonly path: string; readonly signal?: AbortSignal },
    use: (answer: HttpAnswer) => T,
  ) =>
    send({ ...question, method: 'GET', repeatable: true }, use);
