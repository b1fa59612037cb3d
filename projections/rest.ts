/**
 * A pause that is shared: who begins to rest while others do goes on together with them, so that followers of one log
 * which fell out of step are in step again. Resolves at once when `signal` aborts or there is no time to rest.
 */
export type Rest = (ms: number, signal: AbortSignal) => Promise<void>;

/**
 * Under load a page is gathered for this long, the longer the more comes: at thousands of events a second a dozen
 * projections would otherwise commit hundreds of times a second. Many small transactions would take the machine from the write side and
 * show nothing sooner; after a quiet moment the first event is applied at once. Longer than this saves little: what an
 * order's rows cost is that they are new, and four fifths of those that are written at this pace are.
 */
export const gatherMsOf = (events: number): number => Math.min(500, 25 + events);

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
