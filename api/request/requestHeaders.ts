import type { IncomingMessage } from 'node:http';
import { requiredPosition } from '../positionText.ts';
import { HttpProblem } from '../problem.ts';

const visiblePattern = /^[\x21-\x7e]+$/;
const keyLengthMax = 255;
const correlationLengthMax = 128;

const single = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
};

/** The caller's correlation id, or `undefined`. Throws `HttpProblem` when it is not something we can keep and return. */
export const correlationIdOf = (request: IncomingMessage): string | undefined => {
  const given = single(request, 'x-correlation-id');
  if (given === undefined) return undefined;
  if (given.length > correlationLengthMax || !visiblePattern.test(given)) {
    throw new HttpProblem(
      'CORRELATION_ID_INVALID',
      `X-Correlation-Id has 1 to ${correlationLengthMax} visible ASCII characters.`,
    );
  }
  return given;
};

/** The key, without the quotes of its structured-field form: `"abc"` and `abc` are one key. */
export const idempotencyKeyOf = (request: IncomingMessage): string => {
  const given = single(request, 'idempotency-key');
  if (given === undefined)
    throw new HttpProblem('IDEMPOTENCY_KEY_REQUIRED', 'Send an Idempotency-Key of your choice with every command.');
  const key = given.length > 1 && given.startsWith('"') && given.endsWith('"') ? given.slice(1, -1) : given;
  if (key.length === 0 || key.length > keyLengthMax || !visiblePattern.test(key)) {
    throw new HttpProblem(
      'IDEMPOTENCY_KEY_INVALID',
      `An Idempotency-Key has 1 to ${keyLengthMax} visible ASCII characters.`,
    );
  }
  return key;
};

/** The revision in `If-Match`; `*` asks for nothing that a command does not ask itself. */
export const ifMatchOf = (request: IncomingMessage): number | undefined => {
  const given = single(request, 'if-match');
  if (given === undefined || given.trim() === '*') return undefined;
  const match = /^(?:"(0|[1-9]\d{0,14})"|(0|[1-9]\d{0,14}))$/.exec(given.trim());
  if (match === null) throw new HttpProblem('IF_MATCH_INVALID', 'If-Match takes one revision, as in the ETag: "6".');
  return Number(match[1] ?? match[2]);
};

/** The position to wait for. Throws `HttpProblem` 400. */
export const minPositionOf = (request: IncomingMessage): string | undefined => {
  const given = single(request, 'x-min-position');
  return given === undefined ? undefined : requiredPosition(given);
};

export const traceparentOf = (request: IncomingMessage): string | undefined => {
  const given = single(request, 'traceparent');
  return given !== undefined && /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(given) ? given : undefined;
};

const reasonLengthMax = 200;

/** Why somebody looks, in words that name nobody; cut off where it is too long. */
export const accessReasonOf = (request: IncomingMessage): string | undefined =>
  single(request, 'x-access-reason')?.trim().slice(0, reasonLengthMax) || undefined;

/** The bearer token, or `undefined` when there is none. */
export const bearerOf = (request: IncomingMessage): string | undefined =>
  /^Bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(single(request, 'authorization') ?? '')?.[1];

const jsonPattern = /^application\/json\s*(;\s*charset\s*=\s*"?utf-8"?\s*)?$/i;

const compressed = (request: IncomingMessage): boolean => {
  const encoding = single(request, 'content-encoding');
  return encoding !== undefined && encoding.toLowerCase() !== 'identity';
};

/** Media types of bodies that are read as the bytes they are. */
export const rawMediaTypes = ['application/edi-x12', 'text/plain', 'application/octet-stream'] as const;

/** A body is announced as of a media type, and is not compressed. */
export const isOfType = (request: IncomingMessage, known: string): boolean => {
  const [mediaType = ''] = (single(request, 'content-type') ?? '').split(';');
  return !compressed(request) && known === mediaType.trim().toLowerCase();
};

/** A body is announced as bytes. */
export const isRaw = (request: IncomingMessage): boolean => rawMediaTypes.some((known) => isOfType(request, known));

/** Throws 415 unless the body is announced as plain JSON in UTF-8. */
export const requireJson = (request: IncomingMessage): void => {
  if (compressed(request)) {
    throw new HttpProblem('UNSUPPORTED_MEDIA_TYPE', 'Compressed bodies are not read.', { retain: false });
  }
  if (!jsonPattern.test(single(request, 'content-type') ?? '')) {
    throw new HttpProblem('UNSUPPORTED_MEDIA_TYPE', 'Send Content-Type: application/json.', { retain: false });
  }
};

/** Throws 415 unless the body is announced as bytes, and as nothing else. */
export const requireBytes = (request: IncomingMessage): void => {
  if (!isOfType(request, 'application/octet-stream'))
    throw new HttpProblem('UNSUPPORTED_MEDIA_TYPE', 'Send Content-Type: application/octet-stream.', { retain: false });
};
