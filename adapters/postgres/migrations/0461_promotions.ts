import type { Kysely } from 'kysely';
import { changeEveryBuild } from '../everyBuild.ts';

/** What was proposed from another environment, and what became of it. No log from before has any. */
export const up = (db: Kysely<never>): Promise<void> =>
  changeEveryBuild(db, 'master_data', {
    tables: (schema) => [
      `create table if not exists ${schema}.promotion (
         bu text not null, promotion_id text primary key, artefact_sha256 text not null,
         source jsonb not null, objects jsonb not null, state text not null, reason text not null,
         proposed_by text not null, proposed_at timestamptz not null,
         approval_id text, approved_by text, applied_by text, applied_at timestamptz, versions jsonb,
         revision integer not null,
         position text collate "C" not null, updated_at timestamptz not null
       )`,
      `create index if not exists promotion_bu on ${schema}.promotion (bu, position)`,
    ],
    views: (schema) => [`create or replace view rm.promotion as select * from ${schema}.promotion`],
  });
