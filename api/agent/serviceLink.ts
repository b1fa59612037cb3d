import { readFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import { retryAfterMsOf } from '../../adapters/http/attempt.ts';
import type { Exchanged, Exchanging } from '../../adapters/http/exchange.ts';
import type { CarriedAnswer, HandedCall } from '../../commands/ports.ts';
import { callsTaken } from '../schemas/agentCalls.ts';
import type { AgentConfig } from './environment.ts';

/** The service does not say what it should. `mayPass`: it may say something else in a while, without anybody's doing. */
export class ServiceRefused extends Error {
  override readonly name = 'ServiceRefused';
  readonly status: number;
  readonly mayPass: boolean;
  readonly retryAfterMs: number;
  constructor(what: string, { status, retryAfter }: Pick<Exchanged, 'status' | 'retryAfter'>) {
    super(`${what}: the service answered ${status}`);
    this.status = status;
    this.mayPass = status === 408 || status === 429 || status >= 500;
    this.retryAfterMs = retryAfterMsOf(retryAfter, Date.now());
  }
}

/** Proxies in between commonly cut what says nothing for half a minute or a minute. */
const heldMs = 25_000;
const graceMs = 10_000;
const answerTimeoutMs = 30_000;
/** Several calls of 8 MiB together, or one of 32, as JSON in which each may be twice as long. */
const takenBytesMax = 80 * 1024 * 1024;
const saidBytesMax = 64 * 1024;
/** What the service may ask for at most, whoever has taken it over. */
const callTimeoutMsMax = 600_000;
const callAnswerBytesMax = 64 * 1024 * 1024;

export type ServiceLink = {
  /** Held for up to `heldMs` where there is room for a call. Throws `ServiceRefused`, and what a connection throws. */
  readonly take: (
    max: number,
    signal: AbortSignal,
  ) => Promise<{ readonly system: string; readonly calls: readonly HandedCall[] }>;
  /** False: nobody waits for it any more. */
  readonly answer: (callId: string, answer: CarriedAnswer) => Promise<boolean>;
};

/** By way of HTTPS_PROXY where that is set: often nothing else leads out of a network. */
const connectionsTo = (url: string): Agent => {
  const options = { keepAlive: true, maxFreeSockets: 32, scheduling: 'lifo', proxyEnv: process.env } as const;
  return url.startsWith('https:') ? new TlsAgent(options) : new Agent(options);
};

const bounded = ({ body, ...call }: HandedCallOnTheWire): HandedCall => ({
  ...call,
  body,
  timeoutMs: Math.min(call.timeoutMs, callTimeoutMsMax),
  answerBytesMax: Math.min(call.answerBytesMax, callAnswerBytesMax),
});
type HandedCallOnTheWire = ReturnType<typeof callsTaken.parse>['calls'][number];

const query = ({ status, retryAfter }: Extract<CarriedAnswer, { kind: 'answered' }>): URLSearchParams =>
  new URLSearchParams({ status: String(status), ...(retryAfter !== null && { retryAfter: retryAfter.slice(0, 60) }) });

/** The agent's requests to the service; it is never called itself. */
export const createServiceLink = (
  { service, name, version }: Pick<AgentConfig, 'service' | 'name'> & { readonly version: string },
  exchange: Exchanging,
): ServiceLink => {
  const agent = connectionsTo(service.url);
  const keyNow = async (): Promise<string> => service.key ?? (await readFile(service.keyFile ?? '', 'utf8')).trim();

  const send = async (what: {
    readonly operation: string;
    readonly path: string;
    readonly body: string;
    readonly type: string;
    readonly timeoutMs: number;
    readonly answerBytesMax: number;
    readonly signal?: AbortSignal;
  }): Promise<Exchanged> => {
    const { operation, path, body, type, timeoutMs, answerBytesMax, signal } = what;
    const headers = { authorization: `Bearer ${await keyNow()}`, 'content-type': type };
    const url = `${service.url}${path}`;
    return exchange({ operation, url, method: 'POST', headers, body, timeoutMs, signal, answerBytesMax, agent });
  };

  const take: ServiceLink['take'] = async (max, signal) => {
    const waitMs = max === 0 ? 0 : heldMs;
    const answer = await send({
      ...{ operation: 'take calls', path: '/v1/agent-calls', type: 'application/json' },
      body: JSON.stringify({ agent: name, version, max, waitMs }),
      ...{ timeoutMs: waitMs + graceMs, answerBytesMax: takenBytesMax, signal },
    });
    if (answer.status !== 200) throw new ServiceRefused('calls were asked for', answer);
    const { system, calls } = callsTaken.parse(JSON.parse(answer.body));
    return { system, calls: calls.map(bounded) };
  };

  const answered = (callId: string, answer: CarriedAnswer): Promise<Exchanged> => {
    const of = { timeoutMs: answerTimeoutMs, answerBytesMax: saidBytesMax };
    const path = `/v1/agent-calls/${encodeURIComponent(callId)}`;
    if (answer.kind === 'answered')
      return send({
        ...{ operation: 'answer', path: `${path}/answers?${query(answer)}`, ...of },
        ...{ body: answer.body, type: 'application/octet-stream' },
      });
    const { failure, code } = answer;
    const body = JSON.stringify({ failure, ...(code !== null && { code }) });
    return send({ operation: 'fail', path: `${path}/failures`, ...of, body, type: 'application/json' });
  };

  const answer: ServiceLink['answer'] = async (callId, what) => {
    const said = await answered(callId, what);
    if (said.status === 200 || said.status === 404) return said.status === 200;
    if (said.status === 413) return answer(callId, { kind: 'failed', failure: 'TOO_LARGE', code: null });
    throw new ServiceRefused('a call was answered', said);
  };

  return { take, answer };
};
