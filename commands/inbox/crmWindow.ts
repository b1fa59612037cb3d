import type { CrmRowHead as Row } from '../ports/crm.ts';

/** Their clock may be ahead of ours. A row of next year must not hide what is changed until then. */
const aheadMsMax = 5 * 60_000;
/** What is taken twice is no event, so what is forgotten only costs a look. */
const seenMax = 50_000;

export type Window = {
  /** From where on to ask; a row of that very instant may still come. */
  readonly since: () => string;
  /** Everything up to here was asked for; empty: nothing was. */
  readonly through: () => string;
  readonly begin: () => void;
  /** It was looked at in this state within the window. */
  readonly isSeen: (row: Row) => boolean;
  readonly see: (row: Row) => void;
  /** A page with these rows is done with; `isLast`: with it all that was asked for. */
  readonly passed: (rows: readonly Row[], isLast: boolean) => void;
};

const instant = (ms: number | undefined): string => (ms === undefined ? '' : new Date(ms).toISOString());

/**
 * From which instant on a source is asked what was changed, by its own clock. Rows become visible later than others of a
 * later instant: their transactions last, and the clocks of several servers differ. So the same stretch of `overlapMs` before
 * the latest instant is asked for again until `overlapMs` have gone by since that instant was first met; only the lengths of
 * time are compared, never its clock with ours. From then on nothing before that instant can come, and only what is later is
 * asked for. `elapsedMs` never goes back.
 */
export const createWindow = (
  stored: string,
  overlapMs: number,
  nowMs: () => number,
  elapsedMs: () => number,
): Window => {
  let throughMs = stored === '' ? undefined : Date.parse(stored);
  let metAtMs = elapsedMs();
  let isSettled = false;
  let begunAtMs = elapsedMs();
  /** In the order in which they were met. */
  const seen = new Map<string, Row>();

  const sinceMs = (): number | undefined => (throughMs === undefined || isSettled ? throughMs : throughMs - overlapMs);

  const forget = (): void => {
    if (seen.size > seenMax) seen.clear();
    for (const [id, { modifiedAt }] of seen) {
      if (Date.parse(modifiedAt) >= (sinceMs() ?? Number.NEGATIVE_INFINITY)) return;
      seen.delete(id);
    }
  };

  return {
    since: () => instant(sinceMs()),
    through: () => instant(throughMs),
    begin: () => {
      begunAtMs = elapsedMs();
    },
    isSeen: ({ id, rowVersion }) => seen.get(id)?.rowVersion === rowVersion,
    see: (row) => {
      seen.delete(row.id);
      seen.set(row.id, row);
    },
    passed: (rows, isLast) => {
      const latestMs = nowMs() + aheadMsMax;
      const before = throughMs ?? Number.NEGATIVE_INFINITY;
      const known = rows.map(({ modifiedAt }) => Date.parse(modifiedAt)).filter((ms) => ms <= latestMs);
      const reached = known.reduce((latest, ms) => Math.max(latest, ms), before);
      if (reached > before) {
        throughMs = reached;
        metAtMs = elapsedMs();
        isSettled = false;
      } else if (isLast && begunAtMs - metAtMs >= overlapMs) isSettled = true;
      forget();
    },
  };
};
