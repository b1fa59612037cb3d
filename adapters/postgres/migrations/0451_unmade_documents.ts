import { type Kysely, sql } from 'kysely';

/**
 * `ops.unmade_document`: documents for EDI partners that X12 has no way to say as things are. No read model: it is a note of the
 * worker that makes documents, whose lanes would otherwise be held up by them, and its place in the log for ever. They are
 * shown among what cannot go on, because somebody has to look.
 */
const statements = [
  `create table ops.unmade_document (
     document_id text primary key,
     bu text not null,
     lane_key text not null,
     event_id text not null,
     what text not null,
     stream text not null,
     revision integer not null,
     position text collate "C" not null,
     order_id text,
     error_class text not null,
     detail text not null,
     attempts integer not null,
     due_at timestamptz not null,
     first_seen_at timestamptz not null default clock_timestamp(),
     last_seen_at timestamptz not null default clock_timestamp()
   )`,
  `create index unmade_document_lane on ops.unmade_document (lane_key, position)`,
  `create index unmade_document_due on ops.unmade_document (due_at)`,
];

const shown = `select 'document:' || d.document_id, 'STUCK', 'partner-documents', null, d.lane_key, d.position, d.event_id, d.what,
    jsonb_strip_nulls(jsonb_build_object('stream', d.stream, 'revision', d.revision, 'orderId', d.order_id)),
    d.error_class, d.detail, d.attempts, d.first_seen_at, d.last_seen_at, 0, null, d.bu
  from ops.unmade_document d`;

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
  const { rows } = await sql<{ before: string }>`select pg_get_viewdef('rm.dead_letter') as before`.execute(db);
  const before = rows[0]?.before.replace(/;\s*$/, '') ?? '';
  await sql.raw(`create or replace view rm.dead_letter as ${before} union all ${shown}`).execute(db);
};
