/** What is compared with whom. A pair that no partner can be asked about does not run. */
export const reconciliationPairs = ['stock'] as const;
export type ReconciliationPair = (typeof reconciliationPairs)[number];

/** With whom, by the name of its adapter. */
export const partnerOfPair: Readonly<Record<ReconciliationPair, string>> = { stock: 'wms' };

/**
 * TIMING: what is under way may explain it, so the next run looks again. MISSING_HERE: they know what we have not heard of.
 * MISSING_THERE: they do not know what we know. The others: both know it, and say different things.
 */
export const breakClasses = [
  'TIMING',
  'MISSING_HERE',
  'MISSING_THERE',
  'QUANTITY',
  'STATUS',
  'AMOUNT',
  'UNKNOWN',
] as const;
export type BreakClass = (typeof breakClasses)[number];

/** What a difference comes from, each as a sentence. */
export const breakCauses = {
  NOT_EXPLAINED_YET: 'Nothing under way explains it. The next run looks again before it takes a person.',
  CONFIRMATION_LOST: 'The warehouse has worked on releases, and its messages never came.',
  MESSAGE_KEPT: 'A message that came cannot be taken; it is a dead letter, whose cure cures this.',
  NO_POSITION: 'The warehouse has goods of an item that was never received here.',
  NOT_LISTED: 'There are goods here of an item that the warehouse does not list.',
  COUNTS_DIFFER: 'Both have goods, in different numbers, and nothing under way explains it.',
} as const satisfies Readonly<Record<string, string>>;
export type BreakCause = keyof typeof breakCauses;

/** What a reconciliation does by itself: it repeats what may be repeated, and never makes up goods or money. */
export const breakFixes = {
  RESEND_REQUESTED: 'The warehouse was asked to send its messages of these releases again.',
} as const satisfies Readonly<Record<string, string>>;
export type BreakFix = keyof typeof breakFixes;

/** Why a run could not compare everything. */
export const incompleteReasons = {
  NOT_OFFERED: 'The partner cannot be asked for this.',
  PARTNER_AWAY: 'The partner did not answer.',
  PAUSED: 'The partner is paused by operators.',
  FEED_BEHIND: 'Messages that the partner sent before its count are not taken yet.',
  READ_MODEL_BEHIND: 'Read models had not caught up.',
  TOO_MANY_BREAKS: 'So much differs that it is one thing to mend: only the first differences are named.',
  TOO_LARGE: 'The partner has more lines than a run can compare.',
} as const satisfies Readonly<Record<string, string>>;
export type IncompleteReason = keyof typeof incompleteReasons;

/** SUPERSEDED: a later request for the same pair was waiting, and says all that this one would have said. */
export const reconciliationOutcomes = ['COMPLETE', 'INCOMPLETE', 'SUPERSEDED'] as const;
export type ReconciliationOutcome = (typeof reconciliationOutcomes)[number];
