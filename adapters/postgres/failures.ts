import { LogUnavailable } from '../../domain/eventLog.ts';

/**
 * What an error of the driver tells about the statement it ended.
 * `unknown`: the reply was lost, it may have been committed. `refused`: the server is full or not taking work and rolled
 * it back. `unreachable`: it was never sent. `busy`: rolled back, worth repeating. `other`: a fault of the statement.
 */
export type FailureKind = 'unknown' | 'refused' | 'unreachable' | 'busy' | 'other';

const socketCodes = new Set(['ECONNREFUSED', 'ENOENT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
const cutCodes = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', '57P01', '57P02']);
const startingCodes = new Set(['57P03', '53300']);
/** Serialisation failure, deadlock, lock not available. */
const busyCodes = new Set(['40001', '40P01', '55P03']);
const queryCanceled = '57014';

/** The driver has no codes for these. */
const lostReply = /connection terminated|query read timeout|client has encountered a connection error|not queryable/i;
const noConnection = /timeout exceeded when trying to connect|connection terminated due to connection timeout/i;

export const kindOfFailure = (error: unknown): FailureKind => {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  if (socketCodes.has(code) || startingCodes.has(code) || noConnection.test(message)) return 'unreachable';
  if (cutCodes.has(code) || code.startsWith('08') || lostReply.test(message)) return 'unknown';
  if (code.startsWith('53') || code === queryCanceled || code === '25006') return 'refused';
  if (busyCodes.has(code)) return 'busy';
  return 'other';
};

const advice: Readonly<Record<Exclude<FailureKind, 'other'>, string>> = {
  unknown: 'the connection to Postgres was cut',
  refused: 'Postgres refuses work at the moment',
  unreachable: 'Postgres cannot be reached',
  busy: 'Postgres is too busy',
};

/** `LogUnavailable` for trouble of the infrastructure; anything else is a bug and stays what it is. */
export const asLogUnavailable = (error: unknown): unknown => {
  const kind = kindOfFailure(error);
  if (kind === 'other') return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new LogUnavailable(`${advice[kind]}: ${reason}`, {
    cause: error,
    retryAfterSeconds: kind === 'refused' ? 5 : 1,
  });
};

/** Runs `work`, turning trouble of the infrastructure into `LogUnavailable`. */
export const orLogUnavailable = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work();
  } catch (error) {
    throw asLogUnavailable(error);
  }
};
