import type { Event } from '../decider.ts';
import type {
  BreakCause,
  BreakClass,
  BreakFix,
  IncompleteReason,
  ReconciliationOutcome,
  ReconciliationPair,
} from './pairs.ts';

// Storage format: see `domain/order/events.ts`. Figures are text as both sides say them: quantities, amounts or states.

type Run = { readonly bu: string; readonly pair: ReconciliationPair; readonly runId: string };

/** `requestedBy` null: by the schedule. */
export type ReconciliationStarted = Event<
  'ReconciliationStarted',
  Run & { readonly system: string; readonly requestedBy: string | null }
>;

/** What the two sides say differently of one object. Null: that side does not know it. */
export type Difference = {
  readonly object: { readonly kind: string; readonly id: string };
  readonly node: string | null;
  readonly item: string | null;
  readonly orderId: string | null;
  readonly ours: string | null;
  readonly theirs: string | null;
  /** Theirs less ours; null where no difference can be told. */
  readonly difference: string | null;
  readonly moneyAtRisk: { readonly amount: string; readonly currency: string } | null;
};

/** `references`: what the fix was asked for, or what holds it up. */
export type Explanation = {
  readonly class: BreakClass;
  readonly cause: BreakCause;
  readonly fix: BreakFix | null;
  readonly references: readonly string[];
};

type OfBreak = Run & { readonly breakId: string };

/** `breakId` stays the same for as long as the two sides differ; a later run says it again when the figures are others. */
export type ReconciliationBreakFound = Event<'ReconciliationBreakFound', OfBreak & Difference>;

/** Why the two sides differ, as far as the run can tell, and what was asked for to heal it. */
export type ReconciliationBreakExplained = Event<'ReconciliationBreakExplained', OfBreak & Explanation>;

/** Both sides say the same again. */
export type ReconciliationBreakHealed = Event<'ReconciliationBreakHealed', OfBreak>;

/** What both sides were compared as of: their instant and their place in what they tell us, and our place in the log. */
export type CommonCut = { readonly takenAt: string; readonly theirs: string; readonly ours: string };

/** The run is over; `reason` says why it could not compare everything. */
export type ReconciliationCompleted = Event<
  'ReconciliationCompleted',
  Run & {
    readonly outcome: ReconciliationOutcome;
    readonly reason: IncompleteReason | null;
    readonly cut: CommonCut | null;
    readonly counts: {
      readonly compared: number;
      readonly found: number;
      readonly healed: number;
      /** Found before, and still so. */
      readonly standing: number;
    };
  }
>;

export type ReconciliationEvent =
  | ReconciliationStarted
  | ReconciliationBreakFound
  | ReconciliationBreakExplained
  | ReconciliationBreakHealed
  | ReconciliationCompleted;
