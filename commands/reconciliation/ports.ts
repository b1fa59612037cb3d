import type { CommonCut, Difference, Explanation } from '../../domain/reconciliation/events.ts';
import { type IncompleteReason, partnerOfPair, type ReconciliationPair } from '../../domain/reconciliation/pairs.ts';
import type { ReconciliationRun } from '../../domain/reconciliation/reconciliation.ts';

/** A break that is not over, as the read model has it. */
export type StandingBreak = Pick<Difference, 'ours' | 'theirs'> &
  Pick<Explanation, 'class' | 'fix'> & {
    readonly breakId: string;
    readonly objectId: string;
    readonly cause: Explanation['cause'] | null;
    /** How often something was repeated for it. */
    readonly attempts: number;
  };

export type Compared = {
  readonly cut: CommonCut;
  /** How many objects both sides were asked about. */
  readonly compared: number;
  readonly differences: readonly Difference[];
  /** Objects that differed before, and of which both sides were seen to say the same. What was not looked at stands on. */
  readonly agreed: readonly string[];
  /** Why not everything was; then what is not among the differences may differ all the same. */
  readonly reason: IncompleteReason | null;
};

/** A run that cannot compare now. The next one can, perhaps. */
export class CannotCompare extends Error {
  override readonly name = 'CannotCompare';
  readonly reason: IncompleteReason;
  constructor(reason: IncompleteReason) {
    super(reason);
    this.reason = reason;
  }
}

/**
 * What a difference comes from, `earlier` as it was known before this run. It may ask the partner to repeat something, as
 * often as it is asked itself. Throws `PartnerUnavailable`.
 */
export type Explain = (
  difference: Difference,
  earlier: StandingBreak | undefined,
  signal: AbortSignal,
) => Promise<Explanation>;

/** What is compared with one partner, and how a difference is explained and healed. */
export type ComparedPair = {
  readonly pair: ReconciliationPair;
  /** False: the partner of this business unit has no way to be asked, so nothing begins by itself. Absent: each has one. */
  readonly canAsk?: (bu: string) => boolean;
  /** `standing`: ids of the objects that differed before. Throws `CannotCompare`, `PartnerUnavailable`, `LogUnavailable`. */
  readonly compare: (run: ReconciliationRun, standing: ReadonlySet<string>, signal: AbortSignal) => Promise<Compared>;
  /** Reads at once what explaining these takes; `earlierOf` says how each was known before this run. Throws `LogUnavailable`. */
  readonly explaining: (
    run: ReconciliationRun,
    differences: readonly Difference[],
    earlierOf: (difference: Difference) => StandingBreak | undefined,
  ) => Promise<Explain>;
};

/** Whose name a comparison goes under: of several ERPs that of the one which has the business unit. */
export type SystemOf = (pair: ReconciliationPair, bu: string) => string;
export const usualSystem: SystemOf = (pair) => partnerOfPair[pair];

/** How the last run of a pair ended, if any did. */
export type LastRun = {
  readonly bu: string;
  readonly pair: ReconciliationPair;
  readonly runId: string;
  /** Null: it runs. */
  readonly endedAt: string | null;
  /** Breaks that it said something new of, and that the next run should find healed. */
  readonly healing: number;
};
