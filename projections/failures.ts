import { CheckpointMoved, LogRewound } from './checkpoint.ts';

/** Enough read-model rows are missing to stop and let a person look. */
export class TooManyDeadLetters extends Error {
  override readonly name = 'TooManyDeadLetters';
}

/** A fold met something that the events before it rule out. Blocks the lane, because guessing would make wrong figures. */
export class Inconsistent extends Error {
  override readonly name = 'Inconsistent';
}

/** SQLSTATE classes that speak about the data of a statement: bad values, violated constraints, raised exceptions. */
const dataClasses = new Set(['21', '22', '23', 'P0']);

const connectionMessage =
  /connection terminated|client has encountered a connection error|not queryable|timeout|econn|epipe|socket|client was closed|pool|received unexpected .* from backend|connection has been discarded|rolled back instead of committed/i;

/**
 * Whether an event, rather than the database, the network or the program's SQL, is to blame for `error`. Only then is the
 * event set aside; anything else is tried again or stops the projection.
 */
export const isFaultOfEvent = (error: unknown): boolean => {
  // Errors of Node itself are of another realm than those of a program in a context of its own: what it is derived from says nothing.
  if (typeof error !== 'object' || error === null) return true;
  if (error instanceof CheckpointMoved || error instanceof LogRewound || error instanceof TooManyDeadLetters)
    return false;
  const { name, code, message } = error as {
    readonly name?: unknown;
    readonly code?: unknown;
    readonly message?: unknown;
  };
  if (name === 'AbortError' || name === 'LogUnavailable') return false;
  if (typeof code === 'string') return /^[0-9A-Z]{5}$/.test(code) && dataClasses.has(code.slice(0, 2));
  return !connectionMessage.test(String(message));
};

/** SQLSTATE class 42: a table or column is missing, so every event would fail. Trying again before a repair is useless. */
export const isFaultOfProgram = (error: unknown): boolean => {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && code.startsWith('42');
};

export const classOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'Unknown';
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? `${error.name}:${code}` : error.name;
};

export const detailOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).slice(0, 2_000);
