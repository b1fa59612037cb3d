import { type RawBuilder, sql } from 'kysely';
import { packedRow } from '../packed.ts';
import { defineQuery, type Question } from '../question.ts';
import {
  allOf,
  anyOf,
  boundedLimit,
  CursorInvalid,
  decodeCursor,
  equals,
  type Page,
  type PageRequest,
  pageOfStatement,
  type Scope,
  toPage,
} from '../readModel.ts';
import { journalKeys, lineColumns, lineView } from './selects.ts';
import { type LedgerSource, liveLedger } from './source.ts';
import type { GlLineView } from './views.ts';

/** Documents whose lines an index finds. */
export const lineDocuments = ['journalId', 'orderId', 'shipmentId', 'invoiceId', 'batchId', 'erpDocument'] as const;

/** Books whose lines an index finds, when all three are named. */
export const lineBooks = ['bu', 'ledger', 'period'] as const;

/** What narrows the lines of a document or of books. An account of books has an index; of the others all lines of these are looked at. */
export const lineNarrowings = ['state', 'account', 'role', 'item', 'customer'] as const;

type Named = (typeof lineDocuments | typeof lineBooks | typeof lineNarrowings)[number];

export type GlLineFilter = PageRequest &
  Readonly<Partial<Record<Named, string>>> & {
    /** Of `orderId`. */
    readonly orderLineId?: string;
    /** Only lines of journals that are dated up to this day. */
    readonly validAsOf?: string;
  };

const line = packedRow({ ...journalKeys, ...lineColumns });

type PackedRow = { readonly packed: string };

const toLine = ({ packed }: PackedRow): GlLineView => {
  const read = line.read(packed);
  const { journalId, bu, ledger, accountingDate, originalDate, period, templateId, ruleSetVersion } = read;
  const { accountMapVersion, sourceEventId, sourcePosition, documentRef, state, reversalOf, latePosting } = read;
  const { batchId, erpDocument, declaredSource, functionalCurrency, position, updatedAt } = read;
  return {
    ...{ journalId, bu, ledger, accountingDate, originalDate, period, templateId, ruleSetVersion },
    ...{ accountMapVersion, sourceEventId, sourcePosition, documentRef, state, reversalOf, latePosting },
    ...{ batchId, erpDocument, declaredSource, functionalCurrency, position, updatedAt },
    ...lineView(read),
  };
};

type Condition = RawBuilder<unknown> | undefined;

const among = (journals: RawBuilder<unknown>): RawBuilder<unknown> => sql`j.journal_id in (${journals})`;

/** What was known earlier is found among the journals that came into the batch at any time: a refused one may have left it since. */
const inBatch = (batchId: string | undefined, source: LedgerSource): readonly Condition[] => {
  if (batchId === undefined) return [];
  const here = sql`s.batch_node = 'gl-batch:' || ${batchId}::text`;
  if (source === liveLedger) return [here];
  return [
    here,
    among(sql`select n.journal_id from rm.gl_journal_state n where n.batch_node = 'gl-batch:' || ${batchId}::text
      union select r ->> 'journalId' from rm.gl_batch b, jsonb_array_elements(b.resealed) r where b.batch_id = ${batchId}`),
  ];
};

/** A journal that has a number in the ERP keeps it. */
const inErp = (erpDocument: string | undefined, source: LedgerSource): readonly Condition[] => {
  if (erpDocument === undefined) return [];
  const here = sql`s.erp_node = 'erp-doc:' || ${erpDocument}::text`;
  if (source === liveLedger) return [here];
  return [
    here,
    among(sql`select n.journal_id from rm.gl_journal_state n where n.erp_node = 'erp-doc:' || ${erpDocument}::text`),
  ];
};

/** Lines of goods that left with a shipment, also where its invoice posts them: they are among the lines of its order. */
const ofShipment = (shipmentId: string | undefined): readonly Condition[] =>
  shipmentId === undefined
    ? []
    : [
        sql`j.order_id = (select h.order_id from rm.shipment h where h.shipment_id = ${shipmentId})`,
        sql`l.shipment_id = ${shipmentId}`,
      ];

const ofOrderLine = ({ orderId, orderLineId }: GlLineFilter): readonly Condition[] =>
  orderLineId === undefined ? [] : [equals(sql`l.order_id`, orderId), sql`l.order_line_id = ${orderLineId}`];

/** Books are those of the journal; said of the line as well they lead to the index of its account, which is in the order of pages. */
const ofAccount = ({ account, bu, ledger, period }: GlLineFilter): readonly Condition[] =>
  account === undefined
    ? []
    : [
        sql`l.account = ${account}`,
        equals(sql`l.bu`, bu),
        equals(sql`l.ledger`, ledger),
        equals(sql`l.period`, period),
      ];

const lineNoMax = 9;

/** Where a line is in the log: a journal and its lines are written with the event that they are of. An account's are found by their own. */
const placeOf = ({ account }: GlLineFilter): RawBuilder<unknown> =>
  account === undefined ? sql`j.source_position, j.journal_id, l.line_no` : sql`l.position, l.journal_id, l.line_no`;

const behind = (filter: GlLineFilter): Condition => {
  if (filter.cursor == null) return undefined;
  const [position, journalId, lineNo = ''] = decodeCursor(filter.cursor, 3);
  if (!/^\d+$/.test(lineNo) || lineNo.length > lineNoMax) throw new CursorInvalid('the cursor is not one of ours');
  const isBehind = sql`(${placeOf(filter)}) > (${position}, ${journalId}, ${lineNo}::integer)`;
  if (filter.account !== undefined) return isBehind;
  // The first part is said by itself as well: an index can begin there, which it cannot at a row of two tables.
  return sql`j.source_position >= ${position} and ${isBehind}`;
};

/** Lines in log order, and within a journal by their number. Throws `CursorInvalid`. */
export const listGlLines = defineQuery(
  (filter: GlLineFilter, scope?: Scope, source: LedgerSource = liveLedger): Question<PackedRow, Page<GlLineView>> => {
    const limit = boundedLimit(filter.limit);
    const { journals, lines, states } = source;
    const statement = sql<PackedRow>`select ${line.column} as packed
      from ${journals} j join ${lines} l on l.journal_id = j.journal_id join ${states} s on s.journal_id = j.journal_id
      where ${allOf([
        equals(sql`j.bu`, filter.bu),
        equals(sql`j.ledger`, filter.ledger),
        equals(sql`j.period`, filter.period),
        equals(sql`j.journal_id`, filter.journalId),
        equals(sql`j.order_id`, filter.orderId),
        equals(sql`j.invoice_id`, filter.invoiceId),
        equals(sql`s.state`, filter.state),
        equals(sql`l.role`, filter.role),
        equals(sql`l.dimensions ->> 'item'`, filter.item),
        equals(sql`l.dimensions ->> 'customer'`, filter.customer),
        ...ofOrderLine(filter),
        ...ofShipment(filter.shipmentId),
        ...inBatch(filter.batchId, source),
        ...inErp(filter.erpDocument, source),
        ...ofAccount(filter),
        filter.validAsOf === undefined ? undefined : sql`j.accounting_date <= ${filter.validAsOf}`,
        behind(filter),
        anyOf(sql`j.bu`, scope?.bus),
      ])} order by ${placeOf(filter)}`;
    return {
      statement: pageOfStatement(statement, limit),
      answer: (rows) =>
        toPage(
          rows.map(toLine),
          limit,
          ({ sourcePosition, journalId, lineNo }) => [sourcePosition, journalId, String(lineNo)],
          (each) => each,
        ),
    };
  },
);
