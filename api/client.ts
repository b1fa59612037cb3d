import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
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

const patienceMs = 15_000;

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

const askedAgainMax = 10;
const askedAgainSecondsMax = 2;

/** In how many seconds the service wants to be asked again, where it only has not read its own log that far yet. */
const soon = (error: unknown, response: Response): number | undefined => {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const isBehind = error instanceof CallRefused && error.code === 'READ_MODEL_BEHIND';
  return isBehind && seconds <= askedAgainSecondsMax ? seconds : undefined;
};

const getWith = async <T>(ask: () => Promise<Response>): Promise<T> => {
  for (let asked = 1; ; asked += 1) {
    const response = await ask();
    try {
      return await answerOf<T>(response);
    } catch (error) {
      const seconds = soon(error, response);
      if (seconds === undefined || asked > askedAgainMax) throw error;
      await delay(seconds * 1_000);
    }
  }
};

/** `timeoutMs`: how long each call may take. */
export const makeClient = (url: string, keys: Keys, timeoutMs = patienceMs): Client => ({
  url,
  get: (role, path) =>
    getWith(() =>
      fetch(`${url}${path}`, {
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
export const clientFor = async (url: string, keysFile: string, timeoutMs?: number): Promise<Client> =>
  makeClient(url, await readKeys(keysFile), timeoutMs);
