import { type RawBuilder, sql } from 'kysely';
import type { CorrectionFact } from '../../domain/ledger/corrections.ts';
import { flag, instantText, integer, json, orNull, packedRow, packedRows, quoted, text } from '../packed.ts';
import { inParts } from '../parts.ts';
import { given, givenAny } from '../statement.ts';
import type { LedgerSource } from './source.ts';
import type { JournalLineView, JournalState, JournalView } from './views.ts';

/** What is said of a journal wherever one of its lines is shown alone. */
export const journalKeys = {
  journalId: text(sql`j.journal_id`),
  bu: text(sql`j.bu`),
  ledger: text(sql`j.ledger`),
  accountingDate: text(sql`j.accounting_date`),
  originalDate: text(sql`j.original_date`),
  period: text(sql`j.period`),
  templateId: text(sql`j.template_id`),
  ruleSetVersion: integer(sql`j.rule_set_version`),
  accountMapVersion: integer(sql`j.account_map_version`),
  sourceEventId: text(sql`j.source_event_id`),
  sourcePosition: text(sql`j.source_position`),
  documentRef: quoted(sql`j.document_ref`),
  state: text<JournalState>(sql`s.state`),
  reversalOf: orNull(text(sql`j.reversal_of`)),
  latePosting: flag(sql`j.late_posting`),
  batchId: orNull(text(sql`s.batch_id`)),
  erpDocument: orNull(quoted(sql`s.erp_document`)),
  declaredSource: orNull(quoted(sql`j.declared_source`)),
  functionalCurrency: text(sql`j.functional_currency`),
  position: text(sql`s.position`),
  updatedAt: instantText(sql`s.updated_at`),
};

const header = packedRow({
  ...journalKeys,
  rejectionCode: orNull(quoted(sql`s.code`)),
  rejectionDetail: orNull(quoted(sql`s.detail`)),
  problems: json<JournalView['problems']>(sql`s.problems`),
  orderId: orNull(text(sql`j.order_id`)),
  shipmentId: orNull(text(sql`j.shipment_id`)),
  invoiceId: orNull(text(sql`j.invoice_id`)),
  currency: text(sql`j.currency`),
});

export const lineColumns = {
  lineNo: integer(sql`l.line_no`),
  role: text(sql`l.role`),
  account: orNull(text(sql`l.account`)),
  debit: text(sql`l.debit`),
  credit: text(sql`l.credit`),
  currency: text(sql`l.currency`),
  functionalDebit: text(sql`l.functional_debit`),
  functionalCredit: text(sql`l.functional_credit`),
  dimensions: json<JournalLineView['dimensions']>(sql`l.dimensions`),
  orderId: orNull(text(sql`l.order_id`)),
  orderLineId: orNull(text(sql`l.order_line_id`)),
  shipmentId: orNull(text(sql`l.shipment_id`)),
  shipmentLineId: orNull(text(sql`l.shipment_line_id`)),
  invoiceId: orNull(text(sql`l.invoice_id`)),
  invoiceLineId: orNull(text(sql`l.invoice_line_id`)),
};

const lines = packedRows(lineColumns, sql`l.line_no`);

/** Corrections of the journal, and the one that made it: at most one of a kind on either side, so they need no order. */
const corrections = packedRows({
  kind: text<CorrectionFact['kind']>(sql`c.kind`),
  journalId: text(sql`c.journal_id`),
  replacedBy: orNull(text(sql`c.replaced_by`)),
});

/** A journal, its lines and its corrections: texts; and the journal that takes it back. */
export type JournalRow = {
  readonly header: string;
  readonly lines: string | null;
  readonly corrections: string | null;
  readonly reversedBy: string | null;
};

/** What takes `journalId` back, but for what only stands by. */
const reversals = ({ journals, states }: LedgerSource, journalId: RawBuilder<unknown>) =>
  sql`from ${journals} r join ${states} t on t.journal_id = r.journal_id where r.reversal_of = ${journalId} and t.state <> 'SUPERSEDED'`;

const correctionsOf = (source: LedgerSource, journalId: RawBuilder<unknown>) =>
  sql`from ${source.corrections} c where c.journal_id = ${journalId} or c.replaced_by = ${journalId}`;

/** Of the journal `j` and its state `s`. */
export const journalDocument = (source: LedgerSource) => sql`${header.column} as header,
  (select ${lines.column} from ${source.lines} l where l.journal_id = j.journal_id) as lines,
  (select ${corrections.column} ${correctionsOf(source, sql`j.journal_id`)}) as corrections,
  (select min(r.journal_id) ${reversals(source, sql`j.journal_id`)}) as "reversedBy"`;

/** One journal, whose id, the last day that counts, and who may see it are given. */
export const journalParts = (source: LedgerSource) => {
  const id = given('journalId');
  return inParts({
    header: {
      of: header,
      from: sql`from ${source.journals} j join ${source.states} s on s.journal_id = j.journal_id where j.journal_id = ${id}
        and (${given('day')}::date is null or j.accounting_date <= ${given('day')}) and ${givenAny(sql`j.bu`, 'bus')}`,
    },
    lines: { of: lines.each, from: sql`from ${source.lines} l where l.journal_id = ${id} order by l.line_no` },
    reversals: {
      of: packedRow({ journalId: text(sql`r.journal_id`) }),
      from: reversals(source, id),
    },
    corrections: { of: corrections.each, from: correctionsOf(source, id) },
  });
};

type PackedLine = ReturnType<typeof lines.read>[number];

export const lineView = (line: PackedLine): JournalLineView => {
  const { lineNo, role, account, debit, credit, currency, functionalDebit, functionalCredit, dimensions } = line;
  const { orderId, orderLineId, shipmentId, shipmentLineId, invoiceId, invoiceLineId } = line;
  const lineage = { orderId, orderLineId, shipmentId, shipmentLineId, invoiceId, invoiceLineId };
  return { lineNo, role, account, debit, credit, currency, functionalDebit, functionalCredit, dimensions, lineage };
};

type Correction = ReturnType<typeof corrections.read>[number];

type Parts = {
  readonly header: ReturnType<typeof header.read>;
  readonly lines: readonly PackedLine[];
  readonly corrections: readonly Correction[];
  readonly reversedBy: string | null;
};

/** A version that was staged again, and a sealed journal that was posted anew, name each other. */
const linksOf = (journalId: string, all: readonly Correction[]) => {
  const before = (kind: Correction['kind']) =>
    all.find((each) => each.kind === kind && each.replacedBy === journalId)?.journalId ?? null;
  const after = (kind: Correction['kind']) =>
    all.find((each) => each.kind === kind && each.journalId === journalId)?.replacedBy ?? null;
  return {
    supersedes: before('RESTAGE'),
    supersededBy: after('RESTAGE'),
    repostOf: before('REPOST'),
    repostedBy: after('REPOST'),
  };
};

export const journalOf = ({ header, lines, corrections, reversedBy }: Parts): JournalView => {
  const { rejectionCode, rejectionDetail, ...head } = header;
  return {
    ...head,
    rejection: rejectionCode === null ? null : { code: rejectionCode, detail: rejectionDetail ?? '' },
    reversedBy,
    ...linksOf(head.journalId, corrections),
    lines: lines.map(lineView),
  };
};

export const toJournal = (row: JournalRow): JournalView =>
  journalOf({
    header: header.read(row.header),
    lines: lines.read(row.lines),
    corrections: corrections.read(row.corrections),
    reversedBy: row.reversedBy,
  });
