import type { PartnerTrouble } from '../../commands/partnerPorts.ts';
import type { HttpAnswer, HttpRequest } from './answers.ts';
import {
  AnswerTooLarge,
  type Exchanged,
  type Exchanging,
  exchange,
  NotCarriable,
  NotCarried,
  TooLate,
} from './exchange.ts';

/** One document with a few thousand lines. What is made of its text takes many times as much memory, so nothing reads more than it has use for. */
const answerBytesUsual = 4 * 1024 * 1024;

/** One try that gave no usable answer. Its text never holds bodies, headers or query values. */
export class AttemptFailed extends Error {
  override readonly name = 'AttemptFailed';
  readonly class: PartnerTrouble;
  readonly mayRepeat: boolean;
  readonly retryAfterMs: number;
  constructor(
    trouble: PartnerTrouble,
    detail: string,
    options: { mayRepeat: boolean; retryAfterMs?: number; cause?: unknown },
  ) {
    super(detail, { cause: options.cause });
    this.class = trouble;
    this.mayRepeat = options.mayRepeat;
    this.retryAfterMs = options.retryAfterMs ?? 0;
  }
}

/**
 * Whether a call is sent again after a try that ended so. ALWAYS: nothing was done. WHEN_REPEATABLE: something may have been
 * done, which a call that may be repeated does not do twice. NEVER: it would end so again, or a person has to look.
 */
export const repeats = {
  UNAVAILABLE: 'NEVER',
  NETWORK: 'WHEN_REPEATABLE',
  TIMEOUT: 'WHEN_REPEATABLE',
  BUSY: 'ALWAYS',
  SERVER_ERROR: 'WHEN_REPEATABLE',
  BREAKER_OPEN: 'NEVER',
  BULKHEAD_FULL: 'NEVER',
  CREDENTIALS: 'NEVER',
  BAD_RESPONSE: 'NEVER',
  AMBIGUOUS: 'NEVER',
  ABORTED: 'NEVER',
} as const satisfies Readonly<Record<PartnerTrouble, 'ALWAYS' | 'WHEN_REPEATABLE' | 'NEVER'>>;

const mayRepeat = (trouble: PartnerTrouble, { repeatable }: HttpRequest): boolean =>
  repeats[trouble] === 'ALWAYS' || (repeats[trouble] === 'WHEN_REPEATABLE' && repeatable);

/** The connection was never made, so nothing was processed and even a call that must not be repeated may be sent again. */
export const neverConnected: ReadonlySet<unknown> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

/** The system's code of a failed connection. */
export const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

/** `Retry-After` in seconds or as an HTTP date; 0 when absent or unreadable. */
export const retryAfterMsOf = (header: string | null, nowMs: number): number => {
  if (header === null) return 0;
  if (/^\d{1,7}$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? 0 : Math.max(0, at - nowMs);
};

const classOfStatus = (status: number): PartnerTrouble | undefined => {
  if (status === 429 || status === 425) return 'BUSY';
  if (status === 408) return 'TIMEOUT';
  if (status >= 500) return 'SERVER_ERROR';
  if (status === 401 || status === 403 || status === 407) return 'CREDENTIALS';
  return (status >= 200 && status < 300) || (status >= 400 && status < 500) ? undefined : 'BAD_RESPONSE';
};

const failureOfStatus = (
  { status, retryAfter }: Exchanged,
  trouble: PartnerTrouble,
  request: HttpRequest,
): AttemptFailed =>
  new AttemptFailed(trouble, `${request.operation}: answered ${status}`, {
    mayRepeat: mayRepeat(trouble, request),
    retryAfterMs: retryAfterMsOf(retryAfter, Date.now()),
  });

const failureOfError = (error: unknown, request: HttpRequest, timeoutMs: number): AttemptFailed => {
  if (error instanceof AttemptFailed) return error;
  if (error instanceof AnswerTooLarge || error instanceof NotCarriable) {
    return new AttemptFailed('BAD_RESPONSE', `${request.operation}: ${error.message}`, { mayRepeat: false });
  }
  if (request.signal?.aborted === true) {
    return new AttemptFailed('ABORTED', `${request.operation}: given up by the caller`, { mayRepeat: false });
  }
  if (error instanceof TooLate) {
    const detail = `${request.operation}: no answer within ${timeoutMs} ms`;
    return new AttemptFailed('TIMEOUT', detail, { mayRepeat: mayRepeat('TIMEOUT', request) });
  }
  if (error instanceof NotCarried) {
    return new AttemptFailed('NETWORK', `${request.operation}: ${error.message}`, { mayRepeat: true });
  }
  const code = codeOf(error);
  const detail = `${request.operation}: no connection${typeof code === 'string' ? ` (${code})` : ''}`;
  return new AttemptFailed('NETWORK', detail, {
    mayRepeat: mayRepeat('NETWORK', request) || neverConnected.has(code),
    cause: error,
  });
};

/** Where a partner is; by which way, if not by a connection of this process. */
export type Reached = { readonly baseUrl: string; readonly exchange?: Exchanging };

/** One try with a time limit of its own. Throws only `AttemptFailed`. Redirects are not followed: credentials would travel with them. */
export const attempt = async (
  { baseUrl, exchange: exchanging = exchange }: Reached,
  request: HttpRequest,
  headers: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<HttpAnswer> => {
  try {
    const { operation, method, path, body, signal, troubleIn, answerBytesMax = answerBytesUsual } = request;
    const url = `${baseUrl}${path}`;
    const sent = { ...headers, ...request.headers };
    const asked = { operation, url, method, headers: sent, body, timeoutMs, signal, answerBytesMax };
    const answer = await exchanging(asked);
    const usual = classOfStatus(answer.status);
    const trouble = troubleIn === undefined ? usual : troubleIn(answer, usual);
    if (trouble !== undefined) throw failureOfStatus(answer, trouble, request);
    return { status: answer.status, body: answer.body };
  } catch (error) {
    throw failureOfError(error, request, timeoutMs);
  }
};
