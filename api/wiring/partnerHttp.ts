import type { Ask } from '../../adapters/http/answers.ts';
import {
  createResilientHttp,
  type ResilientHttp,
  type ResilientHttpOptions,
} from '../../adapters/http/resilientHttp.ts';
import type { Tracing } from '../deps.ts';

export type Hooks = Pick<ResilientHttpOptions, 'onAttempt' | 'onBreaker'> & {
  readonly tracing: Pick<Tracing, 'inSpan' | 'currentTraceparent'>;
};

export const bearer = (token: string | undefined) => (): Readonly<Record<string, string>> =>
  token === undefined ? {} : { authorization: `Bearer ${token}` };

export const basic = (id: string, key: string) => (): Readonly<Record<string, string>> => ({
  authorization: `Basic ${Buffer.from(`${id}:${key}`).toString('base64')}`,
});

/** Resilient HTTP whose calls are spans, and whose tries carry the span to the other side. */
export const tracedHttp = ({ tracing, ...hooks }: Hooks, options: ResilientHttpOptions): ResilientHttp => {
  const http = createResilientHttp({ ...hooks, traceparent: tracing.currentTraceparent, ...options });
  const { partner } = options;
  return {
    ...http,
    send: (request, use) =>
      tracing.inSpan(`${partner} ${request.operation}`, { partner, 'http.request.method': request.method }, () =>
        http.send(request, use),
      ),
  };
};

/** All that a look-up is given of a partner: what it could do harm with, it does not have. */
export const asking =
  ({ send }: ResilientHttp): Ask =>
  (question, use) =>
    send({ ...question, method: 'GET', repeatable: true }, use);
