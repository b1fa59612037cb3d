import type { CommonCut } from '../../domain/reconciliation/events.ts';
import type {
  BreakCause,
  BreakClass,
  BreakFix,
  IncompleteReason,
  ReconciliationPair,
} from '../../domain/reconciliation/pairs.ts';
import type { ReconciliationRun } from '../../domain/reconciliation/reconciliation.ts';

/** What the two sides say differently of one object. Null: that side does not know it. */
export type Difference = {
  readonly object: { readonly kind: string; readonly id: string };
  readonly node: string | null;
  readonly item: string | null;
  readonly orderId: string | null;
  readonly ours: string | null;
  readonly theirs: string | null;
  /** Theirs less ours. */
  readonly difference: string | null;
  readonly moneyAtRisk: { readonly amount: string; readonly currency: string } | null;
};

export type Explanation = {
  readonly class: BreakClass;
  readonly cause: BreakCause;
  readonly fix: BreakFix | null;
  readonly references: readonly string[];
};

/** A break that is not over, as the read model has it. */
export type StandingBreak = Pick<Difference, 'ours' | 'theirs'> & {
  readonly breakId: string;
  readonly objectId: string;
  readonly class: BreakClass;
  readonly cause: BreakCause | null;
  readonly fix: BreakFix | null;
  /** How often something was repeated for it. */
  readonly attempts: number;
};

export type Compared = {
  readonly cut: CommonCut;
  /** How many objects both sides were asked about. */
  readonly compared: number;
  readonly differences: readonly Difference[];
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

/** What is compared with one partner, and how a difference is explained and healed. */
export type ComparedPair = {
  readonly pair: ReconciliationPair;
  /** Throws `CannotCompare`, `PartnerUnavailable`, `LogUnavailable`. */
  readonly compare: (run: ReconciliationRun, signal: AbortSignal) => Promise<Compared>;
  /**
   * What a difference comes from, `earlier` as it was known before this run. It may ask the partner to repeat something, as
   * often as it is asked itself. Throws `PartnerUnavailable`, `LogUnavailable`.
   */
  readonly explain: (
    run: ReconciliationRun,
    difference: Difference,
    earlier: StandingBreak | undefined,
    signal: AbortSignal,
  ) => Promise<Explanation>;
};

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
