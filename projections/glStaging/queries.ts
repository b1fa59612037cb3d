import { sql } from 'kysely';
import type { SealedJournal } from '../../domain/ledger/events.ts';
import type { PartRow } from '../parts.ts';
import { defineQuery, type Question } from '../question.ts';
import {
  allOf,
  anyOf,
  boundedLimit,
  decodeCursor,
  equals,
  type Page,
  type PageRequest,
  pageOfStatement,
  type ReadHandle,
  type Scope,
  toPage,
} from '../readModel.ts';
import { type JournalRow, journalDocument, journalOf, journalParts, toJournal } from './selects.ts';
import { type LedgerSource, liveLedger } from './source.ts';
import type { BatchView, JournalState, JournalView } from './views.ts';

export type JournalFilter = PageRequest & {
  readonly bu?: string;
  readonly ledger?: string;
  readonly orderId?: string;
  readonly invoiceId?: string;
  readonly period?: string;
  readonly state?: JournalState;
  readonly templateId?: string;
  /** Only journals dated up to this day. */
  readonly validAsOf?: string;
};

const from = ({ journals, states }: LedgerSource) => sql`${journals} j join ${states} s on s.journal_id = j.journal_id`;

/**
 * Statements are planned once, for any value of a parameter, and a few journals in a state are found by other ways than most
 * of them: the literal tells how many there are, and the state's own columns are in its index.
 */
const inState = ({ bu, ledger, period, state }: JournalFilter, source: LedgerSource) => {
  if (state === undefined) return [];
  const inIndex = [equals(sql`s.bu`, bu), equals(sql`s.ledger`, ledger), equals(sql`s.period`, period)];
  return [sql`s.state = ${sql.lit(state)}`, ...(source === liveLedger ? inIndex : [])];
};

const validBy = (day: string | undefined) => (day === undefined ? undefined : sql`j.accounting_date <= ${day}`);

const liveParts = journalParts(liveLedger);

export const journalById = defineQuery(
  (
    journalId: string,
    scope?: Scope,
    source: LedgerSource = liveLedger,
    validAsOf?: string,
  ): Question<PartRow, JournalView | undefined> => {
    const { statement, read } = source === liveLedger ? liveParts : journalParts(source);
    return {
      statement,
      values: { journalId, day: validAsOf ?? null, bus: scope?.bus ?? null },
      form: 'parts',
      answer: (rows) => {
        const { header, lines, corrections, reversals } = read(rows);
        const [reversedBy = null] = reversals.map(({ journalId }) => journalId).sort();
        return header[0] && journalOf({ header: header[0], lines, corrections, reversedBy });
      },
    };
  },
);

/** In log order: the order in which things happened. */
export const listJournals = defineQuery(
  (
    filter: JournalFilter,
    scope?: Scope,
    source: LedgerSource = liveLedger,
  ): Question<JournalRow, Page<JournalView>> => {
    const limit = boundedLimit(filter.limit);
    const after = filter.cursor == null ? undefined : decodeCursor(filter.cursor, 2);
    const statement = sql<JournalRow>`select ${journalDocument(source)} from ${from(source)} where ${allOf([
      equals(sql`j.bu`, filter.bu),
      equals(sql`j.ledger`, filter.ledger),
      equals(sql`j.order_id`, filter.orderId),
      equals(sql`j.invoice_id`, filter.invoiceId),
      equals(sql`j.period`, filter.period),
      equals(sql`j.template_id`, filter.templateId),
      ...inState(filter, source),
      validBy(filter.validAsOf),
      after === undefined ? undefined : sql`(j.source_position, j.journal_id) > (${after[0]}, ${after[1]})`,
      anyOf(sql`j.bu`, scope?.bus),
    ])} order by j.source_position, j.journal_id`;
    return {
      statement: pageOfStatement(statement, limit),
      answer: (rows) =>
        toPage(
          rows.map(toJournal),
          limit,
          (journal) => [journal.sourcePosition, journal.journalId],
          (journal) => journal,
        ),
    };
  },
);

export type SealableJournals = {
  /** The next batch number of this business unit, ledger and period: 1, 2, 3 … */
  readonly sequence: number;
  /** How far the staging ledger had read the log. */
  readonly throughPosition: string | null;
  readonly journals: readonly SealedJournal[];
};

const sealableMax = 5_000;

/** A reversal is worth sealing only when the ERP has what it reverses; a journal that reverses nothing always is. */
const originalPosted = sql`not exists (select from rm.gl_journal j where j.journal_id = s.journal_id and j.reversal_of is not null
  and not exists (select from rm.gl_journal_state o where o.journal_id = j.reversal_of and o.state = 'ACKNOWLEDGED'))`;

