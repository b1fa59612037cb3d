import { type Kysely, sql } from 'kysely';

/**
 * `ops.agent`: who was heard of, to be told when nobody is. `ops.agent_call`: where a step that waits and an agent that asks meet,
 * whichever processes they are at. A call lives for seconds and is worth nothing after a crash of the server, so it is written to
 * no WAL, and what it says of people is in no backup and on no replica.
 */
const statements = [
  `create table ops.agent (
     system text collate "C" not null,
     agent text collate "C" not null,
     version text not null,
     since timestamptz not null default clock_timestamp(),
     seen_at timestamptz not null default clock_timestamp(),
     primary key (system, agent)
   )`,
  // An agent asks for calls at least every half minute: one that was not heard of for a whole one is away.
  `create view ops.agent_presence as
     select system, (count(*) filter (where seen_at > clock_timestamp() - interval '60 seconds'))::int as agents,
       max(seen_at) as last_seen_at
     from ops.agent group by system`,
  `create unlogged table ops.agent_call (
     call_id uuid primary key,
     system text collate "C" not null,
     operation text not null,
     method text not null,
     path text not null,
     headers json not null,
     body bytea,
     answer_bytes_max int not null,
     stored_at timestamptz not null default clock_timestamp(),
     due_at timestamptz not null,
     taken_at timestamptz,
     taken_by text,
     answered_at timestamptz,
     answer json,
     answer_body bytea
   )`,
  `create index agent_call_free on ops.agent_call (system, stored_at, call_id) where taken_at is null`,
  `create index agent_call_due on ops.agent_call (due_at)`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
