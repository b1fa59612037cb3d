import { type Kysely, sql } from 'kysely';

/**
 * `resealed` on a batch: what the ERP refused in it and a later batch sealed again. `receivables` on a credit account: own
 * invoices that the last figure of the ERP does not count yet.
 */
const statements = [
  `alter table rm_gl_staging_v1.gl_batch add column resealed jsonb not null default '[]'`,
  `create or replace view rm.gl_batch as select * from rm_gl_staging_v1.gl_batch`,
  `alter table rm_credit_v1.credit_account add column receivables numeric(38, 0) not null default 0`,
  `create or replace view rm.credit_account as select * from rm_credit_v1.credit_account`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
