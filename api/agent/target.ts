import { codeOf, neverConnected } from '../../adapters/http/attempt.ts';
import { AnswerTooLarge, type Exchanging, TooLate } from '../../adapters/http/exchange.ts';
import type { CarriedAnswer, HandedCall } from '../../commands/ports.ts';

const methods = new Set(['GET', 'POST', 'PUT']);

/** Who is called, by whom and over which connection is the agent's to say. */
const notTheirs = new Set([
  ...['authorization', 'proxy-authorization', 'cookie', 'host', 'forwarded', 'via', 'expect', 'content-length'],
  ...['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
]);

const isHeader = ([name, value]: readonly [string, string]): boolean =>
  /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && /^[\t\x20-\x7e]*$/.test(value);

/** A step upwards that was written so that nobody sees it here, and a server behind may. */
const climbs = (pathname: string): boolean => {
  try {
    return decodeURIComponent(pathname)
      .split(/[/\\]/)
      .some((part) => part === '..' || part === '.');
  } catch {
    return true;
  }
};

/** Where `path` leads below `base`; undefined: out of it. Nobody who hands out calls reaches anything else of this network. */
export const addressBelow = (base: URL, path: string): string | undefined => {
  if (!/^(?:[/?][\x21-\x7e]*)?$/.test(path) || path.includes('#')) return undefined;
  const root = base.pathname.replace(/\/$/, '');
  if (!URL.canParse(`${base.origin}${root}${path}`)) return undefined;
  const url = new URL(`${base.origin}${root}${path}`);
  const isInside = url.pathname === (root || '/') || url.pathname.startsWith(`${root}/`);
  return url.origin === base.origin && isInside && !climbs(url.pathname) ? url.href : undefined;
};

const failed = (failure: Extract<CarriedAnswer, { kind: 'failed' }>['failure'], code: unknown): CarriedAnswer => ({
  kind: 'failed',
  failure,
  code: typeof code === 'string' ? code : null,
});

const failureOf = (error: unknown): CarriedAnswer => {
  if (error instanceof TooLate) return failed('TIMEOUT', null);
  if (error instanceof AnswerTooLarge) return failed('TOO_LARGE', null);
  const code = codeOf(error);
  return failed(neverConnected.has(code) ? 'NEVER_CONNECTED' : 'DISCONNECTED', code);
};

/** Makes one call, once, with what lets the agent in. Never throws: what went wrong is its answer. */
export const makeCarry =
  (target: { readonly url: URL; readonly authorization: string | undefined }, exchange: Exchanging) =>
  async (call: HandedCall): Promise<CarriedAnswer> => {
    const { operation, method, path, body, timeoutMs, answerBytesMax } = call;
    const url = addressBelow(target.url, path);
    if (url === undefined) return failed('REFUSED', 'ADDRESS');
    if (!methods.has(method)) return failed('REFUSED', 'METHOD');
    const given = Object.entries(call.headers).filter(([name]) => !notTheirs.has(name.toLowerCase()));
    if (!given.every(isHeader)) return failed('REFUSED', 'HEADERS');
    const headers = {
      ...Object.fromEntries(given),
      ...(target.authorization !== undefined && { authorization: target.authorization }),
    };
    try {
      const asked = { operation, url, method, headers, body, timeoutMs, signal: undefined, answerBytesMax };
      const { status, retryAfter, body: answer } = await exchange(asked);
      return { kind: 'answered', status, retryAfter, body: answer };
    } catch (error) {
      return failureOf(error);
    }
  };
