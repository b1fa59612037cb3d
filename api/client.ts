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

type Problem = {
  readonly code?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  readonly [member: string]: unknown;
};

/** The service answered with a problem document. */
export class CallRefused extends Error {
  override readonly name = 'CallRefused';
  readonly status: number;
  readonly code: string;
  /** The document; empty when something else answered. */
  readonly problem: Problem;
  constructor(status: number, problem: Problem, detail: string) {
    const code = problem.code ?? 'UNKNOWN';
    super(`${status} ${code}: ${detail}`);
    this.status = status;
    this.code = code;
    this.problem = problem;
  }
}

const timeoutMs = 15_000;

/** One violation is all of the detail already; several are listed below it. */
const detailOf = ({ detail, errors = [] }: Problem): string => {
  if (errors.length < 2) return detail ?? errors[0]?.detail ?? '';
  return [detail ?? '', ...errors.map((error) => `  ${error.pointer}: ${error.detail}`)].join('\n');
};

const problemIn = (response: Response, text: string): Problem => {
  try {
    return response.headers.get('content-type')?.includes('json') ? (JSON.parse(text) as Problem) : {};
  } catch {
    return {};
  }
};

const answerOf = async <T>(response: Response): Promise<T> => {
  const text = await response.text();
  if (response.ok) return JSON.parse(text) as T;
  const problem = problemIn(response, text);
  throw new CallRefused(response.status, problem, detailOf(problem) || text.slice(0, 200));
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
