import type { Day } from '../calendar.ts';
import { minor } from '../money.ts';
import type { CorrectedEntry, CorrectionData, GlCorrectionEvent } from './correctionEvents.ts';
import type { JournalTemplate } from './roles.ts';
import { type Entry, type Posting, reversed } from './template.ts';

const anew = ({ role, side, amount, facts, lineage }: CorrectedEntry): Entry => ({
  role,
  side,
  amount: minor(amount),
  facts,
  lineage,
});

/** Where an account is missing, nothing was posted that could be taken back; the role's account is then looked for. */
const asPosted = (entry: CorrectedEntry): Entry =>
  entry.account === null ? anew(entry) : { ...anew(entry), account: entry.account };

const headOf = (data: CorrectionData, day: Day) => ({
  documentRef: data.documentRef,
  declaredSource: data.declaredSource,
  orderId: data.orderId,
  shipmentId: data.shipmentId,
  invoiceId: data.invoiceId,
  currency: data.currency,
  day,
  postedBy: 'FINANCE' as const,
});

/** The exact reverse of what was posted, account by account. */
const reverseOf = (data: CorrectionData, day: Day): Posting => ({
  ...headOf(data, day),
  templateId: `${data.templateId}R` as JournalTemplate,
  reversalOf: { journalId: data.journalId },
  entries: reversed(data.entries.map(asPosted), undefined),
});

/** The same posting with the rules and accounts in force at the correction. */
const posted = (data: CorrectionData, day: Day): Posting => ({
  ...headOf(data, day),
  templateId: data.templateId,
  reversalOf: data.reversalOf === null ? null : { journalId: data.reversalOf },
  entries: data.entries.map(anew),
});

/** A journal without one of its accounts is never sealed. */
const canBeSealed = (data: CorrectionData): boolean => data.entries.every(({ account }) => account !== null);

/**
 * What a correction posts. A seal that had read the journal before its restaging takes the old version along; the reverse
 * is therefore staged with the new one, as SUPERSEDED as the old one is, and follows it into the next batch.
 */
export const corrected = (event: GlCorrectionEvent): readonly Posting[] => {
  switch (event.type) {
    case 'GlRestageRequested': {
      const { data } = event;
      const day = data.originalDate;
      const restaged = { ...posted(data, day), supersedes: data.journalId };
      return canBeSealed(data) ? [restaged, reverseOf(data, day)] : [restaged];
    }
    case 'GlReversalRequested':
      return [reverseOf(event.data, event.data.accountingDate)];
    case 'GlRepostRequested':
      return [{ ...posted(event.data, event.data.accountingDate), repostOf: event.data.journalId }];
  }
};
