import type { Recorded } from '../../../domain/eventLog.ts';
import type { DomainEvent } from '../../../domain/events.ts';
import type { PeriodEvent } from '../../../domain/ledger/events.ts';
import type { JournalDraft } from '../../../domain/ledger/journal.ts';
import type { PeriodBook } from '../../../domain/ledger/periods.ts';
import { applyToPolicy, contextFrom, noPolicy, type PostingPolicy } from '../../../domain/ledger/policy.ts';
import { type PostingContext, postingFor } from '../../../domain/ledger/posting.ts';
import { demoBusinessUnit } from '../../../domain/masterData/demo.ts';
import { demoAccountMap, demoPostingRules } from '../../../domain/masterData/demoAccounts.ts';
import { minor } from '../../../domain/money.ts';
import { recorded } from '../invoice/sale.ts';

const key = (period: string) => ({ bu: 'ACME', ledger: 'PRIMARY', period });

export const opened = (period: string): PeriodEvent => ({
  type: 'PeriodOpened',
  data: { ...key(period), firstDay: '', lastDay: '' },
});
export const softClosed = (period: string): PeriodEvent => ({ type: 'PeriodSoftClosed', data: key(period) });
export const closed = (period: string, closedBy?: string): PeriodEvent => ({
  type: 'PeriodClosed',
  data: {
    ...key(period),
    checklistSha256: '',
    trialBalanceSha256: '',
    throughPosition: '',
    ...(closedBy !== undefined && { closedBy }),
  },
});
export const reopened = (period: string, reopenedBy?: string): PeriodEvent => ({
  type: 'PeriodReopened',
  data: { ...key(period), approvalId: 'A', reason: 'r', ...(reopenedBy !== undefined && { reopenedBy }) },
});

/** As a posting is given them. */
export const periodsAfter = (...events: readonly PeriodEvent[]): PeriodBook => {
  const defined: PostingPolicy = { ...noPolicy, businessUnit: { ...demoBusinessUnit, version: 1 } };
  const policy = events.reduce((before, event) => applyToPolicy(before, recorded(event)), defined);
  return contextFrom(policy, () => '')?.periods ?? new Map();
};

export const demoMap = { ...demoAccountMap, version: 3, contentSha256: '' };
export const demoRules = { ...demoPostingRules, version: 2, contentSha256: '' };

export const contextWith = (more: Partial<PostingContext> = {}): PostingContext => ({
  businessUnit: { ...demoBusinessUnit, version: 1 },
  postingRules: demoRules,
  accountMap: demoMap,
  periods: periodsAfter(opened('202611')),
  journalIdFor: (eventId, templateId, ledger) => `${eventId}:${templateId}:${ledger}`,
  ...more,
});

export const journalsOf = (event: Recorded<DomainEvent>, more: Partial<PostingContext> = {}): readonly JournalDraft[] =>
  postingFor(event as Parameters<typeof postingFor>[0], contextWith(more));

export const onlyJournal = (event: Recorded<DomainEvent>, more: Partial<PostingContext> = {}): JournalDraft => {
  const [journal, another] = journalsOf(event, more);
  if (journal === undefined || another !== undefined) throw new Error('not exactly one journal');
  return journal;
};

/** `ROLE debit|credit amount`, summed per role and side. */
export const table = (
  journal: JournalDraft,
): { readonly debit: Record<string, string>; readonly credit: Record<string, string> } => {
  const sums = { debit: new Map<string, bigint>(), credit: new Map<string, bigint>() };
  for (const line of journal.lines) {
    for (const side of ['debit', 'credit'] as const) {
      if (line[side] !== '0') sums[side].set(line.role, (sums[side].get(line.role) ?? 0n) + minor(line[side]));
    }
  }
  const text = (side: Map<string, bigint>) =>
    Object.fromEntries([...side].map(([role, amount]) => [role, amount.toString()]));
  return { debit: text(sums.debit), credit: text(sums.credit) };
};
