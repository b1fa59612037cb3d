import type { Kysely } from 'kysely';
import { changeEveryBuild } from '../everyBuild.ts';

/** What was given back of an invoice, and of a credit memo which invoice it credits and why. Few documents are credit memos, so the list of them has an index of its own. */
export const up = (db: Kysely<never>): Promise<void> =>
  changeEveryBuild(db, 'invoices', {
    tables: (schema) => [
      `alter table ${schema}.invoice add column if not exists credited numeric(38,0) not null default 0,
         add column if not exists credits_invoice_id text, add column if not exists cause text,
         add column if not exists credit_reason text`,
      `create index if not exists invoice_credit_memos on ${schema}.invoice (created_position) where kind = 'CREDIT_MEMO'`,
      `create index if not exists invoice_credits on ${schema}.invoice (credits_invoice_id) where credits_invoice_id is not null`,
    ],
    views: (schema) => [`create or replace view rm.invoice as select * from ${schema}.invoice`],
  });
