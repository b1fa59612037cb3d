export type Pace = {
  /** Does a piece of work, and then rests for as long as its share asks. Whoever comes meanwhile has the next turn. */
  readonly take: <T>(work: () => Promise<T>) => Promise<T>;
};

export type PaceOptions = {
  /** Of the time, 1 to 100. */
  readonly sharePercent: number;
  /** Milliseconds of a clock that never runs backwards. */
  readonly nowMs: () => number;
  readonly rest: (ms: number) => Promise<unknown>;
};

/** Whoever waits for a database that stands still is not made to wait for much longer. */
const restMsMax = 5_000;

/**
 * A share of the time for work that nobody waits for. What others do makes each piece take longer, and so the rest behind it:
 * with the machine to itself the work is quick, beside a flood of orders it goes back by as much as they slow it down, in
 * whichever process they are taken.
 */
export const createPace = ({ sharePercent, nowMs, rest }: PaceOptions): Pace => {
  let turns: Promise<unknown> = Promise.resolve();

  const workAndRest = async <T>(work: () => Promise<T>): Promise<T> => {
    const startedAt = nowMs();
    const done = await work();
    const restMs = ((nowMs() - startedAt) * (100 - sharePercent)) / sharePercent;
    if (restMs > 0) await rest(Math.min(restMs, restMsMax));
    return done;
  };

  return {
    take: (work) => {
      const mine = turns.then(() => workAndRest(work));
      turns = mine.catch(() => {});
      return mine;
    },
  };
};
