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
      await delay(backoffMs(failures, pauseBaseMs, pauseMsMax), undefined, { signal }).catch(() => {});
    }
  }
};
