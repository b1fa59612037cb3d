import { periodOf } from '../../domain/calendar.ts';
import type { RecordedDomainEvent } from '../../domain/events.ts';
import { type CorrectionsOf, isCorrection } from '../../domain/ledger/corrections.ts';
import { booksOf } from '../../domain/ledger/intercompany.ts';
import type { JournalDraft, JournalLine } from '../../domain/ledger/journal.ts';
import { type PostingContext, postingFor } from '../../domain/ledger/posting.ts';
import { correctedSources } from '../../domain/ledger/postings.ts';
import { factsMadeBy } from '../../domain/ledger/resolved.ts';
import { reflecting, type Sets } from '../projection.ts';
import { contextOf } from './context.ts';
import type { GlRows, JournalRow, LineRow } from './rows.ts';

type GlSets = Sets<GlRows>;

const journalRow = (event: RecordedDomainEvent, draft: JournalDraft): JournalRow => ({
  journal_id: draft.journalId,
  ledger: draft.ledger,
  accounting_date: draft.accountingDate,
  original_date: draft.originalDate,
  period: draft.period,
  original_period: periodOf(draft.originalDate),
  template_id: draft.templateId,
  rule_set_version: draft.ruleSetVersion,
  account_map_version: draft.accountMapVersion,
  source_event_id: draft.sourceEventId,
  source_type: event.type,
  source_position: draft.sourcePosition,
  document_ref: draft.documentRef,
  late_posting: draft.latePosting,
  reversal_of: draft.reversalOf,
  declared_source: draft.declaredSource,
  currency: draft.currency,
  functional_currency: draft.functionalCurrency,
  fx: draft.fx,
  order_id: draft.orderId,
  shipment_id: draft.shipmentId,
  invoice_id: draft.invoiceId,
  line_count: draft.lines.length,
  bu: draft.bu,
  ...reflecting(event),
});

const lineRow = (event: RecordedDomainEvent, draft: JournalDraft, line: JournalLine): LineRow => ({
  journal_id: draft.journalId,
  line_no: line.lineNo,
  line_count: draft.lines.length,
  ledger: draft.ledger,
  period: draft.period,
  role: line.role,
  account: line.account,
  debit: line.debit,
  credit: line.credit,
  functional_debit: line.functionalDebit,
  functional_credit: line.functionalCredit,
  currency: draft.currency,
  dimensions: Object.fromEntries(
    Object.entries(line.dimensions).filter((entry): entry is [string, string] => entry[1] !== null),
  ),
  order_id: line.lineage.orderId,
  order_line_id: line.lineage.orderLineId,
  shipment_id: line.lineage.shipmentId,
  shipment_line_id: line.lineage.shipmentLineId,
  invoice_id: line.lineage.invoiceId,
  invoice_line_id: line.lineage.invoiceLineId,
  // A line that belongs to no document leads to its movement of stock, by whatever it was corrected since.
  source_event_id: isCorrection(event) && draft.orderId === null ? event.data.source.eventId : draft.sourceEventId,
  bu: draft.bu,
  ...reflecting(event),
});

const put = (event: RecordedDomainEvent, draft: JournalDraft, rows: GlSets): void => {
  rows.journals.put(journalRow(event, draft));
  for (const line of draft.lines) rows.lines.put(lineRow(event, draft, line));
  rows.states.put({
    journal_id: draft.journalId,
    ledger: draft.ledger,
    period: draft.period,
    state: draft.state,
    batch_id: null,
    erp_document: null,
    code: null,
    detail: null,
    problems: draft.problems,
    source_position: draft.sourcePosition,
    bu: draft.bu,
    ...reflecting(event),
  });
  const reference = draft.problems[0]?.code ?? null;
  rows.changes.put({
    journal_id: draft.journalId,
    position: event.position,
    step: 0,
    state: draft.state,
    batch_id: null,
    erp_document: null,
    code: null,
    detail: null,
    problems: draft.problems,
    reference,
    bu: draft.bu,
    updated_at: event.recordedAt,
  });
};

const contextFor = (event: RecordedDomainEvent, bu: string, rows: GlSets): PostingContext => {
  const context = contextOf(bu, rows);
  if (correctedSources(event).length === 0) return context;
  const corrections: CorrectionsOf = (sourceEventId) =>
    rows.corrections.inGroup(sourceEventId).map(({ kind, journal_id, replaced_by, position }) => ({
      kind,
      journalId: journal_id,
      replacedBy: replaced_by,
      position,
    }));
  return { ...context, corrections };
};

/** In all books that the event is about, in one transaction: of an intercompany sale both sides are staged, or neither is. */
export const stage = (event: RecordedDomainEvent, rows: GlSets): void => {
  for (const bu of booksOf(event)) stageIn(event, bu, rows);
};

/** Stages the journals of one event: a pure function of the event and of what is in force and known at its position. */
const stageIn = (event: RecordedDomainEvent, bu: string, rows: GlSets): void => {
  const context = contextFor(event, bu, rows);
  const drafts = postingFor(event, context);
  for (const draft of drafts) put(event, draft, rows);
  if (context.corrections === undefined) return;
  for (const { kind, journalId, replacedBy, sourceEventId } of factsMadeBy(event, drafts, context)) {
    rows.corrections.put({
      journal_id: journalId,
      kind,
      source_event_id: sourceEventId,
      replaced_by: replacedBy,
      event_id: event.eventId,
      bu,
      ...reflecting(event),
    });
  }
};
