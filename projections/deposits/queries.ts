import { sql } from 'kysely';
import { defineQuery, type Question } from '../question.ts';
import { allOf, equals, inScope, newestFirst, type Page, type PageRequest, type Scope } from '../readModel.ts';
import type { DepositRow } from './rows.ts';

/** HELD while something of it is neither applied nor refunded. */
export type DepositStatus = 'HELD' | 'CLEARED';

export type DepositView = {
  readonly depositId: string;
  readonly bu: string;
  readonly orderId: string;
  readonly soldTo: string;
  readonly currency: string;
  readonly reference: string;
  readonly state: DepositStatus;
  readonly amount: string;
  readonly applied: string;
  readonly refunded: string;
  /** amount − applied − refunded. */
  readonly open: string;
  readonly receivedAt: string;
  readonly receivedBy: string;
  readonly applications: DepositRow['applications'];
  readonly refunds: DepositRow['refunds'];
  readonly revision: number;
  readonly position: string;
  readonly updatedAt: string;
};

export type DepositFilter = PageRequest & {
  readonly bu?: string;
  readonly orderId?: string;
  readonly soldTo?: string;
  readonly state?: DepositStatus;
  readonly reference?: string;
};

type Row = DepositView & { readonly created: string };

const open = sql`d.amount - d.applied - d.refunded`;
const state = sql`case when ${open} > 0 then 'HELD' else 'CLEARED' end`;

const document = sql`d.deposit_id as "depositId", d.bu, d.order_id as "orderId", d.sold_to as "soldTo", d.currency, d.reference,
  ${state} as state, d.amount::text as amount, d.applied::text as applied, d.refunded::text as refunded, (${open})::text as open,
  d.received_at as "receivedAt", d.received_by as "receivedBy", d.applications, d.refunds, d.revision, d.position,
  d.updated_at as "updatedAt", d.created_position as created`;

const toView = ({ created: _, ...view }: Row): DepositView => view;

const visible = (scope: Scope | undefined) => inScope(scope, sql`d.bu`, sql`d.sold_to`);

export const depositById = defineQuery((depositId: string, scope?: Scope): Question<Row, DepositView | undefined> => {
  const statement = sql<Row>`select ${document} from rm.deposit d
    where ${allOf([sql`d.deposit_id = ${depositId}`, ...visible(scope)])}`;
  return { statement, form: 'single', answer: ([row]) => (row === undefined ? undefined : toView(row)) };
});

/** Newest first. Throws `CursorInvalid`. */
export const listDeposits = defineQuery((filter: DepositFilter, scope?: Scope): Question<Row, Page<DepositView>> => {
  const { before, tail, page } = newestFirst(filter, sql`d.created_position`);
  const statement = sql<Row>`select ${document} from rm.deposit d where ${allOf([
    equals(sql`d.bu`, filter.bu),
    equals(sql`d.order_id`, filter.orderId),
    equals(sql`d.sold_to`, filter.soldTo),
    equals(sql`d.reference`, filter.reference),
    filter.state === undefined ? undefined : sql`(${open} > 0) = ${filter.state === 'HELD'}`,
    before,
    ...visible(scope),
  ])} ${tail}`;
  return { statement, answer: (rows) => page(rows, ({ created }) => created, toView) };
});
