import type { Kysely } from 'kysely';
import { changeEveryBuild } from '../everyBuild.ts';

/**
 * Of a billed kit its group when it left and its cost by component: what is accrued for it is posted where its parts left to. Of
 * lines that were drafted before it is null until a rebuild, as of what is no kit.
 */
export const up = (db: Kysely<never>): Promise<void> =>
  changeEveryBuild(db, 'invoices', {
    tables: (schema) => [`alter table ${schema}.invoice_line add column if not exists kit jsonb`],
    views: (schema) => [`create or replace view rm.invoice_line as select * from ${schema}.invoice_line`],
  });
