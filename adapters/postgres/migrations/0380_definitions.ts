import type { Kysely } from 'kysely';
import { changeEveryBuild, readAgain } from '../everyBuild.ts';

/** Every version of what is defined and published; those from before are in the log alone, so it is read again. */
export const up = async (db: Kysely<never>): Promise<void> => {
  await changeEveryBuild(db, 'master_data', {
    tables: (schema) => [
      `create table if not exists ${schema}.definition (
         bu text not null, kind text not null, id text not null, version integer not null,
         content jsonb not null, defined_by text not null,
         position text collate "C" not null, updated_at timestamptz not null,
         primary key (bu, kind, id, version)
       )`,
      `create index if not exists definition_position on ${schema}.definition (position)`,
    ],
    views: (schema) => [`create or replace view rm.definition as select * from ${schema}.definition`],
  });
  await readAgain(db, 'master_data');
};
