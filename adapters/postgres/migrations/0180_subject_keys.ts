import { type Kysely, sql } from 'kysely';

/**
 * Keys of subjects, in a schema of its own so that backups can leave it out. Which keys there were stays for ever, what they
 * were does not: a destroyed key is a row without one, and no statement of the service fills such a row again.
 */
const statements = [
  `create schema keys`,
  `create table keys.subject_key (
     subject text collate "C" not null,
     generation integer not null check (generation > 0),
     wrapped bytea,
     master_key_id text,
     created_at timestamptz not null default clock_timestamp(),
     destroyed_at timestamptz,
     primary key (subject, generation),
     check ((wrapped is null) = (destroyed_at is not null)),
     check ((wrapped is null) = (master_key_id is null))
   )`,
  `create unique index subject_key_in_use on keys.subject_key (subject) where destroyed_at is null`,
  `create index subject_key_by_master on keys.subject_key (master_key_id) where destroyed_at is null`,
  `create function keys.keep_destroyed() returns trigger language plpgsql as $$
   begin
     if tg_op = 'DELETE' or old.destroyed_at is not null then
       raise exception 'a key of % that was destroyed stays destroyed', old.subject;
     end if;
     return new;
   end $$`,
  `create trigger keep_destroyed before update or delete on keys.subject_key for each row execute function keys.keep_destroyed()`,
];

export const up = async (db: Kysely<unknown>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
