import { sql } from 'kysely';
import type { TransferStatus } from '../../domain/transfer/state.ts';
import { defineQuery, type Question } from '../question.ts';
import { allOf, anyOf, equals, newestFirst, type Page, type PageRequest, type Scope } from '../readModel.ts';
import type { TransferRow } from './rows.ts';

export type TransferView = {
  readonly transferId: string;
  readonly bu: string;
  readonly reference: string;
  readonly from: string;
  readonly to: string;
  readonly expectedOn: string;
  readonly orderedBy: string;
  readonly orderedAt: string;
  readonly state: TransferStatus;
  readonly lines: TransferRow['lines'];
  readonly shipments: TransferRow['shipments'];
  readonly receipts: TransferRow['receipts'];
  readonly closedAt: string | null;
  readonly closedBy: string | null;
  readonly closingReason: string | null;
  readonly revision: number;
  readonly position: string;
  readonly updatedAt: string;
};

export type TransferFilter = PageRequest & {
  readonly bu?: string;
  readonly from?: string;
  readonly to?: string;
  readonly state?: TransferStatus;
  readonly reference?: string;
  /** From or to one of these. */
  readonly nodes?: readonly string[];
};

type Row = TransferView & { readonly created: string };

const document = sql`t.transfer_id as "transferId", t.bu, t.reference, t.from_node as "from", t.to_node as "to", t.expected_on as "expectedOn",
  t.ordered_by as "orderedBy", t.ordered_at as "orderedAt", t.state, t.lines, t.shipments, t.receipts, t.closed_at as "closedAt",
  t.closed_by as "closedBy", t.closing_reason as "closingReason", t.revision, t.position, t.updated_at as "updatedAt", t.created_position as created`;

const toView = ({ created: _, ...view }: Row): TransferView => view;

/** No customer has anything to do with them. */
const visible = (scope: Scope | undefined) => [
  anyOf(sql`t.bu`, scope?.bus),
  scope?.soldTo === undefined ? undefined : sql`false`,
];

export const transferById = defineQuery(
  (transferId: string, scope?: Scope): Question<Row, TransferView | undefined> => {
    const statement = sql<Row>`select ${document} from rm.transfer t
      where ${allOf([sql`t.transfer_id = ${transferId}`, ...visible(scope)])}`;
    return { statement, form: 'single', answer: ([row]) => (row === undefined ? undefined : toView(row)) };
  },
);

/** Newest first. Throws `CursorInvalid`. */
export const listTransfers = defineQuery((filter: TransferFilter, scope?: Scope): Question<Row, Page<TransferView>> => {
  const { before, tail, page } = newestFirst(filter, sql`t.created_position`);
  const { nodes } = filter;
  const statement = sql<Row>`select ${document} from rm.transfer t where ${allOf([
    equals(sql`t.bu`, filter.bu),
    equals(sql`t.from_node`, filter.from),
    equals(sql`t.to_node`, filter.to),
    equals(sql`t.state`, filter.state),
    equals(sql`t.reference`, filter.reference),
    nodes === undefined
      ? undefined
      : sql`(t.from_node = any(${[...nodes]}::text[]) or t.to_node = any(${[...nodes]}::text[]))`,
    before,
    ...visible(scope),
  ])} ${tail}`;
  return { statement, answer: (rows) => page(rows, ({ created }) => created, toView) };
});
