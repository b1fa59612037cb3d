import { sql } from 'kysely';
import type { FraudCheck } from '../../domain/order/fraudCheck.ts';
import { defineQuery, type Question } from '../question.ts';
import { allOf, type Scope } from '../readModel.ts';
import { visible } from './selects.ts';

export type FraudCheckView = FraudCheck & { readonly orderId: string };

type Row = { readonly orderId: string; readonly check: FraudCheck };

/** What the engine was asked and what it said; undefined when `scope` may see no such order, or it is not checked. */
export const orderFraudCheck = defineQuery(
  (orderId: string, scope?: Scope): Question<Row, FraudCheckView | undefined> => ({
    statement: sql<Row>`select o.order_id as "orderId", o.fraud_check as "check" from rm.orders o
      where ${allOf([sql`o.order_id = ${orderId}`, sql`o.fraud_check is not null`, ...visible(scope)])}`,
    form: 'single',
    answer: ([row]) => row && { orderId: row.orderId, ...row.check },
  }),
);
