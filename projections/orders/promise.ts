import { sql } from 'kysely';
import { type PromisedLine, promisedLine } from '../../domain/order/explainPromised.ts';
import { nothingPromised } from '../../domain/order/promiseParts.ts';
import { type BucketTexts, bucketsOf } from '../../domain/order/quantities.ts';
import { defineQuery, type Question } from '../question.ts';
import { allOf, type Scope } from '../readModel.ts';
import { bucketNames, type SourcingRecord } from './rows.ts';
import { visible } from './selects.ts';

const bucketPairs = sql.join(bucketNames.map((name) => sql`${sql.lit(name)}, ${sql.ref(`l.${name}`)}::text`));

type LineHead = {
  readonly lineId: string;
  readonly item: string;
  /** The latest ship date of everything in the line that has one; null when nothing has. */
  readonly promisedDate: string | null;
};

export type OrderPromiseView = {
  readonly orderId: string;
  readonly requestedDate: string;
  readonly promisedDate: string | null;
  readonly lines: readonly (LineHead &
    PromisedLine & {
      /** Of the latest decision. */
      readonly policyVersion: number | null;
      /** The latest decisions, oldest first; `explanation` of the line is what holds now. */
      readonly decisions: SourcingRecord['decisions'];
    })[];
};

type Row = Omit<OrderPromiseView, 'lines'> & {
  readonly lines: readonly (LineHead & {
    readonly sourcing: SourcingRecord | null;
    readonly buckets: BucketTexts;
  })[];
};

const lineView = ({ sourcing, buckets, ...head }: Row['lines'][number]): OrderPromiseView['lines'][number] => {
  const decisions = sourcing?.decisions ?? [];
  return {
    ...head,
    ...promisedLine(sourcing?.parts ?? nothingPromised, bucketsOf(buckets)),
    policyVersion: decisions.at(-1)?.policyVersion ?? null,
    decisions,
  };
};

/** What each line has been promised now, from where, and why. Undefined when `scope` may see no such order. */
export const orderPromise = defineQuery(
  (orderId: string, scope?: Scope): Question<Row, OrderPromiseView | undefined> => {
    const statement = sql<Row>`select o.order_id as "orderId", o.requested_date as "requestedDate",
      o.promised_date as "promisedDate",
      (select coalesce(json_agg(json_build_object('lineId', l.line_id, 'item', l.item, 'promisedDate', l.promised_date,
        'sourcing', l.sourcing, 'buckets', jsonb_build_object(${bucketPairs})) order by l.line_no), '[]'::json)
       from rm.order_line l where l.order_id = o.order_id) as lines
    from rm.orders o where ${allOf([sql`o.order_id = ${orderId}`, ...visible(scope)])}`;
    return {
      statement,
      form: 'single',
      answer: (rows) => {
        const [row] = rows;
        return row === undefined ? undefined : { ...row, lines: row.lines.map(lineView) };
      },
    };
  },
);
