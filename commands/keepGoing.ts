import { setTimeout as delay } from 'node:timers/promises';

export type KeepGoing = {
  /** Does some work; true: there may be more at once. */
  readonly step: (signal: AbortSignal) => Promise<boolean>;
  /** Resolves when there may be work again, or after a bounded wait, or when the signal aborts. */
  readonly changed: (signal: AbortSignal) => Promise<void>;
  /** Told of every failed step; the step is tried again after a growing pause. */
  readonly onError: (error: unknown, failures: number) => void;
  readonly pauseMsMax?: number;
};

/** Resolves after so many milliseconds, or at once when the signal aborts. */
export const waitOf =
  (ms: number) =>
  (signal: AbortSignal): Promise<void> =>
    delay(ms, undefined, { signal }).catch(() => {});

/** Exponential with jitter: half to all of `base × 2^attempts`, at most `max`. */
export const backoffMs = (attempts: number, baseMs: number, maxMs: number): number =>
  Math.round(Math.min(maxMs, baseMs * 2 ** Math.min(attempts, 30)) * (0.5 + Math.random() / 2));

const pauseBaseMs = 100;

/** A worker's loop: works while there is work, waits while there is none, outlives every failure, ends when `signal` aborts. */
export const keepGoing = async (
  { step, changed, onError, pauseMsMax = 5_000 }: KeepGoing,
  signal: AbortSignal,
): Promise<void> => {
  let failures = 0;
  while (!signal.aborted) {
    try {
      const more = await step(signal);
      failures = 0;
      if (!more && !signal.aborted) await changed(signal);
    } catch (error) {
      if (signal.aborted) return;
      failures += 1;
      onError(error, failures);
      await waitOf(backoffMs(failures, pauseBaseMs, pauseMsMax))(signal);
    }
  }
};

export type KeepLooking = Pick<KeepGoing, 'onError'> & {
  /** Does what there is to do. One that fails is repeated after a growing pause. */
  readonly look: (signal: AbortSignal) => Promise<unknown>;
  /** Resolves when it is time for the next look, or when the signal aborts. */
  readonly untilNext: (signal: AbortSignal) => Promise<void>;
};

/**
 * The loop of a worker that looks once in a while for what a read model names, and never again at once: the read model has to
 * hear of what was done before another look says anything new.
 */
export const keepLooking = ({ look, untilNext, onError }: KeepLooking, signal: AbortSignal): Promise<void> =>
  keepGoing(
    {
      step: async (stopping) => {
        await look(stopping);
        return false;
      },
      changed: untilNext,
      onError,
    },
    signal,
  );
