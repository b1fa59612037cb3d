import { backoffMs } from '../keepGoing.ts';
import type { StuckItem } from '../ports.ts';
import type { createStuckReporter } from '../workers/stuckReporter.ts';
import { troubleOf } from '../workers/trouble.ts';

/** An account that is not taken yet. It is asked for anew each time: nothing of what it says is kept. */
type StandingAccount = {
  readonly accountId: string;
  readonly attempts: number;
  readonly dueAtMs: number;
};

export type StandingAccounts = {
  readonly ids: () => readonly string[];
  /** It cannot be taken now, because of this. */
  readonly leave: (accountId: string, error: unknown) => void;
  /** It is taken, or nobody wants it any more. */
  readonly settle: (accountId: string) => void;
  /** Whose time has come, and those in these lanes. */
  readonly due: (lanes: ReadonlySet<string>) => readonly string[];
};

const retryBaseMs = 1_000;
const retryMsMax = 60_000;

type Of = { readonly system: string; readonly bu: string };

const laneOf = (bu: string, accountId: string): string => `account:${bu}:${accountId}`;

const stuckItem = ({ system, bu }: Of, { accountId, attempts }: StandingAccount, error: unknown): StuckItem => {
  const { kind, class: errorClass, detail } = troubleOf(error);
  return {
    ...{ laneKey: laneOf(bu, accountId), item: accountId, kind, what: 'ACCOUNT', position: null, errorClass, detail },
    payloadRef: { system, accountId },
    ...{ attempts, blockedCount: 0 },
  };
};

/** Accounts that are left behind, each in a lane of its own; `ids` were left behind before and are due at once. */
export const createStandingAccounts = (
  of: Of,
  ids: readonly string[],
  reporter: Pick<ReturnType<typeof createStuckReporter>, 'set'>,
  elapsedMs: () => number,
): StandingAccounts => {
  const standing = new Map<string, StandingAccount>(
    ids.map((accountId) => [accountId, { accountId, attempts: 0, dueAtMs: Number.NEGATIVE_INFINITY }]),
  );
  return {
    ids: () => [...standing.keys()],
    leave: (accountId, error) => {
      const attempts = (standing.get(accountId)?.attempts ?? 0) + 1;
      const entry = { accountId, attempts, dueAtMs: elapsedMs() + backoffMs(attempts, retryBaseMs, retryMsMax) };
      standing.set(accountId, entry);
      reporter.set(laneOf(of.bu, accountId), [stuckItem(of, entry, error)]);
    },
    settle: (accountId) => {
      standing.delete(accountId);
      reporter.set(laneOf(of.bu, accountId), []);
    },
    due: (lanes) =>
      [...standing.values()].flatMap(({ accountId, dueAtMs }) =>
        dueAtMs <= elapsedMs() || lanes.has(laneOf(of.bu, accountId)) ? [accountId] : [],
      ),
  };
};
