import { type Kysely, sql } from 'kysely';
import { changeEveryBuild } from '../everyBuild.ts';

/**
 * `exception_case`: what runs over its limit, or did, a row for each class and object. People look at what is open by money,
 * age or due time, or look for an order, customer or warehouse. Journals in trouble are looked for every few seconds, and there
 * are few of them in a long ledger, so they have an index of their own, which the others do not pay for.
 */
const statements = [
  `create schema rm_exceptions_v1`,
  `create table rm_exceptions_v1.exception_case (
     case_id text primary key,
     class text not null,
     state text not null,
     object_kind text not null,
     object_id text not null,
     order_id text,
     sold_to text,
     node text,
     since timestamptz not null,
     opened_at timestamptz not null,
     due_at timestamptz not null,
     amount numeric(38, 0),
     currency text,
     team text not null,
     owner text,
     note text,
     outcome text,
     resolved_by text,
     resolved_at timestamptz,
     closed_at timestamptz,
     times_opened integer not null,
     revision integer not null,
     bu text not null,
     position text collate "C" not null,
     updated_at timestamptz not null
   )`,
  `create unique index exception_case_object on rm_exceptions_v1.exception_case (bu, class, object_kind, object_id)`,
  `create index exception_case_money on rm_exceptions_v1.exception_case (state, (coalesce(amount, -1)) desc, case_id collate "C")`,
  `create index exception_case_age on rm_exceptions_v1.exception_case (state, opened_at, case_id collate "C")`,
  `create index exception_case_due on rm_exceptions_v1.exception_case (state, due_at, case_id collate "C")`,
  `create index exception_case_order on rm_exceptions_v1.exception_case (order_id)`,
  `create index exception_case_customer on rm_exceptions_v1.exception_case (sold_to)`,
  `create view rm.exception_case as select * from rm_exceptions_v1.exception_case`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
  await changeEveryBuild(db, 'gl_staging', {
    tables: (schema) => [
      `create index if not exists gl_journal_state_troubled on ${schema}.gl_journal_state (bu, state)
         where state in ('UNMAPPED', 'HELD', 'REJECTED')`,
    ],
  });
};
