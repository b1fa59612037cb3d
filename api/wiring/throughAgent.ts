import type { Reached } from '../../adapters/http/attempt.ts';
import { AnswerTooLarge, type Exchanging, NotCarriable, NotCarried, TooLate } from '../../adapters/http/exchange.ts';
import type { CarriedAnswer, CarryCall, CarryOutcome } from '../../commands/ports.ts';
import { byAgent } from '../erpSystems.ts';

/** A call is kept in one row and handed over as one JSON text, in which it may be twice as long. */
const callBytesMax = 32 * 1024 * 1024;

class Disconnected extends Error {
  override readonly name = 'Disconnected';
  readonly code: string;
  constructor(code: string) {
    super('the agent lost its connection to the partner');
    this.code = code;
  }
}

const since = (lastSeenAt: string | null): string =>
  lastSeenAt === null ? 'none has ever asked for calls' : `the last one asked for calls at ${lastSeenAt}`;

const failureOf = (
  system: string,
  { failure, code }: Extract<CarriedAnswer, { readonly kind: 'failed' }>,
  answerBytesMax: number,
): Error => {
  const why = code === null ? '' : ` (${code})`;
  switch (failure) {
    case 'NEVER_CONNECTED':
      return new NotCarried(`the agent of ${system} finds nobody at its address${why}`);
    case 'DISCONNECTED':
      return new Disconnected(code ?? 'DISCONNECTED');
    case 'TIMEOUT':
      return new TooLate();
    case 'TOO_LARGE':
      return new AnswerTooLarge(`the answer is over ${answerBytesMax} bytes`);
    case 'REFUSED':
      return new NotCarriable(`the agent of ${system} does not carry this call${why}`);
  }
};

const errorOf = (
  system: string,
  outcome: Exclude<CarryOutcome, { readonly kind: 'answered' }>,
  answerBytesMax: number,
): Error => {
  if (outcome.kind === 'failed') return failureOf(system, outcome, answerBytesMax);
  if (outcome.kind === 'away') return new NotCarried(`no agent of ${system} is there, ${since(outcome.lastSeenAt)}`);
  if (outcome.kind === 'not-taken') return new NotCarried(`no agent of ${system} took it in time`);
  return new TooLate();
};

/** The way to a system by its agent, in the place of a connection. `url` is what follows the address that the agent has. */
const exchangeThroughAgent =
  (system: string, carry: CarryCall): Exchanging =>
  async ({ operation, url: path, method, headers, body, timeoutMs, signal, answerBytesMax }) => {
    if (body !== undefined && Buffer.byteLength(body) > callBytesMax)
      throw new NotCarriable(`over ${callBytesMax} bytes, which no agent carries`);
    const call = { system, operation, method, path, headers, body, timeoutMs, answerBytesMax };
    const outcome = await carry(call, signal);
    if (outcome.kind !== 'answered') throw errorOf(system, outcome, answerBytesMax);
    const { status, body: text, retryAfter } = outcome;
    return { status, body: text, retryAfter };
  };

/** By which way a system is reached: at an address, or through its agent. */
export const reachedAt = (system: string, url: string, carry: CarryCall): Reached =>
  url === byAgent ? { baseUrl: '', exchange: exchangeThroughAgent(system, carry) } : { baseUrl: url };

/** For people. */
export const whereText = (url: string): string => (url === byAgent ? 'through its agent' : url);
