import type { RecordedDomainEvent } from '../../domain/events.ts';
import { correctionOf, type StagedJournal } from '../../domain/ledger/correctedJournal.ts';
import { applyToPolicy, contextFrom, noPolicy } from '../../domain/ledger/policy.ts';
import { postingFor } from '../../domain/ledger/posting.ts';
import { journalIdFor } from '../../projections/glStaging/journalId.ts';
import type { MemoryLog } from './memoryLog.ts';

/** The journal as it was staged when its event came. */
const staged = (log: MemoryLog, journalId: string) => {
  const events = log.events as unknown as readonly RecordedDomainEvent[];
  for (const [index, event] of events.entries()) {
    const context = contextFrom(events.slice(0, index).reduce(applyToPolicy, noPolicy), journalIdFor);
    const reversed = event.type === 'GlRepostRequested' ? event.data.journalId : '';
    const corrections = () => [{ kind: 'REVERSAL' as const, journalId: reversed, replacedBy: null, position: '' }];
    const drafts = context === undefined ? [] : postingFor(event, { ...context, corrections });
    const found = drafts.find((each) => each.journalId === journalId);
    if (context !== undefined && found !== undefined) return { event, context, journal: found };
  }
  throw new Error(`no journal ${journalId}`);
};

const dataOf = (log: MemoryLog, journalId: string) => {
  const { event, context, journal } = staged(log, journalId);
  return correctionOf(journal as unknown as StagedJournal, event, context, 'wrong account');
};

const streamOf = (journalId: string): string => `glfix-ACME.${journalId}`;

/** Corrections as the write side makes them of what the staging ledger shows. */
export const restage = (log: MemoryLog, journalId: string): void => {
  log.append(streamOf(journalId), 'GlRestageRequested', dataOf(log, journalId));
};

export const reverse = (log: MemoryLog, journalId: string, accountingDate = '2026-11-25'): void => {
  log.append(streamOf(journalId), 'GlReversalRequested', { ...dataOf(log, journalId), accountingDate });
};

export const repost = (log: MemoryLog, journalId: string, accountingDate = '2026-11-25'): void => {
  log.append(streamOf(journalId), 'GlRepostRequested', { ...dataOf(log, journalId), accountingDate });
};
