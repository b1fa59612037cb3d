const attemptsMax = 4;

export const msOf = async (run: () => Promise<unknown>): Promise<number> => {
  const begun = performance.now();
  await run();
  return performance.now() - begun;
};

/**
 * The shortest of up to four times in ms, of which the first one under `enough` is the last. For tests of what must not
 * wait: a machine that stands still makes any one attempt long, a wait makes all of them long.
 */
export const leastMs = async (enough: number, attempt: () => Promise<number>): Promise<number> => {
  let least = Number.POSITIVE_INFINITY;
  for (let count = 0; count < attemptsMax && least >= enough; count += 1) least = Math.min(least, await attempt());
  return least;
};
