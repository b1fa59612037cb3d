import { z } from 'zod';
import type { OpenRoute } from '../openRoutes.ts';
import { isFinanceRead } from '../request/noteRequest.ts';
import type { Route } from '../route.ts';

type Json = { readonly [key: string]: unknown };

const header = (name: string, required: boolean, description: string, example?: string): Json => ({
  name,
  in: 'header',
  required,
  description,
  schema: { type: 'string' },
  ...(example !== undefined && { example }),
});

/** What may be sent to a route beside its body. */
export const headersOf = (route: Route): readonly Json[] => [
  ...(route.kind === 'command'
    ? [
        header(
          'Idempotency-Key',
          true,
          'Your name for this request, 1–255 visible ASCII characters. Send it again with a retry.',
          `${route.operation}-1`,
        ),
        header('If-Match', false, 'The revision you have seen, as in the ETag: "6". Another one is 412.'),
      ]
    : []),
  ...(route.kind === 'read' || route.kind === 'check'
    ? [header('X-Min-Position', false, 'Waits up to 2 s for the read model to have this position of a receipt.')]
    : []),
  ...(route.streams !== undefined
    ? [header('Last-Event-ID', false, 'Of server-sent events: the last one that was handled; goes before `after`.')]
    : []),
  ...(isFinanceRead(route)
    ? [
        header(
          'X-Access-Reason',
          false,
          'Why a person looks, up to 200 characters that name nobody; kept with who looked and when (GET /v1/audit/requests).',
        ),
      ]
    : []),
  header('X-Correlation-Id', false, 'Taken, or made, and returned; up to 128 visible ASCII characters.'),
];

const described = {
  'X-Correlation-Id': 'Yours, or the one that was made; logs and events have it.',
  'Idempotency-Replayed': '"true": this very answer was given under this key before; nothing was done again.',
  ETag: 'The revision, for `If-Match`.',
  Location: 'Where what was made can be read.',
  'Retry-After': 'After so many seconds the same request, with the same key, is worth sending again.',
  Link: 'Of CSV: the next page, at the moment of this one. Of lines: where they go on.',
  'X-Stream-Next': 'Of lines: as `next` of the same answer as JSON.',
  'X-Stream-More': 'Of lines: as `more` of the same answer as JSON.',
  'X-Stream-Held': 'Of lines: as `held` of the same answer as JSON.',
  'X-As-Of-Position': 'Of a page or of lines: as `asOfPosition` of other answers.',
  'X-Lag-Ms': 'Of a page: as `lagMs` of other answers.',
  'X-Report-Position': 'Of CSV: the position of the log that the report shows.',
  'X-Report-Rows': 'Of CSV: how many rows follow the head.',
  'X-Report-Sha256': 'Of CSV: the hash of the same answer as JSON.',
  RateLimit: 'Where `RATE_LIMIT_PER_MINUTE` is set: what is left of it (`r`), and for how many seconds (`t`).',
  'RateLimit-Policy': 'With `RateLimit`: how many requests (`q`) in how many seconds (`w`).',
  'WWW-Authenticate': 'The scheme that is understood.',
  'X-Verifier-Sha256': 'The hash of the verifier, as evidence bundles name it.',
} as const;

type Described = keyof typeof described;

/** Each header once, for `components`. */
export const headerComponents: Json = Object.fromEntries(
  Object.entries(described).map(([name, description]) => [name, { description, schema: { type: 'string' } }]),
);

const referred = (names: readonly Described[]): Json =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

const hasRevision = ({ answer }: Route): boolean => answer instanceof z.ZodObject && 'revision' in answer.shape;

const isReport = ({ asCsv, answer }: Route): boolean =>
  asCsv !== undefined && answer instanceof z.ZodObject && 'report' in answer.shape;

const always = ['X-Correlation-Id', 'RateLimit', 'RateLimit-Policy'] as const;

/** What comes with what needs no credentials, which is not counted. */
export const openHeadersOf = ({ path }: OpenRoute): Json =>
  referred(['X-Correlation-Id', ...(path.startsWith('/verifier/') ? (['X-Verifier-Sha256'] as const) : [])]);

/** What comes with the answer of a route. */
export const answerHeadersOf = (route: Route): Json =>
  referred([
    ...always,
    ...(route.kind === 'command' ? (['Idempotency-Replayed', 'ETag', 'Location'] as const) : []),
    ...(route.pages === undefined ? [] : (['X-As-Of-Position', 'X-Lag-Ms'] as const)),
    ...(route.asLines === undefined
      ? []
      : (['Link', 'X-Stream-Next', 'X-Stream-More', 'X-Stream-Held', 'X-As-Of-Position'] as const)),
    ...(route.asCsv === undefined ? [] : (['Link'] as const)),
    ...(isReport(route) ? (['X-Report-Position', 'X-Report-Rows', 'X-Report-Sha256'] as const) : []),
    ...(route.kind !== 'command' && hasRevision(route) ? (['ETag'] as const) : []),
  ]);

const worthRepeating: ReadonlySet<number> = new Set([409, 429, 503]);

/** What comes with a problem. `repeatable`: it may be what an idempotency key was answered with before. */
export const problemHeadersOf = (status: number, repeatable: boolean): Json =>
  referred([
    ...always,
    ...(repeatable && status < 500 ? (['Idempotency-Replayed'] as const) : []),
    ...(worthRepeating.has(status) ? (['Retry-After'] as const) : []),
    ...(status === 401 ? (['WWW-Authenticate'] as const) : []),
  ]);
