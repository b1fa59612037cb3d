import { sql } from 'kysely';
import { flag, instantText, integer, json, orNull, packedRow, packedRows, quoted, text } from '../packed.ts';
import { inParts } from '../parts.ts';
import { given, givenAny } from '../statement.ts';
import type { LedgerSource } from './source.ts';
import type { JournalLineView, JournalState, JournalView } from './views.ts';

const header = packedRow({
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
  rejectionCode: orNull(quoted(sql`s.code`)),
  rejectionDetail: orNull(quoted(sql`s.detail`)),
  problems: json<JournalView['problems']>(sql`s.problems`),
  declaredSource: orNull(quoted(sql`j.declared_source`)),
  functionalCurrency: text(sql`j.functional_currency`),
  orderId: orNull(text(sql`j.order_id`)),
  shipmentId: orNull(text(sql`j.shipment_id`)),
  invoiceId: orNull(text(sql`j.invoice_id`)),
  currency: text(sql`j.currency`),
  position: text(sql`s.position`),
  updatedAt: instantText(sql`s.updated_at`),
});

const lines = packedRows(
  {
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
  },
  sql`l.line_no`,
);

/** A journal and its lines: two texts, and the journal that takes it back. */
export type JournalRow = { readonly header: string; readonly lines: string | null; readonly reversedBy: string | null };

/** Of the journal `j` and its state `s`. */
export const journalDocument = (source: LedgerSource) => sql`${header.column} as header,
  (select ${lines.column} from ${source.lines} l where l.journal_id = j.journal_id) as lines,
  (select min(r.journal_id) from ${source.journals} r where r.reversal_of = j.journal_id) as "reversedBy"`;

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
      from: sql`from ${source.journals} r where r.reversal_of = ${id}`,
    },
  });
};

type PackedLine = ReturnType<typeof lines.read>[number];

const lineView = (line: PackedLine): JournalLineView => {
  const { lineNo, role, account, debit, credit, currency, functionalDebit, functionalCredit, dimensions } = line;
  const { orderId, orderLineId, shipmentId, shipmentLineId, invoiceId, invoiceLineId } = line;
  const lineage = { orderId, orderLineId, shipmentId, shipmentLineId, invoiceId, invoiceLineId };
  return { lineNo, role, account, debit, credit, currency, functionalDebit, functionalCredit, dimensions, lineage };
};

type Parts = {
  readonly header: ReturnType<typeof header.read>;
  readonly lines: readonly PackedLine[];
  readonly reversedBy: string | null;
};

export const journalOf = ({ header, lines, reversedBy }: Parts): JournalView => {
  const { rejectionCode, rejectionDetail, ...head } = header;
  return {
    ...head,
    rejection: rejectionCode === null ? null : { code: rejectionCode, detail: rejectionDetail ?? '' },
    reversedBy,
    lines: lines.map(lineView),
  };
};

export const toJournal = (row: JournalRow): JournalView =>
  journalOf({ header: header.read(row.header), lines: lines.read(row.lines), reversedBy: row.reversedBy });
