import type { Event } from '../decider.ts';
import type { EarlierThanIssue } from '../ledger/revenuePolicy.ts';

// Storage format: see `domain/order/events.ts`. Stream `shipment-<bu>.<shipmentId>`.

/** Billed as ordered goods are, or left to the customer for nothing. */
export const overshipmentOutcomes = ['BILL', 'GIFT'] as const;
export type OvershipmentOutcome = (typeof overshipmentOutcomes)[number];

/**
 * Goods of one shipment line beyond what was ordered: the last ones that a confirmation sent. `cost` is what is left of the
 * line's cost without the goods before them (minor units, R6); of a kit `costs` says it by component.
 */
export type ExcessPart = {
  readonly shipmentLineId: string;
  readonly qty: string;
  readonly cost: string;
  readonly costs?: readonly { readonly item: string; readonly itemGroup?: string; readonly cost: string }[];
};

/** `allowed`: so much may be over-shipped of the order line in all, base units. */
export type OvershipmentTolerance = { readonly allowed: string; readonly within: boolean };

/** What one confirmation sent of one order line beyond what was ordered, as its allocation counted it. */
export type Excess = {
  readonly confirmationId: string;
  readonly lineId: string;
  readonly item: string;
  /** The item's group when it left: account determination must see the same one. */
  readonly itemGroup?: string;
  readonly excess: string;
  readonly tolerance: OvershipmentTolerance;
  readonly soldTo: string;
  readonly channel: string;
  readonly customerGroup: string;
  readonly region?: string;
  readonly currency: string;
  /** That the goods left under: where their cost waits; absent: ON_INVOICE. */
  readonly revenuePolicy?: EarlierThanIssue;
  readonly cost: string;
  readonly parts: readonly ExcessPart[];
};

type Of<T extends string, D> = Event<
  T,
  { readonly shipmentId: string; readonly orderId: string; readonly bu: string; readonly node: string } & D
>;

/** Goods left that nobody ordered. They wait for a decision: their cost is deferred and nobody is billed for them. */
export type OvershipmentFound = Of<'OvershipmentFound', Excess & { readonly foundAt: string }>;

/** What becomes of them, said once. */
export type Resolution = Excess & {
  readonly resolutionId: string;
  readonly outcome: OvershipmentOutcome;
  readonly resolvedAt: string;
  /** POLICY: within the tolerance, by the rule of the business unit. */
  readonly decidedBy: 'POLICY' | 'PERSON';
  /** What the customer's agreement to pay for more than was ordered goes by. */
  readonly consent?: string;
  /** What a second person agreed to. */
  readonly approvalId?: string;
};

/** Decided, by the rule of the business unit or by a person: the customer pays for the goods as for the rest (BILL), or keeps them for nothing (GIFT), and their cost is goodwill. */
export type OvershipmentResolved = Of<'OvershipmentResolved', Resolution & { readonly reason?: string }>;

/** Taken back with its shipment; `eventId` and `position` are of the event that it was said by, so that T19 is reversed with the accounts of that moment. */
export type VoidedResolution = Resolution & { readonly eventId: string; readonly position: string };

export type OvershipmentEvent = OvershipmentFound | OvershipmentResolved;
