import type { Kysely } from 'kysely';
import { changeEveryBuild } from '../everyBuild.ts';

/**
 * What partners say of documents that they were sent, and documents that were sent again. What was said before this is told by
 * a rebuild, and of what was made before it nothing is overdue, because nothing had been agreed. What waits is little,
 * so an index over it is small.
 */
export const up = (db: Kysely<never>): Promise<void> =>
  changeEveryBuild(db, 'partner_documents', {
    tables: (schema) => [
      `alter table ${schema}.partner_document add column if not exists number_key text,
         add column if not exists state text not null default 'SENT',
         add column if not exists acknowledge_by timestamptz,
         add column if not exists acknowledged_at timestamptz,
         add column if not exists acknowledged_in text,
         add column if not exists acknowledgement_detail text,
         add column if not exists resends text,
         add column if not exists resent_as text`,
      `update ${schema}.partner_document set number_key = bu || '.' || partner || '.' || control_number where number_key is null`,
      `alter table ${schema}.partner_document alter column number_key set not null`,
      `create unique index if not exists partner_document_number_key on ${schema}.partner_document (number_key)`,
      `create index if not exists partner_document_waiting on ${schema}.partner_document (acknowledge_by)
         where acknowledge_by is not null and state in ('SENT', 'RECEIVED') and resent_as is null`,
      `create index if not exists partner_document_state on ${schema}.partner_document (state, created_position)`,
    ],
    views: (schema) => [`create or replace view rm.partner_document as select * from ${schema}.partner_document`],
  });
