import type { z } from 'zod';
import { type PartnerRefusal, type PartnerTrouble, PartnerUnavailable } from '../../commands/partnerPorts.ts';

// What a partner is asked and how its answers are understood, whoever the partner is.

/** 2xx, or a 4xx that carries a business answer; what else is one, a request says by `troubleIn`. Everything else is thrown. */
export type HttpAnswer = { readonly status: number; readonly body: string };

/** One call as an adapter's client describes it. */
export type HttpRequest = {
  /** Name for metrics and traces, e.g. `createOrder`. */
  readonly operation: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Below the base address, with its query. */
  readonly path: string;
  /** JSON text, unless `headers` say otherwise. */
  readonly body?: string;
  /** Of this call, beside those of the partner. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * For a protocol whose status does not tell what happened: SOAP answers every fault with 500. Undefined: an answer that
   * can be used. Never throws.
   */
  readonly troubleIn?: (answer: HttpAnswer, usual: PartnerTrouble | undefined) => PartnerTrouble | undefined;
  /** The same call twice has one effect, so it may be sent again although the first outcome is unknown. Otherwise it is sent again only when it certainly was not processed. */
  readonly repeatable: boolean;
  readonly timeoutMs?: number;
  /** Longest answer that is read; for most calls `answerBytesUsual` of `attempt.ts`. */
  readonly answerBytesMax?: number;
  readonly signal?: AbortSignal;
};

/** With timeouts, retries and breaker. Throws only `PartnerUnavailable`, and what `use` throws. */
export type Send = <T>(request: HttpRequest, use: (answer: HttpAnswer) => T) => Promise<T>;

/** A question: it has no method and no body, so nothing can be done with it. `use` reads the answer, as a part of the try. */
export type Ask = <T>(
  question: Pick<HttpRequest, 'operation' | 'path' | 'timeoutMs' | 'answerBytesMax' | 'signal'>,
  use: (answer: HttpAnswer) => T,
) => Promise<T>;

export const badResponse = (system: string, operation: string, detail: string): PartnerUnavailable =>
  new PartnerUnavailable(system, `${system}: ${operation}: ${detail}`, { class: 'BAD_RESPONSE' });

/** Only where it is wrong is told, never what was in it. */
export const placesOf = (error: z.ZodError): string =>
  error.issues
    .slice(0, 3)
    .map((issue) => `/${issue.path.join('/')} ${issue.code}`)
    .join(', ');

export const read = <T>(
  system: string,
  operation: string,
  schema: z.ZodType<T>,
  body: string,
  parse: (text: string) => unknown = JSON.parse,
): T => {
  let value: unknown;
  try {
    value = parse(body);
  } catch {
    throw badResponse(system, operation, 'the answer is not JSON');
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw badResponse(system, operation, `the answer is not understood: ${placesOf(parsed.error)}`);
};

/** Why they refuse, in their words. */
export const readError = <T extends { readonly error: { readonly code: string } }>(
  system: string,
  operation: string,
  schema: z.ZodType<T>,
  body: string,
  parse?: (text: string) => unknown,
): T => {
  const refused = read(system, operation, schema, body, parse);
  // An address that does not exist is our configuration, not their decision.
  if (refused.error.code === 'RouteNotFound') throw badResponse(system, operation, 'there is no such address');
  return refused;
};

/** Their code in our spelling: `DocumentCodeConflict` is `DOCUMENT_CODE_CONFLICT`. */
export const ourSpelling = (theirs: string): string =>
  theirs
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase();

type PlainError = { readonly error: { readonly code: string; readonly message: string } };

/** Why they refuse, in our words. */
export const refusalOf = (
  system: string,
  operation: string,
  schema: z.ZodType<PlainError>,
  body: string,
): PartnerRefusal => {
  const { error } = readError(system, operation, schema, body);
  return { kind: 'refused', code: ourSpelling(error.code), detail: error.message };
};

/**
 * Ours does not fit into the format of `whom`, e.g. a purchase order number longer than their field: sending it later
 * changes nothing.
 */
export const notRepresentable = (whom: string, error: z.ZodError): PartnerRefusal => ({
  kind: 'refused',
  code: 'NOT_REPRESENTABLE',
  detail: `Does not fit the format of ${whom}: ${placesOf(error)}`,
});
