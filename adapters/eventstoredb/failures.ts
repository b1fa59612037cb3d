import { ErrorType } from '@eventstore/db-client';
import { LogUnavailable } from '../../domain/eventLog.ts';

/**
 * What an error of the client tells about the call it ended.
 * `conflict`: the stream is at another revision. `missing`: there is no such stream. `away`: the server could not be
 * reached, did not answer, or answered that it failed; an append may have been written. `other`: repeating is no use.
 */
export type FailureKind = 'conflict' | 'missing' | 'away' | 'other';

/** No answer within the time given. Whether the call had an effect is unknown. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

const awayTypes = new Set<string>([
  ErrorType.TIMEOUT,
  ErrorType.DEADLINE_EXCEEDED,
  ErrorType.UNAVAILABLE,
  ErrorType.CANCELLED,
  ErrorType.NOT_LEADER,
]);

/** gRPC: cancelled, unknown, deadline, exhausted, aborted, internal, unavailable. The client has no types for some of them. */
const awayCodes = new Set<unknown>([1, 2, 4, 8, 10, 13, 14]);
const awayTexts = /failed to discover|channel has been shut down|channel closed|write after end|ECONN|EPIPE|socket/i;

export const kindOfFailure = (error: unknown): FailureKind => {
  if (error instanceof NoAnswer || error instanceof LogUnavailable) return 'away';
  const { type, code, message = '' } = error as { type?: string; code?: unknown; message?: string };
  if (type === ErrorType.WRONG_EXPECTED_VERSION) return 'conflict';
  if (type === ErrorType.STREAM_NOT_FOUND) return 'missing';
  if (type !== undefined && awayTypes.has(type)) return 'away';
  if (type !== undefined && type !== ErrorType.UNKNOWN) return 'other';
  return awayCodes.has(code) || awayTexts.test(message) ? 'away' : 'other';
};

/** `LogUnavailable` for trouble of the infrastructure; anything else is a bug or a refusal and stays what it is. */
export const asLogUnavailable = (error: unknown): unknown => {
  if (error instanceof LogUnavailable || kindOfFailure(error) !== 'away') return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new LogUnavailable(`EventStoreDB is away: ${reason}`, { cause: error });
};