/** READY journals and those that the ERP refused before, oldest first, and the number their batch would get, from one snapshot. */
export const sealableJournals = async (
  db: ReadHandle,
  request: { readonly bu: string; readonly ledger: string; readonly period: string; readonly limit?: number },
): Promise<SealableJournals> => {
  const { bu, ledger, period } = request;
  const limit = Math.min(sealableMax, Math.max(1, request.limit ?? sealableMax));
  const { rows } = await sql<SealableJournals>`select
      coalesce((select max(sequence) from rm.gl_batch where bu = ${bu} and ledger = ${ledger} and period = ${period}), 0) + 1 as sequence,
      (select position from rm.projection where name = 'gl_staging' and live) as "throughPosition",
      (select coalesce(json_agg(json_build_object('journalId', j.journal_id, 'accountingDate', j.accounting_date, 'templateId', j.template_id,
          'documentRef', j.document_ref, 'orderId', j.order_id, 'invoiceId', j.invoice_id, 'currency', j.currency,
          'lines', (select json_agg(json_build_object('lineNo', l.line_no, 'account', l.account, 'debit', l.debit::text, 'credit', l.credit::text)
                                    order by l.line_no) from rm.gl_line l where l.journal_id = j.journal_id))
          order by ready.source_position, ready.journal_id), '[]'::json)
       from (select journal_id, source_position from rm.gl_journal_state s where bu = ${bu} and ledger = ${ledger} and period = ${period}
             and (state = 'READY' or state = 'REJECTED') and ${originalPosted} order by state, source_position, journal_id limit ${limit}) ready
       join rm.gl_journal j on j.journal_id = ready.journal_id) as journals`.execute(db);
  return rows[0] ?? { sequence: 1, throughPosition: null, journals: [] };
};

/** Sealed up to a day, which is UTC's. */
const sealedBy = (day: string | undefined) =>
  day === undefined ? undefined : sql`(b.sealed_at at time zone 'UTC')::date <= ${day}::date`;

/** Batch ids are unique within a business unit; without `bu` it is one of `units`, the first by name. */
export const batchById = defineQuery(
  (
    batchId: string,
    bu?: string,
    scope?: Scope,
    source: LedgerSource = liveLedger,
    validAsOf?: string,
  ): Question<BatchView, BatchView | undefined> => {
    const statement = sql<BatchView>`select b.batch_id as "batchId", b.bu, b.ledger, b.period, b.sequence, b.state,
      b.journal_count as "journalCount", b.acknowledged_count as "acknowledgedCount", b.rejected_count as "rejectedCount",
      b.control_totals as "controlTotals", b.content_sha256 as sha256, b.merkle_root as "merkleRoot", b.file_sha256 as "fileSha256",
      b.erp_system as "erpSystem", b.through_position as "throughPosition", b.sealed_at as "sealedAt", b.revision,
      (select coalesce(json_agg(json_build_object('journalId', s.journal_id, 'state', s.state, 'erpDocument', s.erp_document, 'code', s.code,
          'detail', s.detail) order by s.source_position, s.journal_id), '[]'::json)
       from ${source.states} s where s.batch_node = 'gl-batch:' || b.batch_id and s.bu = b.bu)::jsonb || b.resealed as journals,
      b.position, b.updated_at as "updatedAt", count(*) over ()::int as units
    from ${source.batches} b where ${allOf([
      sql`b.batch_id = ${batchId}`,
      equals(sql`b.bu`, bu),
      sealedBy(validAsOf),
      anyOf(sql`b.bu`, scope?.bus),
    ])}
    order by b.bu limit 1`;
    return { statement, form: 'single', answer: (rows) => rows[0] };
  },
);

/** These journals, as many as there are, in the order in which they are named. */
export const journalsByIds = defineQuery(
  (ids: readonly string[], scope?: Scope): Question<JournalRow, readonly JournalView[]> => ({
    statement: sql`select ${journalDocument(liveLedger)} from unnest(${[...ids]}::text[]) with ordinality as named(id, place)
      join ${from(liveLedger)} on j.journal_id = named.id where ${anyOf(sql`j.bu`, scope?.bus) ?? sql`true`} order by named.place`,
    answer: (rows) => rows.map(toJournal),
  }),
);

type DrawnIds = { readonly ids: readonly string[]; readonly population: number };

/**
 * The journals of a period whose SHA-256 of `seed:journalId` is smallest, and of how many: in whatever order they are listed,
 * whoever has the seed and the ids chooses the same ones. The period is read twice and kept nowhere.
 */
export const journalsDrawn = defineQuery(
  (
    { bu, ledger, period }: { readonly bu: string; readonly ledger: string; readonly period: string },
    seed: string,
    count: number,
    scope?: Scope,
  ): Question<DrawnIds, DrawnIds> => {
    const journals = sql`from rm.gl_journal j
      where ${allOf([sql`j.bu = ${bu} and j.ledger = ${ledger} and j.period = ${period}`, anyOf(sql`j.bu`, scope?.bus)])}`;
    return {
      statement: sql`select (select count(*)::int ${journals}) as population,
        (select coalesce(json_agg(d.journal_id order by d.draw_rank), '[]'::json) from (
          select j.journal_id, sha256(convert_to(${seed}::text || ':' || j.journal_id, 'UTF8')) as draw_rank ${journals}
          order by draw_rank limit ${count}) d) as ids`,
      form: 'single',
      answer: ([row]) => row ?? { ids: [], population: 0 },
    };
  },
);
