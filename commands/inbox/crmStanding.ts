import { backoffMs } from '../keepGoing.ts';
import type { StuckItem } from '../ports.ts';
import type { createStuckReporter } from '../workers/stuckReporter.ts';
import { troubleOf } from '../workers/trouble.ts';
import { CrmRefused } from './crmRefused.ts';

/** A row that is not taken yet. It is asked for anew each time: nothing of what it says is kept. */
type StandingRow = {
  readonly id: string;
  /** As it was seen last; empty: it was not, since it was left behind. */
  readonly rowVersion: string;
  readonly attempts: number;
  readonly dueAtMs: number;
};

/** A row and the state that it was left behind in. */
export type LeftRow = Pick<StandingRow, 'id' | 'rowVersion'>;

export type Standing = {
  readonly rows: () => readonly LeftRow[];
  /** It cannot be taken now, because of this. Without a version: nobody could look at it. False: there is no room for it. */
  readonly leave: (id: string, error: unknown, rowVersion?: string) => boolean;
  /** Half of the places are free. */
  readonly hasRoom: () => boolean;
  /** It is taken, or nobody wants it any more. */
  readonly settle: (id: string) => void;
  /** Whose time has come, and those in these lanes. */
  readonly due: (lanes: ReadonlySet<string>) => readonly string[];
};

/** Each is one call whenever it is tried, and one place on the board. */
const standingMax = 1_000;
const retryBaseMs = 1_000;
const retryMsMax = 60_000;

/** What is left behind, and where. */
export type StandingOf = { readonly system: string; readonly bu: string; readonly what: 'ACCOUNT' | 'QUOTE' };

export const laneOfRow = ({ bu, what }: Pick<StandingOf, 'bu' | 'what'>, id: string): string =>
  `${what.toLowerCase()}:${bu}:${id}`;

const stuckItem = (of: StandingOf, { id, attempts }: StandingRow, error: unknown): StuckItem => {
  const { kind, class: errorClass, detail } = troubleOf(error);
  const { system, bu, what } = of;
  const orderId = error instanceof CrmRefused ? error.orderId : undefined;
  return {
    ...{ laneKey: laneOfRow(of, id), item: id, kind, what, position: null },
    ...{ errorClass, detail, attempts, blockedCount: 0 },
    payloadRef: {
      ...{ system, bu },
      ...(what === 'ACCOUNT' ? { accountId: id } : { quoteId: id }),
      ...(orderId !== undefined && { orderId }),
    },
  };
};

/** Rows that are left behind, each in a lane of its own; `left` were left behind before and are due at once. */
export const createStanding = (
  of: StandingOf,
  left: readonly LeftRow[],
  reporter: Pick<ReturnType<typeof createStuckReporter>, 'set'>,
  elapsedMs: () => number,
  max: number = standingMax,
): Standing => {
  const standing = new Map<string, StandingRow>(
    left.map((row) => [row.id, { ...row, attempts: 0, dueAtMs: Number.NEGATIVE_INFINITY }]),
  );
  return {
    hasRoom: () => standing.size <= max / 2,
    rows: () => [...standing.values()].map(({ id, rowVersion }) => ({ id, rowVersion })),
    leave: (id, error, seen) => {
      const known = standing.get(id);
      if (known === undefined && standing.size >= max) return false;
      const attempts = (known?.attempts ?? 0) + 1;
      const rowVersion = seen ?? known?.rowVersion ?? '';
      const entry = { id, rowVersion, attempts, dueAtMs: elapsedMs() + backoffMs(attempts, retryBaseMs, retryMsMax) };
      standing.set(id, entry);
      reporter.set(laneOfRow(of, id), [stuckItem(of, entry, error)]);
      return true;
    },
    settle: (id) => {
      standing.delete(id);
      reporter.set(laneOfRow(of, id), []);
    },
    due: (lanes) =>
      [...standing.values()].flatMap(({ id, dueAtMs }) =>
        dueAtMs <= elapsedMs() || lanes.has(laneOfRow(of, id)) ? [id] : [],
      ),
  };
};
