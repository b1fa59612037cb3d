import type { Kysely } from 'kysely';
import { changeEveryBuild } from '../everyBuild.ts';

/** A business unit may be cut over more than once, and a cut-over be cancelled before it takes effect. */
export const up = (db: Kysely<never>): Promise<void> =>
  changeEveryBuild(db, 'shadow_ledgers', {
    tables: (schema) => [
      `alter table ${schema}.shadow_cut_over
         drop constraint if exists shadow_cut_over_pkey,
         add constraint shadow_cut_over_pkey primary key (bu, position)`,
      `create table if not exists ${schema}.shadow_cancellation (
         ledger text not null,
         to_system text not null,
         effective_date text not null,
         cancelled_by text not null,
         reason text not null,
         bu text not null,
         position text collate "C" not null,
         updated_at timestamptz not null,
         primary key (bu, position)
       )`,
    ],
    views: (schema) => [`create or replace view rm.shadow_cancellation as select * from ${schema}.shadow_cancellation`],
  });
