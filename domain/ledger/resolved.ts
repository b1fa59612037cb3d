import type { RecordedDomainEvent } from '../events.ts';
import { type CorrectionFact, isCorrection, kindOf, standingOf, takesEffect } from './corrections.ts';
import type { JournalDraft } from './journal.ts';
import type { PostingContext } from './posting.ts';
import { postingsOf } from './postings.ts';
import { isPairedTemplate, switchOf } from './roles.ts';
import { type DocumentJournal, isOfDocument, type Posting } from './template.ts';

export const ledgerOf = ({ postingRules, businessUnit }: PostingContext): string =>
  postingRules?.ledger ?? businessUnit.ledger;

/** The journal that is taken back is named by its own id. */
export type Resolved = Omit<Posting, 'reversalOf'> & { readonly reversalOf: { readonly journalId: string } | null };

const firstVersion = ({ eventId, templateId, part }: DocumentJournal, context: PostingContext): string =>
  context.journalIdFor(eventId, part === undefined ? templateId : `${templateId}/${part}`, ledgerOf(context));

/**
 * A document's reversal takes back what stands of its journal by then, with the accounts of that, and is none where nothing
 * stands: exactly one reversal of what was posted, whoever came first.
 */
const onWhatStands = (posting: Posting, context: PostingContext): Resolved | undefined => {
  const { reversalOf } = posting;
  if (reversalOf === null) return { ...posting, reversalOf };
  if (!isOfDocument(reversalOf)) return { ...posting, reversalOf };
  const facts = context.corrections?.(reversalOf.eventId) ?? [];
  const standing = standingOf(facts, firstVersion(reversalOf, context));
  if (standing === undefined) return undefined;
  const { journalId, pinnedAt } = standing;
  const entries = pinnedAt === undefined ? posting.entries : posting.entries.map((each) => ({ ...each, pinnedAt }));
  return { ...posting, reversalOf: { journalId }, entries };
};

const factsAbout = (event: RecordedDomainEvent, { corrections }: PostingContext): readonly CorrectionFact[] =>
  corrections === undefined || !isCorrection(event) ? [] : corrections(event.data.source.eventId);

const buOf = ({ data }: RecordedDomainEvent): unknown => (data as { readonly bu?: unknown }).bu;

/** What the rules in force post of an event in the books of their business unit. A correction takes back what is in the books, whatever they post today. */
const ruledPostings = (event: RecordedDomainEvent, context: PostingContext): readonly Posting[] => {
  if (isCorrection(event) && !takesEffect(event, factsAbout(event, context))) return [];
  const { postingRules } = context;
  const isPosted = ({ templateId, reversalOf, paired }: Posting): boolean =>
    paired === true ||
    isPairedTemplate(templateId) ||
    (reversalOf !== null && !isOfDocument(reversalOf)) ||
    (postingRules?.templates.includes(switchOf(templateId)) ?? true);
  const { bu } = context.businessUnit;
  return postingsOf(event, context.businessUnit)
    .filter(({ books }) => (books ?? buOf(event)) === bu)
    .map(({ otherwise, ...posting }) => (otherwise === undefined || isPosted(posting) ? posting : otherwise))
    .filter(isPosted);
};

/** What an event posts by the rules in force, on what stands of earlier journals. */
export const resolvedPostings = (event: RecordedDomainEvent, context: PostingContext): readonly Resolved[] =>
  ruledPostings(event, context).flatMap((posting) => onWhatStands(posting, context) ?? []);

/** What an event, whose journals are `drafts`, makes known about the journals of earlier events, by their source events. */
export const factsMadeBy = (
  event: RecordedDomainEvent,
  drafts: readonly JournalDraft[],
  context: PostingContext,
): readonly (CorrectionFact & { readonly sourceEventId: string })[] => {
  const { position } = event;
  if (isCorrection(event)) {
    if (!takesEffect(event, factsAbout(event, context))) return [];
    const { journalId, source } = event.data;
    const successor = drafts.find((each) => (each.supersedes ?? each.repostOf) === journalId);
    const replacedBy = successor?.journalId ?? null;
    return [{ kind: kindOf(event), journalId, replacedBy, position, sourceEventId: source.eventId }];
  }
  return ruledPostings(event, context).flatMap(({ reversalOf }) =>
    reversalOf === null || !isOfDocument(reversalOf)
      ? []
      : [
          {
            ...{ kind: 'VOID' as const, replacedBy: null, position },
            journalId: firstVersion(reversalOf, context),
            sourceEventId: reversalOf.eventId,
          },
        ],
  );
};
