/**
 * A pause that is shared: who begins to rest while others do goes on together with them, so that followers of one log
 * which fell out of step are in step again. Resolves at once when `signal` aborts or there is no time to rest.
 */
export type Rest = (ms: number, signal: AbortSignal) => Promise<void>;

export const createRest = (): Rest => {
  const resting = new Set<() => void>();

  const awaken = (): void => {
    for (const end of [...resting]) end();
  };

  return (ms, signal) =>
    new Promise((resolve) => {
      if (ms <= 0 || signal.aborted) return resolve();
      const end = (): void => {
        signal.removeEventListener('abort', end);
        resting.delete(end);
        resolve();
      };
      resting.add(end);
      signal.addEventListener('abort', end);
      if (resting.size === 1) setTimeout(awaken, ms);
    });
};
