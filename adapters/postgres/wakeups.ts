import type { Wakeups } from '../../commands/ports.ts';

export const createWakeups = (waitMsMax: number): Wakeups => {
  let generation = 0;
  const seen = new WeakMap<AbortSignal, number>();
  const sleepers = new Set<() => void>();

  const wake = (): void => {
    generation += 1;
    for (const awaken of [...sleepers]) awaken();
  };

  const changed = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const last = seen.get(signal);
      seen.set(signal, generation);
      if (signal.aborted || (last !== undefined && last < generation)) return resolve();
      const awaken = (): void => {
        clearTimeout(timer);
        sleepers.delete(awaken);
        signal.removeEventListener('abort', awaken);
        seen.set(signal, generation);
        resolve();
      };
      const timer = setTimeout(awaken, waitMsMax);
      sleepers.add(awaken);
      signal.addEventListener('abort', awaken);
    });

  return { wake, changed };
};
