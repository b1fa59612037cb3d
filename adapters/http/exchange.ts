import { Agent, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps, Agent as TlsAgent } from 'node:https';

export type Exchange = {
  /** What it is called by whoever makes it; the partner does not hear of it. */
  readonly operation: string;
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON text. */
  readonly body: string | undefined;
  /** From here to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly answerBytesMax: number;
  /** Connections other than those that are kept here, as by way of a proxy. */
  readonly agent?: Agent;
};

export type Exchanged = { readonly status: number; readonly body: string; readonly retryAfter: string | null };

/** One request and its answer, by whichever way. Throws the errors below, and what a connection throws. */
export type Exchanging = (exchange: Exchange) => Promise<Exchanged>;

export class TooLate extends Error {
  override readonly name = 'TooLate';
}

export class AnswerTooLarge extends Error {
  override readonly name = 'AnswerTooLarge';
}

/** Nobody on the other side has it, so it may be sent again whatever it asks for. */
export class NotCarried extends Error {
  override readonly name = 'NotCarried';
}

/** The way there does not take it, now or later. */
export class NotCarriable extends Error {
  override readonly name = 'NotCarriable';
}

/** Connections stay open between calls. How many calls run at once is the bulkhead's matter. */
const options = { keepAlive: true, maxFreeSockets: 32, scheduling: 'lifo' } as const;
const connections = new Agent(options);
const tlsConnections = new TlsAgent(options);

/**
 * Resolves at the end of the body; a connection that ends before that is an error. A partner that never stops talking must
 * not fill the memory.
 */
const bodyOf = (response: IncomingMessage, answerBytesMax: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > answerBytesMax) reject(new AnswerTooLarge(`the answer is over ${answerBytesMax} bytes`));
    });
    response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    response.on('error', reject);
  });

/**
 * One request and its answer over a connection that is kept. Node's own client rather than `fetch`, whose streams and
 * signals cost several times as much for a call of a few hundred bytes. Throws `TooLate`, `AnswerTooLarge`, and what the
 * connection throws.
 */
export const exchange: Exchanging = ({ url, method, headers, body, timeoutMs, signal, answerBytesMax, agent }) =>
  new Promise((resolve, reject) => {
    const isTls = url.startsWith('https:');
    const sent = (isTls ? requestHttps : requestHttp)(url, {
      agent: agent ?? (isTls ? tlsConnections : connections),
      method,
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
        ...headers,
      },
    });
    const stop = (error: unknown): void => {
      end();
      reject(error);
      sent.destroy();
    };
    const onAbort = (): void => stop(signal?.reason);
    const limit = setTimeout(() => stop(new TooLate()), timeoutMs);
    const end = (): void => {
      clearTimeout(limit);
      signal?.removeEventListener('abort', onAbort);
    };
    sent.on('error', stop);
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) return onAbort();
    sent.on('response', (response) => {
      const { statusCode = 0 } = response;
      const retryAfter = response.headers['retry-after'] ?? null;
      bodyOf(response, answerBytesMax).then((text) => {
        end();
        resolve({ status: statusCode, body: text, retryAfter });
      }, stop);
    });
    sent.end(body);
  });
