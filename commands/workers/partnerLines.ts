/**
 * Steps that wait for one partner stand in that partner's line, and only so many of them run at once: a partner that hangs
 * then holds up its own steps and leaves the workers to everybody else's. Steps that stay inside are let through.
 */
export const createPartnerLines = (runningMax: number) => {
  type Line = { running: number; readonly waiting: ((mayRun: boolean) => void)[] };
  const lines = new Map<string, Line>();
  let isClosed = false;

  const lineOf = (partner: string): Line => {
    const known = lines.get(partner);
    if (known !== undefined) return known;
    const line = { running: 0, waiting: [] };
    lines.set(partner, line);
    return line;
  };

  return {
    /** Runs `work` when its turn comes; never, once the lines are closed. */
    stand: async (partner: string | null | undefined, work: () => Promise<void>): Promise<void> => {
      if (partner == null) return work();
      const line = lineOf(partner);
      if (line.running >= runningMax) {
        // Who leaves hands its place over, so nobody slips in between.
        const mayRun = await new Promise<boolean>((resolve) => line.waiting.push(resolve));
        if (!mayRun) return;
      } else line.running += 1;
      try {
        await work();
      } finally {
        const next = isClosed ? undefined : line.waiting.shift();
        if (next === undefined) line.running -= 1;
        else next(true);
      }
    },
    /** They occupy no worker. */
    waiting: (): number => [...lines.values()].reduce((sum, { waiting }) => sum + waiting.length, 0),
    /** Partners of which nothing more should be taken now. */
    full: (): readonly string[] =>
      [...lines].flatMap(([partner, { running }]) => (running >= runningMax ? [partner] : [])),
    /** Who still stands in a line goes home. */
    close: (): void => {
      isClosed = true;
      for (const { waiting } of lines.values()) for (const go of waiting.splice(0)) go(false);
    },
  };
};
