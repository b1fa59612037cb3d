import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { WebhookObjection, WebhookTransport } from '../../commands/ports.ts';
import { type AddressRule, addressIn, guardedLookup } from './networks.ts';

export type WebhookOptions = {
  readonly isAllowed: AddressRule;
  /** Whether plain HTTP may be used: on one's own machine. */
  readonly plainHttp: boolean;
  readonly lookup?: ReturnType<typeof guardedLookup>;
  readonly timeoutMs?: number;
};

/** To the first line of the answer. */
const timeoutUsualMs = 10_000;
const objectionMs = 2_000;
/** Nobody here reads what they say; a little of it is let through so that they see their answer taken. */
const answerBytesMax = 16_384;

const textOf = (error: unknown): string => {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z_0-9]{1,60}$/.test(code) ? code : 'NETWORK';
};

const wordFor = (status: number): string | null => {
  if (status >= 200 && status < 300) return null;
  return status >= 300 && status < 400 ? 'REDIRECTED' : 'REFUSED';
};

/**
 * Sends a notice. The connection is made for it and goes to no address that is closed to it, whatever the name says by now;
 * redirects are not followed. Only the status is of use: the rest of an answer is dropped.
 */
export const createWebhookTransport = ({
  isAllowed,
  plainHttp,
  lookup = guardedLookup(isAllowed),
  timeoutMs = timeoutUsualMs,
}: WebhookOptions): WebhookTransport => {
  const exchange: WebhookTransport = ({ url: text, headers, body, signal }) =>
    new Promise((resolve) => {
      const url = new URL(text);
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
      const timer = setTimeout(() => {
        resolve({ status: null, error: 'TIMEOUT' });
        sent.destroy();
      }, timeoutMs);
      sent.on('close', () => clearTimeout(timer));
      sent.on('error', (error) => resolve({ status: null, error: textOf(error) }));
      sent.on('response', (response) => {
        const status = response.statusCode ?? 0;
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > answerBytesMax) sent.destroy();
        });
        response.on('error', () => {});
        resolve({ status, error: wordFor(status) });
      });
      sent.end(body);
    });
  return async (request) => {
    const url = URL.parse(request.url);
    const address = url === null ? undefined : addressIn(url);
    const isPlain = url?.protocol === 'http:' && plainHttp;
    if (url === null || !(isPlain || url.protocol === 'https:')) return { status: null, error: 'URL_FORBIDDEN' };
    if (address !== undefined && !isAllowed(address)) return { status: null, error: 'ADDRESS_FORBIDDEN' };
    return exchange(request);
  };
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
