import type { Kysely } from 'kysely';
import { changeEveryBuild } from '../everyBuild.ts';

/**
 * Goods that are on no invoice in force are looked for from their invoices: drafts have no number and are found by that, the
 * few that were voided by this. Whether a business unit accrues is in the rules that its staging ledger posts by.
 */
export const up = async (db: Kysely<never>): Promise<void> => {
  await changeEveryBuild(db, 'invoices', {
    tables: (schema) => [
      `create index if not exists invoice_voided on ${schema}.invoice (bu) where void_date is not null`,
    ],
  });
  await changeEveryBuild(db, 'gl_staging', {
    views: (schema) => [`create view rm.posting_context as select * from ${schema}.posting_context`],
  });
};
