import { UnknownEvent } from '../../commands/codec.ts';
import { EventInapplicable } from '../../commands/deciding/loadedStream.ts';
import type { StoredAnswer } from '../../commands/ports.ts';
import { AppendTooLarge, EventUnreadable, LogUnavailable } from '../../domain/eventLog.ts';
import { CheckpointUnreadable } from '../../domain/evidence/ports.ts';
import { CursorInvalid } from '../../projections/readModel.ts';
import { blockedBy } from '../asOf/folding.ts';
import { damage } from '../evidence/damage.ts';
import { HttpProblem, problemDocument } from '../problem.ts';
import type { Answer } from '../route.ts';

/** A whole answer, ready to be sent and to be stored under an idempotency key. */
export type Sent = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** How `text` becomes bytes, where it is none: one character is one byte. Otherwise UTF-8. */
  readonly encoding?: 'latin1';
  readonly position: string | null;
  /** The catalogue code of a problem, for the log. */
  readonly code: string | undefined;
  /** May be kept and given again: it would be the same next time. */
  readonly retain: boolean;
};

/** These say something about the caller or the moment, not about the request (spec 4.10). */
const passing = new Set([401, 403, 405, 406, 408, 413, 415, 429]);

export const answerSent = (status: number, answer: Answer): Sent => ({
  status,
  headers: {
    'Content-Type': 'application/json; charset=utf-8',
    ...(answer.etag !== undefined && { ETag: `"${answer.etag}"` }),
    ...(answer.location !== undefined && { Location: answer.location }),
  },
  text: JSON.stringify(answer.body),
  position: answer.position ?? null,
  code: undefined,
  retain: true,
});

export const problemSent = (problem: HttpProblem, instance: string, correlationId: string): Sent => ({
  status: problem.status,
  headers: { 'Content-Type': 'application/problem+json; charset=utf-8', ...problem.options.headers },
  text: JSON.stringify(problemDocument(problem, instance, correlationId)),
  position: null,
  code: problem.code,
  retain: problem.status < 500 && !passing.has(problem.status) && problem.options.retain !== false,
});

/** What is stored under a key already. */
export const storedSent = ({ body: text, ...answer }: StoredAnswer): Sent => ({
  ...answer,
  text,
  code: undefined,
  retain: false,
});

const isAddressError = (error: unknown): boolean => error instanceof URIError;

const away = (detail: string, retryAfterSeconds: number): HttpProblem =>
  new HttpProblem('SERVICE_UNAVAILABLE', detail, {
    headers: { 'Retry-After': String(Math.max(1, Math.ceil(retryAfterSeconds))) },
  });

/** Instances are exchanged one after the other, so somebody who can answer is there or on the way. */
const outdatedSeconds = 5;

/** What a thrown thing means to the caller. What nobody foresaw is a 500 that says nothing of our inside. */
export const problemOf = (error: unknown): HttpProblem => {
  if (error instanceof HttpProblem) return error;
  if (error instanceof LogUnavailable)
    return away(
      'The service cannot record or read at the moment. Send the same request again.',
      error.retryAfterSeconds,
    );
  if (error instanceof AppendTooLarge)
    return new HttpProblem(
      'BODY_TOO_LARGE',
      'What this comes to is more than the log takes at once; ask for less at a time.',
    );
  if (error instanceof UnknownEvent)
    return away(
      'A newer version of the service wrote what this one does not know. Send the same request again.',
      outdatedSeconds,
    );
  if (error instanceof EventInapplicable) return blockedBy(error.event);
  if (error instanceof CheckpointUnreadable || error instanceof EventUnreadable)
    return damage(error.message, error.position);
  if (error instanceof CursorInvalid)
    return new HttpProblem(
      'CURSOR_INVALID',
      'Use nextCursor of the page before as it is, at the same list with the same filters.',
    );
  if (isAddressError(error)) return new HttpProblem('MALFORMED_REQUEST', 'The address is not well-formed.');
  return new HttpProblem(
    'INTERNAL_ERROR',
    'The request could not be handled. Quote the correlation id when you ask about it.',
  );
};
