/** Whose work it is where nobody in particular has taken it. */
export type CaseTeam = 'ops' | 'finance';

export type CaseRule = {
  /** What the clock of this service level measures: from when, until when. */
  readonly clock: string;
  /** A clock that has run for so long is a breach, and a case is opened. 0: it should not happen at all. */
  readonly limitSeconds: number;
  /** A case is to be resolved so long after it was opened. */
  readonly resolveSeconds: number;
  readonly team: CaseTeam;
  /** What to do next, as a sentence; the runbook of the class says the rest. */
  readonly nextAction: string;
};

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** Classes of exceptions with the limits of spec 5.6, which a business unit may set otherwise. Each has its page in `docs/runbooks`. */
export const caseRules = {
  ORDER_HELD: {
    clock: 'An order is submitted or held, until it is accepted or released.',
    limitSeconds: 15 * minute,
    resolveSeconds: 4 * hour,
    team: 'ops',
    nextAction: 'Look at what the order is held for, then release the hold or cancel the order.',
  },
  ALLOCATION_STUCK: {
    clock: 'An order is accepted, until each line is reserved or backordered.',
    limitSeconds: 15 * minute,
    resolveSeconds: 4 * hour,
    team: 'ops',
    nextAction: 'Find what holds the allocation (a dead letter, a paused lane) and let it go on.',
  },
  WAREHOUSE_SILENT: {
    clock: 'Goods are released to a warehouse, until it accepts or refuses them.',
    limitSeconds: 15 * minute,
    resolveSeconds: 4 * hour,
    team: 'ops',
    nextAction: 'Ask the warehouse whether it has the release; mend its connection if it has not.',
  },
  CONFIRMATION_LATE: {
    clock: 'The day on which goods were promised to leave is over at their business unit, until they are confirmed.',
    limitSeconds: 30 * minute,
    resolveSeconds: 4 * hour,
    team: 'ops',
    nextAction: 'Ask the warehouse whether the goods left: have them confirmed, reported short, or a new date told.',
  },
  STOP_UNANSWERED: {
    clock: 'A warehouse is asked to stop goods that were released to it, until it says what it has stopped.',
    limitSeconds: 4 * hour,
    resolveSeconds: 4 * hour,
    team: 'ops',
    nextAction: 'Ask the warehouse what it has stopped and have it say so; until then the cancellation waits.',
  },
  OVERSHIPMENT_OPEN: {
    clock: 'Goods beyond what was ordered are found to have left, until somebody decides what becomes of them.',
    limitSeconds: 0,
    resolveSeconds: day,
    team: 'finance',
    nextAction: 'Bill the goods with the consent of the customer, or give them away.',
  },
  LOSS_OPEN: {
    clock:
      'Goods are told to be lost or damaged on their way, until it is decided what becomes of them; or are found when that was settled.',
    limitSeconds: hour,
    resolveSeconds: day,
    team: 'ops',
    nextAction: 'Ask the carrier, then decide what becomes of the goods, or say that they have been found.',
  },
  INVOICE_WAITING: {
    clock: 'A shipment is confirmed, until its invoice is issued.',
    limitSeconds: 4 * hour,
    resolveSeconds: day,
    team: 'finance',
    nextAction: 'See what the draft waits for, mostly its tax, and cure that.',
  },
  TAX_MISMATCH: {
    clock:
      'The tax engine has committed another tax than the books have, until it is accepted, put right there or voided.',
    limitSeconds: 0,
    resolveSeconds: day,
    team: 'finance',
    nextAction:
      'Accept the difference with a second person, or have the tax engine put its document right and ask it again.',
  },
  JOURNALS_UNSEALED: {
    clock: 'A journal is staged, until it is sealed into a batch.',
    limitSeconds: day,
    resolveSeconds: day,
    team: 'finance',
    nextAction: 'Seal the ready journals of the period: POST /v1/gl-batches.',
  },
  BATCH_UNACKNOWLEDGED: {
    clock: 'A batch is sealed, until the ERP has acknowledged it.',
    limitSeconds: 4 * hour,
    resolveSeconds: day,
    team: 'ops',
    nextAction: 'See whether the ERP is away or has refused the file, and have it answer.',
  },
  JOURNALS_UNMAPPED: {
    clock: 'A journal has no account for a role, until one is published and the journal staged again.',
    limitSeconds: 0,
    resolveSeconds: day,
    team: 'finance',
    nextAction: 'Publish an account for the role, then stage the journals again.',
  },
  JOURNALS_HELD: {
    clock: 'A journal waits for rules, a rate or a period, until it is cured.',
    limitSeconds: 0,
    resolveSeconds: day,
    team: 'finance',
    nextAction: 'Cure what the journals are held for, then stage them again.',
  },
  JOURNALS_REJECTED: {
    clock: 'The ERP has refused a journal, until it is sealed into another batch or reversed.',
    limitSeconds: 0,
    resolveSeconds: day,
    team: 'finance',
    nextAction: 'Put right what the ERP refuses, here or there, and seal the journals into the next batch.',
  },
  DOCUMENT_UNACKNOWLEDGED: {
    clock: 'The hours are over within which a partner agreed to send a 997, until it sends one.',
    limitSeconds: 0,
    resolveSeconds: 4 * hour,
    team: 'ops',
    nextAction: 'Find out whether the partner has the document; have it sent again, or acknowledged.',
  },
  DOCUMENT_REJECTED: {
    clock: 'A partner has rejected a document, until it takes it or the document is sent again.',
    limitSeconds: 0,
    resolveSeconds: 4 * hour,
    team: 'ops',
    nextAction: 'See what the partner refuses of the document, and cure that here or there.',
  },
  DEAD_LETTER: {
    clock: 'An event, step or message cannot go on, until it is mended, replayed or discarded.',
    limitSeconds: 0,
    resolveSeconds: 4 * hour,
    team: 'ops',
    nextAction: 'Mend what stops it and replay its lane; what can never be taken is discarded.',
  },
  FEED_STALE: {
    clock: 'The last stock message of a contract warehouse, or of a node with a limit of its own, until the next one.',
    limitSeconds: 15 * minute,
    resolveSeconds: 4 * hour,
    team: 'ops',
    nextAction: 'Ask the warehouse for its stock messages; until they come its figures are old.',
  },
  SUPPLY_LATE: {
    clock:
      'The day on which an announced supply was to be available is over, until it comes, is rescheduled or cancelled.',
    limitSeconds: 4 * hour,
    resolveSeconds: day,
    team: 'ops',
    nextAction: 'Ask for a new date and reschedule the supply, or cancel what will not come.',
  },
  TRANSFER_DIFFERENCE: {
    clock: 'Nothing more of a transfer is expected and not all that left came, until it is found or closed as lost.',
    limitSeconds: 0,
    resolveSeconds: 2 * day,
    team: 'ops',
    nextAction: 'Have both nodes count; record what is found as a receipt or shipment, and close what is not as lost.',
  },
  RECONCILIATION_BREAK: {
    clock: 'A difference with a partner is found that does not heal by itself, until both sides say the same.',
    limitSeconds: 0,
    resolveSeconds: day,
    team: 'ops',
    nextAction: 'Find which side is right, and have the other one corrected by an ordinary command.',
  },
  READ_MODEL_LATE: {
    clock: 'An event is recorded, until a read model shows it.',
    limitSeconds: minute,
    resolveSeconds: hour,
    team: 'ops',
    nextAction: 'See why the read model stands still or is slow, and start it again or rebuild it.',
  },
} as const satisfies Readonly<Record<string, CaseRule>>;

export type CaseClass = keyof typeof caseRules;

export const caseClasses = Object.keys(caseRules) as [CaseClass, ...CaseClass[]];

export const caseTeams = ['ops', 'finance'] as const satisfies readonly CaseTeam[];

/** The page that says what a class means, how to look and what to do. */
export const runbookOf = (name: CaseClass): string => `docs/runbooks/${name.toLowerCase().replaceAll('_', '-')}.md`;
