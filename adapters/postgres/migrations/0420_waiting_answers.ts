import { type Kysely, sql } from 'kysely';

/**
 * `ops.waiting_answer`: answers to EDI partners (865) that wait for warehouses, suppliers or credit. No read model: it is a note of
 * the worker that makes documents, which would otherwise keep its place in the log for as long as the oldest of them waits.
 */
const statements = [
  `create table ops.waiting_answer (
     key text collate "C" primary key,
     stream text not null,
     revision integer not null,
     change_ids text[] not null,
     noted_at timestamptz not null default clock_timestamp()
   )`,
  `create index waiting_answer_changes on ops.waiting_answer using gin (change_ids)`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
