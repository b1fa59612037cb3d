import type { Day } from '../calendar.ts';
import type { Minor } from '../money.ts';
import type { Facts } from './accounts.ts';
import type { Lineage } from './journal.ts';
import type { PostedBy } from './periods.ts';
import type { Role, TemplateId } from './roles.ts';

export type Side = 'DEBIT' | 'CREDIT';

/** One posting before its account is known. `pinnedAt`: the log position whose account map applies; absent: the event's own. */
export type Entry = {
  readonly role: Role;
  readonly side: Side;
  readonly amount: Minor;
  readonly facts: Facts;
  readonly lineage: Lineage;
  readonly pinnedAt?: string;
};

export type Posting = {
  readonly templateId: TemplateId;
  /** Tells apart several journals of one event and template; absent: there is one. */
  readonly part?: string;
  readonly documentRef: string;
  readonly declaredSource: string | null;
  readonly orderId: string | null;
  readonly shipmentId: string | null;
  readonly invoiceId: string | null;
  readonly day: Day;
  /** Absent: OPERATIONS. */
  readonly postedBy?: PostedBy;
  readonly currency: string;
  readonly reversalOf: { readonly eventId: string; readonly templateId: TemplateId } | null;
  readonly entries: readonly Entry[];
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
