import { LogUnavailable } from '../../domain/eventLog.ts';

export type Gate = {
  /** Runs `work` when there is room. Throws `LogUnavailable` when too many wait, or for too long, or after `drain`. */
  readonly run: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** Refuses new work and waits for the accepted. */
  readonly drain: () => Promise<void>;
};

export type GateLimits = {
  /** One connection carries 100 calls; one more would wait without a word. */
  readonly atOnceMax: number;
  readonly waitingMax: number;
  readonly waitMsMax: number;
};

type Waiting = { readonly go: () => void; readonly refuse: (error: Error) => void; readonly sinceMs: number };

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const createGate = ({ atOnceMax, waitingMax, waitMsMax }: GateLimits): Gate => {
  const waiting: Waiting[] = [];
  let running = 0;
  let closed = false;
  let onIdle = (): void => {};

  const admit = (): void => {
    const oldestMs = performance.now() - waitMsMax;
    while (running < atOnceMax) {
      const next = waiting.shift();
      if (next === undefined) break;
      if (next.sinceMs < oldestMs) next.refuse(new LogUnavailable(`the log took no call within ${waitMsMax} ms`));
      else {
        running += 1;
        next.go();
      }
    }
    if (running === 0) onIdle();
  };

  const enter = (): Promise<void> =>
    new Promise((go, refuse) => {
      if (closed) throw new LogUnavailable('the service is closing');
      if (waiting.length >= waitingMax) throw new LogUnavailable(`${waitingMax} calls are waiting already`);
      waiting.push({ go, refuse, sinceMs: performance.now() });
      admit();
    });

  const run = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    await enter();
    try {
      // The client replaces its channel in the turn in which a call fails; a call begun in that very turn would never end.
      await nextTurn();
      return await work();
    } finally {
      running -= 1;
      admit();
    }
  };

  const drain = async (): Promise<void> => {
    closed = true;
    if (running > 0 || waiting.length > 0)
      await new Promise<void>((resolve) => {
        onIdle = resolve;
      });
  };

  return { run, drain };
};
