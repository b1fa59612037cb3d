import type { Event } from '../decider.ts';
import type { Facts } from './accounts.ts';
import type { Lineage } from './journal.ts';
import type { JournalTemplate, Role } from './roles.ts';

// Storage format: see `domain/order/events.ts`.

/** A line of the corrected journal as it was staged, with everything that account determination may look at. */
export type CorrectedEntry = {
  readonly role: Role;
  readonly side: 'DEBIT' | 'CREDIT';
  readonly amount: string;
  /** Null while the role is without an account. */
  readonly account: string | null;
  readonly facts: Facts;
  readonly lineage: Lineage;
};

/**
 * Which journal, and what it posts: like every posting event, a correction carries all that its journals need. `source` is
 * the fact behind the journal, however often that was corrected before.
 */
export type CorrectionData = {
  readonly bu: string;
  readonly ledger: string;
  readonly journalId: string;
  readonly source: { readonly eventId: string; readonly position: string };
  readonly templateId: JournalTemplate;
  readonly documentRef: string;
  readonly declaredSource: string | null;
  readonly orderId: string | null;
  readonly shipmentId: string | null;
  readonly invoiceId: string | null;
  readonly currency: string;
  readonly originalDate: string;
  /** The journal that this one takes back. */
  readonly reversalOf: string | null;
  readonly entries: readonly CorrectedEntry[];
  readonly reason: string;
};

type Correction<T extends string, More = unknown> = Event<T, CorrectionData & More>;

/** Before sealing: posted anew with the rules and accounts in force now. */
export type GlRestageRequested = Correction<'GlRestageRequested'>;
/** After sealing: the exact reverse, line by line with the accounts that were posted to. */
export type GlReversalRequested = Correction<'GlReversalRequested', { readonly accountingDate: string }>;
/** After its reversal: posted anew. `ruleSetVersion`: the one that the asker wanted to be in force. */
export type GlRepostRequested = Correction<
  'GlRepostRequested',
  { readonly accountingDate: string; readonly ruleSetVersion?: number }
>;

export type GlCorrectionEvent = GlRestageRequested | GlReversalRequested | GlRepostRequested;

export const correctionTypes = ['GlRestageRequested', 'GlReversalRequested', 'GlRepostRequested'] as const;
