import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { WebhookAnswer, WebhookObjection, WebhookTransport } from '../../commands/ports.ts';
import { type AddressRule, addressIn, guardedLookup } from './networks.ts';

export type WebhookOptions = {
  readonly isAllowed: AddressRule;
  /** Whether plain HTTP may be used: on one's own machine. */
  readonly plainHttp: boolean;
  readonly lookup?: ReturnType<typeof guardedLookup>;
  readonly timeoutMs?: number;
};

type Request = Omit<Parameters<WebhookTransport>[0], 'url'> & { readonly url: URL };
type Way = { readonly lookup: ReturnType<typeof guardedLookup>; readonly timeoutMs: number };

/** To the first line of the answer. */
const timeoutUsualMs = 10_000;
const objectionMs = 2_000;
/**
 * Nobody here reads what they say; a little of it is let through so that they see their answer taken. Whoever goes on talking
 * is cut off, and holds the place of a notice until then: connections that nobody counts would be as many as they like.
 */
const answerBytesMax = 16_384;
const answerMsMax = 1_000;
/** A word of theirs that nobody listens to for longer. */
const retryAfterMsMax = 3_600_000;

const textOf = (error: unknown): string => {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z_0-9]{1,60}$/.test(code) ? code : 'NETWORK';
};

const wordFor = (status: number): string | null => {
  if (status >= 200 && status < 300) return null;
  return status >= 300 && status < 400 ? 'REDIRECTED' : 'REFUSED';
};

/** When they want to be asked again; undefined: they do not say, or nothing that can be read. */
const retryAfterOf = ({ statusCode, headers }: IncomingMessage, nowMs = Date.now()): number | undefined => {
  const said = headers['retry-after'];
  if (said === undefined || (statusCode !== 429 && statusCode !== 503)) return undefined;
  const ms = /^\d+$/.test(said) ? Number(said) * 1_000 : Date.parse(said) - nowMs;
  return ms > 0 ? Math.min(ms, retryAfterMsMax) : undefined;
};

const answerOf = (response: IncomingMessage): WebhookAnswer => {
  const status = response.statusCode ?? 0;
  const retryAfterMs = retryAfterOf(response);
  return { status, error: wordFor(status), ...(retryAfterMs !== undefined && { retryAfterMs }) };
};

/** Lets the rest of an answer through as far as that goes; `done` when the connection is closed. */
const dropRest = (response: IncomingMessage, sent: ClientRequest, done: () => void): void => {
  const timer = setTimeout(() => sent.destroy(), answerMsMax);
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > answerBytesMax) sent.destroy();
  });
  response.on('error', () => {});
  response.on('close', () => {
    clearTimeout(timer);
    sent.destroy();
    done();
  });
};

const exchange = ({ url, headers, body, signal }: Request, { lookup, timeoutMs }: Way): Promise<WebhookAnswer> =>
  new Promise((resolve) => {
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const sent = send(url, {
      ...{ agent: false, method: 'POST', lookup, signal },
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'Throughline-Webhooks/1',
        ...headers,
      },
    });
    let answer: WebhookAnswer | undefined;
    const timer = setTimeout(() => {
      resolve({ status: null, error: 'TIMEOUT' });
      sent.destroy();
    }, timeoutMs);
    // Who changes the protocol is gone without an error, and without an answer that is told.
    sent.on('close', () => {
      clearTimeout(timer);
      resolve(answer ?? { status: null, error: 'NETWORK' });
    });
    sent.on('error', (error) => resolve(answer ?? { status: null, error: textOf(error) }));
    sent.on('response', (response) => {
      clearTimeout(timer);
      const taken = answerOf(response);
      answer = taken;
      dropRest(response, sent, () => resolve(taken));
    });
    sent.end(body);
  });

/**
 * Sends a notice. The connection is made for it and goes to no address that is closed to it, whatever the name says by now;
 * redirects are not followed. Only the status is of use: the rest of an answer is dropped.
 */
export const createWebhookTransport =
  ({
    isAllowed,
    plainHttp,
    lookup = guardedLookup(isAllowed),
    timeoutMs = timeoutUsualMs,
  }: WebhookOptions): WebhookTransport =>
  async (request) => {
    const url = URL.parse(request.url);
    const address = url === null ? undefined : addressIn(url);
    const isPlain = url?.protocol === 'http:' && plainHttp;
    if (url === null || !(isPlain || url.protocol === 'https:')) return { status: null, error: 'URL_FORBIDDEN' };
    if (address !== undefined && !isAllowed(address)) return { status: null, error: 'ADDRESS_FORBIDDEN' };
    return exchange({ ...request, url }, { lookup, timeoutMs });
  };

/** Whether a name has an address that is closed. One that has none now may have one later: it is tried then. */
const isClosed = (hostname: string, { isAllowed, lookup = guardedLookup(isAllowed) }: WebhookOptions) =>
  new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), objectionMs);
    lookup(hostname, { all: true }, (error) => {
      clearTimeout(timer);
      resolve(textOf(error) === 'ADDRESS_FORBIDDEN');
    });
  });

/** What is to be said against a URL when somebody subscribes with it, so that they learn it then and not from what never comes. */
export const createWebhookObjection =
  (options: WebhookOptions): WebhookObjection =>
  async (text) => {
    const url = URL.parse(text);
    if (url === null || !/^https?:$/.test(url.protocol)) return 'It is an https:// address.';
    if (url.protocol === 'http:' && !options.plainHttp) return 'Notices are sent by https only.';
    if (url.username !== '' || url.password !== '') return 'It has no user or password: notices are signed.';
    if (url.hash !== '') return 'It has no fragment.';
    const address = addressIn(url);
    const closed = address === undefined ? await isClosed(url.hostname, options) : !options.isAllowed(address);
    return closed ? 'Nothing is sent to private, local or reserved addresses.' : undefined;
  };
