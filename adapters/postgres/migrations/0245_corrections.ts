import type { Kysely } from 'kysely';
import { changeEveryBuild } from '../everyBuild.ts';

/**
 * What became of journals by hand: restaged, reversed, posted anew; and whose documents were voided (T11, T12), which is
 * known of the reversals that are there. A SUPERSEDED version counts in no balance; the partial indexes find the few.
 */
export const up = (db: Kysely<never>): Promise<void> =>
  changeEveryBuild(db, 'gl_staging', {
    tables: (schema) => [
      `create table ${schema}.gl_correction (
         journal_id text not null, kind text not null, source_event_id text not null, replaced_by text, event_id text not null,
         bu text not null, position text collate "C" not null, updated_at timestamptz not null,
         primary key (journal_id, kind)
       )`,
      `insert into ${schema}.gl_correction (journal_id, kind, source_event_id, replaced_by, event_id, bu, position, updated_at)
         select o.journal_id, 'VOID', o.source_event_id::text, null, min(r.source_event_id::text), min(r.bu), min(r.position), min(r.updated_at)
         from ${schema}.gl_journal r join ${schema}.gl_journal o on o.journal_id = r.reversal_of
         where r.template_id in ('T11', 'T12') group by o.journal_id, o.source_event_id`,
      `create index if not exists gl_correction_source on ${schema}.gl_correction (source_event_id)`,
      `create index if not exists gl_correction_successor on ${schema}.gl_correction (replaced_by) where replaced_by is not null`,
      `create index if not exists gl_journal_state_superseded on ${schema}.gl_journal_state (journal_id) where state = 'SUPERSEDED'`,
      `create index if not exists gl_journal_state_change_superseded on ${schema}.gl_journal_state_change (journal_id) where state = 'SUPERSEDED'`,
    ],
    views: (schema) => [`create or replace view rm.gl_correction as select * from ${schema}.gl_correction`],
  });
