import { type Kysely, sql } from 'kysely';

/**
 * `ops.request_trail`: commands that were refused, and who looked at the books. No read model: neither is in the log. It is
 * looked at by person, newest first.
 */
const statements = [
  `create table ops.request_trail (
     entry_id bigint generated always as identity primary key,
     at timestamptz not null,
     kind text not null check (kind in ('REFUSED', 'READ')),
     operation text not null,
     actor text not null,
     actor_kind text not null,
     roles text[] not null,
     bus text[],
     resource text not null,
     status integer not null,
     code text,
     command_id text,
     correlation_id text not null,
     reason text,
     times integer not null
   )`,
  `create index request_trail_actor on ops.request_trail (actor, entry_id)`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
