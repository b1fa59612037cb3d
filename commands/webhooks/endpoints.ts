/** How an endpoint does, and how much of what is due may therefore go to it at once. One for each subscription. */
export type Endpoints = ReturnType<typeof createEndpoints>;

export const requestsMax = 64;
const requestsOfOneMax = 8;
/** One that failed so often in a row is not asked by everything that waits, but by one notice now and then. */
const failuresMax = 5;

/** How much goes to each subscription now. */
type Counts = ReadonlyMap<string, number>;

/**
 * What of that which is due is sent now: the first of each before the second of any. The more of the places somebody has, the
 * more have to be free for one more, so whoever answers slowly keeps nobody waiting: the last ones are for those who have none.
 */
export const inTurns = <D extends { readonly subscriptionId: string }>(
  due: readonly D[],
  underWay: Counts,
): readonly D[] => {
  const counts = new Map(underWay);
  const turns = due.map((delivery) => {
    const turn = counts.get(delivery.subscriptionId) ?? 0;
    counts.set(delivery.subscriptionId, turn + 1);
    return { delivery, turn };
  });
  const chosen: D[] = [];
  let free = requestsMax - [...underWay.values()].reduce((sum, count) => sum + count, 0);
  for (const { delivery, turn } of turns.sort((one, other) => one.turn - other.turn)) {
    if (free <= (turn * requestsMax) / requestsOfOneMax) break;
    chosen.push(delivery);
    free -= 1;
  }
  return chosen;
};

type Health = { readonly failures: number; readonly restsUntilMs: number };

const well: Health = { failures: 0, restsUntilMs: 0 };

/**
 * In memory: a process that starts finds out for itself. `restMs`: how long an endpoint is left alone after so many failures
 * more than it may have. What waits for an endpoint that is away keeps its tries until it is back, however much that is.
 */
export const createEndpoints = (restMs: (failuresBeyond: number) => number, nowMs: () => number) => {
  const known = new Map<string, Health>();
  const healthOf = (subscriptionId: string): Health => known.get(subscriptionId) ?? well;

  return {
    /** True: it had been left alone, so much may wait for later than need be. */
    took: (subscriptionId: string): boolean => {
      const { failures } = healthOf(subscriptionId);
      known.delete(subscriptionId);
      return failures >= failuresMax;
    },
    forget: (subscriptionId: string): void => {
      known.delete(subscriptionId);
    },
    failed: (subscriptionId: string, retryAfterMs = 0): void => {
      const failures = healthOf(subscriptionId).failures + 1;
      const own = failures < failuresMax ? 0 : restMs(failures - failuresMax);
      known.set(subscriptionId, { failures, restsUntilMs: nowMs() + Math.max(own, retryAfterMs) });
    },
    /** How much more may go to one, besides what goes to it now. */
    roomOf: (subscriptionId: string, underWay: Counts): number => {
      const { failures, restsUntilMs } = healthOf(subscriptionId);
      if (nowMs() < restsUntilMs) return 0;
      const most = failures < failuresMax ? requestsOfOneMax : 1;
      return Math.max(0, most - (underWay.get(subscriptionId) ?? 0));
    },
    /** Those that are not there any more are forgotten. */
    keep: (subscriptionIds: readonly string[]): void => {
      if (known.size === 0) return;
      const kept = new Set(subscriptionIds);
      for (const subscriptionId of known.keys()) if (!kept.has(subscriptionId)) known.delete(subscriptionId);
    },
  };
};
