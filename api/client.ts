import { randomUUID } from 'node:crypto';
import { type KeyRole, type Keys, readKeys } from './keys.ts';

/** A caller of the public API, as the demonstration and the CLI use it: nothing behind HTTP is touched. */
export type Client = {
  readonly url: string;
  readonly get: <T>(role: KeyRole, path: string) => Promise<T>;
  readonly send: <T>(
    role: KeyRole,
    method: 'POST' | 'PUT',
    path: string,
    body: unknown,
    idempotencyKey?: string,
  ) => Promise<T>;
};

/** The service answered with a problem document. */
export class CallRefused extends Error {
  override readonly name = 'CallRefused';
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, detail: string) {
    super(`${status} ${code}: ${detail}`);
    this.status = status;
    this.code = code;
  }
}

type Problem = {
  readonly code?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
};

const timeoutMs = 15_000;

const answerOf = async <T>(response: Response): Promise<T> => {
  const text = await response.text();
  if (response.ok) return JSON.parse(text) as T;
  const problem: Problem = response.headers.get('content-type')?.includes('json') ? (JSON.parse(text) as Problem) : {};
  const violations = (problem.errors ?? []).map((error) => `${error.pointer} ${error.detail}`).join('; ');
  throw new CallRefused(
    response.status,
    problem.code ?? 'UNKNOWN',
    [problem.detail ?? text.slice(0, 200), violations].join(' '),
  );
};

export const makeClient = (url: string, keys: Keys): Client => ({
  url,
  get: async (role, path) =>
    answerOf(
      await fetch(`${url}${path}`, {
        headers: { authorization: `Bearer ${keys[role]}` },
        signal: AbortSignal.timeout(timeoutMs),
      }),
    ),
  send: async (role, method, path, body, idempotencyKey = randomUUID()) =>
    answerOf(
      await fetch(`${url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${keys[role]}`,
          'content-type': 'application/json',
          'idempotency-key': idempotencyKey,
        },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(timeoutMs),
      }),
    ),
});

/** A client for the service whose keys are in `keysFile`. */
export const clientFor = async (url: string, keysFile: string): Promise<Client> =>
  makeClient(url, await readKeys(keysFile));
