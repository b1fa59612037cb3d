import { sql } from 'kysely';
import { defineQuery, type Question } from '../question.ts';
import { allOf, anyOf, type Scope } from '../readModel.ts';

/** Minor units of `currency`. openAr = the ERP's last figure + own invoices that it does not count yet; exposure = openAr + openOrders − deposits; headroom = limit − exposure and may be negative after an override. */
export type CreditAccountView = {
  readonly bu: string;
  readonly customer: string;
  readonly currency: string;
  readonly limit: string;
  readonly openAr: string;
  /** As of when the receivables were last told by the ERP; null: never. */
  readonly openArAsOf: string | null;
  /** Reserved for accepted orders that are not closed, shipped or not, without what is invoiced already. */
  readonly openOrders: string;
  /** Held of the deposits of orders and not applied to an invoice. */
  readonly deposits: string;
  readonly exposure: string;
  readonly headroom: string;
  readonly refusedCount: number;
  readonly revision: number;
  readonly reservations: readonly { readonly orderId: string; readonly amount: string; readonly override: boolean }[];
  readonly position: string;
  readonly updatedAt: string;
};

const reservationsShownMax = 500;

/** In the currency of the limit, which is the one that decides. The largest reservations are listed, at most 500; the sum counts all. */
export const creditAccount = defineQuery(
  (bu: string, customer: string, scope?: Scope): Question<CreditAccountView, CreditAccountView | undefined> => {
    const statement = sql<CreditAccountView>`select a.bu, a.customer, a.currency, a.credit_limit::text as "limit", (a.open_ar + a.receivables)::text as "openAr",
      a.open_ar_as_of as "openArAsOf", a.open_orders::text as "openOrders", a.deposits::text as deposits,
      (a.open_ar + a.receivables + a.open_orders - a.deposits)::text as exposure,
      (a.credit_limit - a.open_ar - a.receivables - a.open_orders + a.deposits)::text as headroom, a.refused_count as "refusedCount", a.revision,
      (select coalesce(json_agg(json_build_object('orderId', r.order_id, 'amount', r.amount::text, 'override', r.override)), '[]'::json)
       from (select * from rm.credit_reservation where account_key = a.account_key and amount > 0
             order by amount desc, order_id limit ${reservationsShownMax}) r) as reservations,
      a.position, a.updated_at as "updatedAt"
    from rm.credit_account a
    where ${allOf([sql`a.account_key = ${`${bu}.${customer}`}`, anyOf(sql`a.bu`, scope?.bus), anyOf(sql`a.customer`, scope?.soldTo)])}
    order by a.has_limit desc, a.position desc limit 1`;
    return { statement, form: 'single', answer: (rows) => rows[0] };
  },
);
