/** After that long everything since the earliest of them is asked for again, even if none of those that are kept was taken. */
const againMs = 10 * 60_000;

export type Missed = {
  /** It could neither be taken nor kept. */
  readonly note: (modifiedAt: string) => void;
  /** From where on to ask now in the place of what is new; undefined: what is new. */
  readonly begin: (hasRoom: boolean) => string | undefined;
  readonly ended: (isComplete: boolean) => void;
  /** Everything changed before is taken or kept; undefined: nothing is missed. */
  readonly earliest: () => string | undefined;
};

const instant = (ms: number): string | undefined =>
  ms === Number.POSITIVE_INFINITY ? undefined : new Date(ms).toISOString();

/**
 * What is known of rows for which there is no room among those that are left behind: from when the earliest of them is. From
 * there on everything is asked for again when there is room, and after a while in any case, as it may have become possible to
 * take them; however many they are, they hold up nobody else and take no memory. `stored`: as `earliest` said it once.
 */
export const createMissed = (stored: string | undefined, elapsedMs: () => number): Missed => {
  let earlierMs = stored === undefined ? Number.POSITIVE_INFINITY : Date.parse(stored);
  /** Of what is being read. */
  let newMs = Number.POSITIVE_INFINITY;
  let isAgain = false;
  let againAtMs = elapsedMs() + againMs;
  const earliest = (): number => Math.min(earlierMs, newMs);
  return {
    note: (modifiedAt) => {
      newMs = Math.min(newMs, Date.parse(modifiedAt));
    },
    begin: (hasRoom) => {
      isAgain = earlierMs !== Number.POSITIVE_INFINITY && (hasRoom || elapsedMs() >= againAtMs);
      return isAgain ? instant(earlierMs) : undefined;
    },
    ended: (isComplete) => {
      earlierMs = isAgain && isComplete ? newMs : earliest();
      newMs = Number.POSITIVE_INFINITY;
      if (isAgain) againAtMs = elapsedMs() + againMs;
      isAgain = false;
    },
    earliest: () => instant(earliest()),
  };
};
