import { type Kysely, sql } from 'kysely';

/** An answer that is not there after this long is worth a look, although nobody said no. */
const waitingTooLong = `interval '15 minutes'`;
/** So often an item was begun without ever coming to an outcome: whoever runs it dies or hangs. */
const runsWithoutOutcomeMax = 4;

/**
 * Everything that does not go on by itself, in one view: what projections could not apply (POISON), what workers and steps
 * cannot get past (STUCK), and what only waits for somebody who is away (RETRYING).
 */
const statements = [
  `create table ops.stuck (
     id bigint generated always as identity primary key,
     consumer text not null,
     lane_key text not null,
     item text not null,
     kind text not null check (kind in ('STUCK', 'RETRYING')),
     what text not null,
     position text collate "C",
     payload_ref jsonb not null,
     error_class text not null,
     detail text not null,
     attempts integer not null,
     first_seen_at timestamptz not null default clock_timestamp(),
     last_seen_at timestamptz not null default clock_timestamp(),
     blocked_count integer not null,
     unique (consumer, lane_key, item)
   )`,
  `alter table ops.outbox add column trouble text not null default 'STUCK', add column first_failed_at timestamptz`,
  `create index outbox_failed on ops.outbox (first_failed_at) where done_at is null and failed_at is not null`,
  `drop view rm.dead_letter`,
  `create view rm.dead_letter as
     select d.id::text as id, 'POISON' as kind, d.projection as consumer, d.projection, d.lane_key, d.position,
            d.event_id::text as event_id, d.event_type, jsonb_build_object('stream', d.stream, 'revision', d.revision) as payload_ref,
            d.error_class, d.detail, d.attempts, d.first_seen_at, d.last_seen_at, d.blocked_count
     from ops.dead_letter d
     union all
     select 'worker:' || s.id, s.kind, s.consumer, null, s.lane_key, s.position, case when s.position is null then null else s.item end, s.what, s.payload_ref,
            s.error_class, s.detail, s.attempts, s.first_seen_at, s.last_seen_at, s.blocked_count
     from ops.stuck s
     union all
     select 'outbox:' || o.intent_id,
            case when o.failed_at is null or o.trouble = 'STUCK' then 'STUCK' else 'RETRYING' end,
            'outbox', null, o.lane, o.cause_position, o.cause_event_id, o.step,
            jsonb_build_object('process', o.process, 'key', o.key, 'intentId', o.intent_id),
            coalesce(o.error_class, 'NoOutcome'), coalesce(o.error_detail, 'Its runs end without an outcome.'), o.attempts,
            coalesce(o.first_failed_at, o.failed_at, o.due_at), coalesce(o.failed_at, o.lease_until, o.due_at),
            (select count(*) from ops.outbox w where w.lane = o.lane and w.sequence > o.sequence and w.done_at is null)::int
     from ops.outbox o
     where o.done_at is null and (
       (o.failed_at is not null and (o.trouble <> 'WAITING' or o.first_failed_at < clock_timestamp() - ${waitingTooLong}))
       or (o.failed_at is null and o.attempts >= ${runsWithoutOutcomeMax}))`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
