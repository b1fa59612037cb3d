import type { RecordedDomainEvent, RecordedOf } from '../events.ts';
import { correctionTypes, type GlCorrectionEvent } from './correctionEvents.ts';

/**
 * What became of a journal after it was staged, by the log. VOID: its document was voided. RESTAGE and REPOST put another
 * journal into its place, or none where the rules in force post none.
 */
export type CorrectionFact = {
  readonly kind: 'RESTAGE' | 'REVERSAL' | 'REPOST' | 'VOID';
  readonly journalId: string;
  readonly replacedBy: string | null;
  readonly position: string;
};

/** The facts about the journals of one source event and about all that corrected them, as the log has them up to a position. */
export type CorrectionsOf = (sourceEventId: string) => readonly CorrectionFact[];

/** `pinnedAt`: where the accounts of a corrected journal were determined; absent: as the document was. */
export type Standing = { readonly journalId: string; readonly pinnedAt?: string };

const types: ReadonlySet<string> = new Set(correctionTypes);

export const isCorrection = (event: RecordedDomainEvent): event is RecordedOf<GlCorrectionEvent['type']> =>
  types.has(event.type);

const kinds = {
  GlRestageRequested: 'RESTAGE',
  GlReversalRequested: 'REVERSAL',
  GlRepostRequested: 'REPOST',
} as const satisfies Record<GlCorrectionEvent['type'], CorrectionFact['kind']>;

export const kindOf = ({ type }: Pick<GlCorrectionEvent, 'type'>): CorrectionFact['kind'] => kinds[type];

const firstVersionOf = (facts: readonly CorrectionFact[], journalId: string): string => {
  const before = facts.find(({ replacedBy }) => replacedBy === journalId);
  return before === undefined ? journalId : firstVersionOf(facts, before.journalId);
};

const isVoided = (facts: readonly CorrectionFact[], journalId: string): boolean =>
  facts.some((fact) => fact.kind === 'VOID' && fact.journalId === journalId);

/** Of a document's journal, what stands in the books for it now; undefined: nothing does. */
export const standingOf = (facts: readonly CorrectionFact[], first: string): Standing | undefined => {
  if (isVoided(facts, first)) return undefined;
  let standing: Standing = { journalId: first };
  for (;;) {
    const { journalId } = standing;
    const found = facts.filter((fact) => fact.journalId === journalId);
    const replaced = found.find(({ kind }) => kind !== 'REVERSAL');
    if (replaced === undefined) return found.length === 0 ? standing : undefined;
    if (replaced.replacedBy === null) return undefined;
    standing = { journalId: replaced.replacedBy, pinnedAt: replaced.position };
  }
};

/**
 * Whether a correction comes in time. Its stream lets each journal be corrected once; the void of the document is decided
 * in another one, and of the two the first in the log counts.
 */
export const takesEffect = (
  event: Pick<GlCorrectionEvent, 'type'> & { readonly data: { readonly journalId: string } },
  facts: readonly CorrectionFact[],
): boolean => {
  const { journalId } = event.data;
  if (isVoided(facts, firstVersionOf(facts, journalId))) return false;
  const before = facts.filter((fact) => fact.journalId === journalId).map(({ kind }) => kind);
  return event.type === 'GlRepostRequested'
    ? before.includes('REVERSAL') && !before.includes('REPOST')
    : before.length === 0;
};
