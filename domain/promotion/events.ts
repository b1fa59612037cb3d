import type { Event } from '../decider.ts';
import type {
  AccountMapPublished,
  BusinessUnitDefined,
  LateSupplyPublished,
  PostingRulesPublished,
  TaxCodesPublished,
} from '../masterData/events.ts';
import type { CrossReferenceDefined } from '../masterData/partnerEvents.ts';
import type { Difference } from '../masterData/policyChange.ts';
import type { DefinitionOf } from '../masterData/violation.ts';

// Storage format: see `domain/order/events.ts`. Stream: promotion-<bu>.<promotionId>.

type PromotedEvents = {
  readonly 'business-unit': BusinessUnitDefined;
  readonly 'tax-codes': TaxCodesPublished;
  readonly accounts: AccountMapPublished;
  readonly posting: PostingRulesPublished;
  readonly 'late-supply': LateSupplyPublished;
  readonly 'cross-reference': CrossReferenceDefined;
};

export type PromotedKind = keyof PromotedEvents;
export type PromotedEvent = PromotedEvents[PromotedKind];

/** What goes from one environment to another, in an order in which nothing comes before what it speaks of. */
export const promotedKinds = [
  'business-unit',
  'tax-codes',
  'accounts',
  'posting',
  'late-supply',
  'cross-reference',
] as const satisfies readonly PromotedKind[];

/** A definition as somebody would send it, with its business unit. */
export type PromotedDefinition = {
  readonly [Kind in PromotedKind]: { readonly kind: Kind; readonly definition: DefinitionOf<PromotedEvents[Kind]> };
}[PromotedKind];

/** One definition of an artefact, held against what is in force where it was proposed. */
export type PromotedObject = PromotedDefinition & {
  /** Within the business unit, as in the list of definitions. */
  readonly id: string;
  /** That it has where it comes from. */
  readonly sourceVersion: number;
  readonly contentSha256: string;
  readonly outcome: 'ADDED' | 'CHANGED' | 'SAME';
  /** The version in force; null: there was none. */
  readonly replaces: { readonly version: number; readonly contentSha256: string } | null;
  /** What is in force is none of the versions that this one was made from: it was changed here. */
  readonly diverged: boolean;
  readonly differences: readonly Difference[];
};

type Of<T extends string, D> = Event<
  T,
  { readonly bu: string; readonly promotionId: string; readonly artefactSha256: string } & D
>;

/** An artefact of another environment is to come into force here. Proposed again when other versions are in force meanwhile. */
export type PromotionProposed = Of<
  'PromotionProposed',
  {
    /** Whose word it is: the key of the environment that it was exported from. */
    readonly source: { readonly keyId: string; readonly publicKey: string };
    readonly objects: readonly PromotedObject[];
    readonly reason: string;
    readonly proposedBy: string;
  }
>;

/** All that it would change is in force, as a second person agreed. */
export type PromotionApplied = Of<
  'PromotionApplied',
  {
    readonly approvalId: string;
    readonly approvedBy: string;
    readonly appliedBy: string;
    /** Of everything that the artefact holds, also of what was the same before. */
    readonly versions: readonly { readonly kind: PromotedKind; readonly id: string; readonly version: number }[];
  }
>;

export type PromotionEvent = PromotionProposed | PromotionApplied;
