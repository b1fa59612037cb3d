/** What is compared with whom. A pair that no partner can be asked about does not run. */
export const reconciliationPairs = ['stock', 'snapshots', 'orders', 'journals'] as const;
export type ReconciliationPair = (typeof reconciliationPairs)[number];

/** With whom, by the name of its adapter; of several ERPs each business unit has its own. */
export const partnerOfPair = {
  stock: 'wms',
  snapshots: '3pl',
  orders: 'erp',
  journals: 'erp',
} as const satisfies Readonly<Record<ReconciliationPair, string>>;

/**
 * TIMING: what is under way may explain it, so the next run looks again. MISSING_HERE: they know what we have not heard of.
 * MISSING_THERE: they do not know what we know. DUPLICATE: they have it more than once. The others: both know it, and say different things.
 */
export const breakClasses = [
  'TIMING',
  'MISSING_HERE',
  'MISSING_THERE',
  'DUPLICATE',
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
  ORDER_UNKNOWN_THERE: 'The ERP had given the order a number, and does not know it any more.',
  ORDER_DOUBLED: 'The ERP has more than one order under our reference.',
  ORDER_NUMBER_DIFFERS: 'The ERP has the order under another number than it had given.',
  UPDATE_LOST: 'The ERP was told how far the order is, and has an older state of it.',
  UPDATE_REFUSED: 'The ERP does not take how far the order is.',
  ORDER_CHANGED_THERE: 'The ERP was told how far the order is, and has it differently: somebody has changed it there.',
  BATCH_UNKNOWN_THERE: 'The ERP had taken the batch, and does not know it any more.',
  DOCUMENT_MISSING: 'The ERP had acknowledged the journal, and has no document of it.',
  DOCUMENT_DOUBLED: 'The ERP has more than one document of the journal.',
  DOCUMENT_DIFFERS: 'The ERP has the journal under another document than it had told.',
  TOTALS_DIFFER:
    'The ERP has documents of the batch in another number, or to another sum, which no journal of it explains.',
  AMOUNTS_DIFFER: 'The document in the ERP comes to another amount than the journal.',
  ACKNOWLEDGEMENT_LOST: 'The ERP has posted the journal, and we have not heard of it.',
  POSTED_THOUGH_REFUSED: 'The ERP has a document of the journal, and says that it refused it.',
  POSTED_AFTER_REFUSAL:
    'The ERP has posted a journal that it had refused, and that was sealed into a later batch since.',
} as const satisfies Readonly<Record<string, string>>;
export type BreakCause = keyof typeof breakCauses;

/** What a reconciliation does by itself: it repeats what may be repeated, and never makes up goods or money. */
export const breakFixes = {
  RESEND_REQUESTED: 'The warehouse was asked to send its messages of these releases again.',
  UPDATE_SENT: 'The ERP was told again how far the order is.',
  OUTCOMES_FETCHED: 'What the ERP says of the batch was fetched again, and recorded.',
} as const satisfies Readonly<Record<string, string>>;
export type BreakFix = keyof typeof breakFixes;

/** Why a run could not compare everything. */
export const incompleteReasons = {
  NOT_OFFERED: 'The partner cannot be asked for this.',
  PARTNER_AWAY: 'The partner did not answer.',
  NOT_UNDERSTOOD: 'The partner answered something that makes no sense here.',
  PAUSED: 'The partner is paused by operators.',
  FEED_BEHIND: 'Messages that the partner sent before its count are not taken yet.',
  UPDATES_WAITING: 'What the partner is to be told has not all been sent yet.',
  READ_MODEL_BEHIND: 'Read models had not caught up.',
  TOO_MANY_BREAKS: 'So much differs that it is one thing to mend: only the first differences are named.',
  TOO_LARGE: 'The partner has more lines than a run can compare.',
  FAILED: 'The comparison broke off with an error of its own, each time that it was tried.',
} as const satisfies Readonly<Record<string, string>>;
export type IncompleteReason = keyof typeof incompleteReasons;

/** SUPERSEDED: a later request for the same pair was waiting, and says all that this one would have said. */
export const reconciliationOutcomes = ['COMPLETE', 'INCOMPLETE', 'SUPERSEDED'] as const;
export type ReconciliationOutcome = (typeof reconciliationOutcomes)[number];
