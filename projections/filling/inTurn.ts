/** Starts works in the order in which they are given, at most `togetherMax` at a time. */
export const inTurn = (togetherMax: number) => {
  const waiting: (() => void)[] = [];
  let free = togetherMax;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (free === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    else free -= 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
};
