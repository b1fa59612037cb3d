import type { RecordedDomainEvent } from '../events.ts';
import type { BusinessUnitDefined } from '../masterData/events.ts';
import type { Facts } from './accounts.ts';
import type { CorrectedEntry, CorrectionData } from './correctionEvents.ts';
import { isCorrection } from './corrections.ts';
import type { Lineage } from './journal.ts';
import type { PostingContext } from './posting.ts';
import { postingsOf } from './postings.ts';
import type { JournalTemplate, Role } from './roles.ts';
import type { Entry } from './template.ts';

/** A journal as the staging ledger shows it. */
export type StagedJournal = Pick<
  CorrectionData,
  | 'bu'
  | 'ledger'
  | 'journalId'
  | 'documentRef'
  | 'declaredSource'
  | 'orderId'
  | 'shipmentId'
  | 'invoiceId'
  | 'currency'
  | 'originalDate'
  | 'reversalOf'
> & {
  readonly templateId: string;
  readonly lines: readonly {
    readonly role: string;
    readonly account: string | null;
    readonly debit: string;
    readonly credit: string;
    readonly dimensions: Facts;
    readonly lineage: Lineage;
  }[];
};

type Posting = {
  readonly businessUnit: BusinessUnitDefined['data'];
  readonly journalIdFor: PostingContext['journalIdFor'];
};

/** What the journal's event posted, before accounts; nothing where today's templates make no such journal of it. */
const entriesBehind = (
  { journalId, ledger }: StagedJournal,
  source: RecordedDomainEvent,
  { businessUnit, journalIdFor }: Posting,
): readonly Entry[] => {
  const possible = postingsOf(source, businessUnit).flatMap((posting) => [posting, posting.otherwise ?? []].flat());
  const found = possible.find(({ templateId, part }) => {
    const template = part === undefined ? templateId : (`${templateId}/${part}` as const);
    return journalIdFor(source.eventId, template, ledger) === journalId;
  });
  return found?.entries.filter(({ amount }) => amount !== 0n) ?? [];
};

/**
 * What a correction says of its journal: the amounts that were staged, which for a sealed journal are those that the ERP
 * has, and beside each what account determination knows of it, which lines do not show whole.
 */
export const correctionOf = (
  journal: StagedJournal,
  source: RecordedDomainEvent,
  posting: Posting,
  reason: string,
): CorrectionData => {
  const behind = entriesBehind(journal, source, posting);
  const entries = journal.lines.map(({ role, account, debit, credit, dimensions, lineage }, index): CorrectedEntry => {
    const facts = behind[index]?.role === role ? behind[index].facts : dimensions;
    const amounts =
      debit === '0' ? ({ side: 'CREDIT', amount: credit } as const) : ({ side: 'DEBIT', amount: debit } as const);
    return { role: role as Role, ...amounts, account, facts, lineage };
  });
  const { bu, ledger, journalId, documentRef, declaredSource, orderId, shipmentId, invoiceId } = journal;
  const { currency, originalDate, reversalOf } = journal;
  return {
    ...{ bu, ledger, journalId },
    source: isCorrection(source) ? source.data.source : { eventId: source.eventId, position: source.position },
    templateId: journal.templateId as JournalTemplate,
    ...{ documentRef, declaredSource, orderId, shipmentId, invoiceId, currency, originalDate, reversalOf },
    entries,
    reason,
  };
};
