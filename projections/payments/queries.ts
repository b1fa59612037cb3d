import { type RawBuilder, sql } from 'kysely';
import { isDay } from '../../domain/calendar.ts';
import { defineQuery, type Question } from '../question.ts';
import {
  allOf,
  boundedLimit,
  CursorInvalid,
  decodeCursor,
  equals,
  inScope,
  type Page,
  type PageRequest,
  pageOfRows,
  type Scope,
} from '../readModel.ts';

export type PaymentView = {
  readonly paymentId: string;
  readonly bu: string;
  readonly invoiceId: string;
  readonly invoiceNumber: string;
  readonly orderId: string;
  readonly soldTo: string;
  readonly currency: string;
  /** Minor units; below zero: so much came back. */
  readonly amount: string;
  readonly reference: string;
  readonly paidAt: string;
  /** Where the business unit is. */
  readonly paidOn: string;
  readonly recordedBy: string;
  readonly position: string;
  readonly updatedAt: string;
};

export type PaymentFilter = PageRequest & {
  readonly bu?: string;
  readonly soldTo?: string;
  readonly invoiceId?: string;
  readonly reference?: string;
  /** Days on which it was paid, both included. */
  readonly from?: string;
  readonly to?: string;
};

/** What of the payments counts: those recorded by a position of the log, those paid by a day. Absent: all. */
export type PaymentsBy = { readonly position?: string | undefined; readonly day?: string | undefined };

const columns = sql`p.payment_id as "paymentId", p.bu, p.invoice_id as "invoiceId", p.invoice_number as "invoiceNumber", p.order_id as "orderId",
  p.sold_to as "soldTo", p.currency, p.amount::text as amount, p.reference, p.paid_at as "paidAt", p.paid_on as "paidOn",
  p.recorded_by as "recordedBy", p.position, p.updated_at as "updatedAt"`;

const upTo = (expression: RawBuilder<unknown>, end: string | undefined) =>
  end === undefined ? undefined : sql`${expression} <= ${end}`;

const counted = ({ position, day }: PaymentsBy, scope: Scope | undefined) => [
  upTo(sql`p.position`, position),
  upTo(sql`p.paid_on`, day),
  ...inScope(scope, sql`p.bu`, sql`p.sold_to`),
];

export const paymentById = defineQuery(
  (paymentId: string, scope?: Scope, by: PaymentsBy = {}): Question<PaymentView, PaymentView | undefined> => ({
    statement: sql`select ${columns} from rm.payment p where ${allOf([sql`p.payment_id = ${paymentId}`, ...counted(by, scope)])}`,
    form: 'single',
    answer: ([row]) => row,
  }),
);

/** The day and the position behind which a page goes on; a day that is none would be the database's to refuse. */
const before = (cursor: string | null | undefined): RawBuilder<unknown> | undefined => {
  if (cursor == null) return undefined;
  const [day = '', position] = decodeCursor(cursor, 2);
  if (!isDay(day)) throw new CursorInvalid('the cursor is not one of ours');
  return sql`(p.paid_on, p.position) < (${day}::date, ${position})`;
};

/** What was paid last comes first. Throws `CursorInvalid`. */
export const listPayments = defineQuery(
  (filter: PaymentFilter, scope?: Scope, by: PaymentsBy = {}): Question<PaymentView, Page<PaymentView>> => {
    const limit = boundedLimit(filter.limit);
    const statement = sql<PaymentView>`select ${columns} from rm.payment p where ${allOf([
      equals(sql`p.bu`, filter.bu),
      equals(sql`p.sold_to`, filter.soldTo),
      equals(sql`p.invoice_id`, filter.invoiceId),
      equals(sql`p.reference`, filter.reference),
      filter.from === undefined ? undefined : sql`p.paid_on >= ${filter.from}`,
      upTo(sql`p.paid_on`, filter.to),
      before(filter.cursor),
      ...counted(by, scope),
    ])} order by p.paid_on desc, p.position desc limit ${limit + 1}`;
    return { statement, answer: (rows) => pageOfRows(rows, limit, ({ paidOn, position }) => [paidOn, position]) };
  },
);
