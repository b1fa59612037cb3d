import type { RecordedDomainEvent, RecordedOf } from '../events.ts';
import type { GlCorrectionEvent } from '../ledger/correctionEvents.ts';
import type { CorrectionFact, CorrectionsOf } from '../ledger/corrections.ts';
import { booksOf } from '../ledger/intercompany.ts';
import { type PostingContext, postingFor } from '../ledger/posting.ts';
import { correctedSources, postingsOf } from '../ledger/postings.ts';
import { factsMadeBy } from '../ledger/resolved.ts';

/** The rules in force when an event came; undefined: the bundle does not hold its business unit. */
export type ContextAt = (event: RecordedDomainEvent, bu?: unknown) => PostingContext | undefined;

/** What became of journals, as the events themselves tell it: known before `position`, by source event. */
export const correctionsIn = (
  events: readonly RecordedDomainEvent[],
  contextAt: ContextAt,
): ((position: string) => CorrectionsOf) => {
  const facts: (CorrectionFact & { readonly sourceEventId: string })[] = [];
  const knownBefore =
    (position: string): CorrectionsOf =>
    (sourceEventId) =>
      facts.filter((fact) => fact.sourceEventId === sourceEventId && fact.position < position);
  const told = events.filter((event) => correctedSources(event).length > 0);
  const inBooks = told.flatMap((event) => booksOf(event).map((bu) => ({ event, bu })));
  for (const { event, bu } of inBooks.sort((a, b) => (a.event.position < b.event.position ? -1 : 1))) {
    const context = contextAt(event, bu);
    if (context === undefined) continue;
    const knowing = { ...context, corrections: knownBefore(event.position) };
    try {
      facts.push(...factsMadeBy(event, postingFor(event, knowing), knowing));
    } catch {
      // What cannot be posted is told of the journal that is claimed to come from it.
    }
  }
  return knownBefore;
};

type Amount = { readonly role: string; readonly side: string; readonly amount: bigint };

/** In the form of lines: a negative amount stands on the other side. */
const lineText = ({ role, side, amount }: Amount, turned: boolean): string =>
  `${role} ${((side === 'DEBIT') === amount > 0n) !== turned ? 'debit' : 'credit'} ${amount < 0n ? -amount : amount}`;

const linesText = (amounts: readonly Amount[], turned = false): string =>
  amounts
    .filter(({ amount }) => amount !== 0n)
    .map((each) => lineText(each, turned))
    .join('\n');

/** A correction says of its journal what the fact behind it posts, or the reverse of that. */
export const agreesWithSource = (
  { data }: RecordedOf<GlCorrectionEvent['type']>,
  source: RecordedDomainEvent,
  { businessUnit }: PostingContext,
): boolean => {
  const says = linesText(data.entries.map(({ role, side, amount }) => ({ role, side, amount: BigInt(amount) })));
  return postingsOf(source, businessUnit).some(
    ({ entries }) => says === linesText(entries) || says === linesText(entries, true),
  );
};
