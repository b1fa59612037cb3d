import type { Day } from '../calendar.ts';
import type { Minor } from '../money.ts';
import type { Facts } from './accounts.ts';
import type { Lineage } from './journal.ts';
import type { PostedBy } from './periods.ts';
import type { JournalTemplate, Role, TemplateId } from './roles.ts';

export type Side = 'DEBIT' | 'CREDIT';

/**
 * One posting before its account is known. `pinnedAt`: the log position whose account map applies; absent: the event's own.
 * `account`: the one that was posted to and is posted to again, if it is still active.
 */
export type Entry = {
  readonly role: Role;
  readonly side: Side;
  readonly amount: Minor;
  readonly facts: Facts;
  readonly lineage: Lineage;
  readonly pinnedAt?: string;
  readonly account?: string;
};

/** The journal that a template made of an event. */
export type DocumentJournal = { readonly eventId: string; readonly templateId: TemplateId; readonly part?: string };

export const isOfDocument = (original: NonNullable<Posting['reversalOf']>): original is DocumentJournal =>
  'eventId' in original;

export type Posting = {
  readonly templateId: JournalTemplate;
  /** Tells apart several journals of one event and template; absent: there is one. */
  readonly part?: string;
  /** The business unit in whose books it is; absent: the event's own. */
  readonly books?: string;
  /** There is another side of it in other books: it is posted whatever templates the rule set names. */
  readonly paired?: true;
  readonly documentRef: string;
  readonly declaredSource: string | null;
  readonly orderId: string | null;
  readonly shipmentId: string | null;
  readonly invoiceId: string | null;
  readonly day: Day;
  /** Absent: OPERATIONS. */
  readonly postedBy?: PostedBy;
  readonly currency: string;
  /** The journal of a document, whatever stands for it by now; or this very journal. */
  readonly reversalOf: DocumentJournal | { readonly journalId: string } | null;
  /** The version that a correction puts this one in the place of. */
  readonly supersedes?: string;
  readonly repostOf?: string;
  readonly entries: readonly Entry[];
  /** What is posted by rules that do not have this template: older than it, they still post what they posted before it. */
  readonly otherwise?: Posting;
};

export const entry = (role: Role, side: Side, amount: Minor, facts: Facts, lineage: Lineage): Entry => ({
  role,
  side,
  amount,
  facts,
  lineage,
});

export const reversed = (entries: readonly Entry[], pinnedAt: string | undefined): readonly Entry[] =>
  entries.map((each) => ({
    ...each,
    side: each.side === 'DEBIT' ? ('CREDIT' as const) : ('DEBIT' as const),
    ...(pinnedAt === undefined ? {} : { pinnedAt }),
  }));
