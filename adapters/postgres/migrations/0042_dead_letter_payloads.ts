import { type Kysely, sql } from 'kysely';

const waitingTooLong = `interval '15 minutes'`;
const runsWithoutOutcomeMax = 4;

/** As in 0019, with what the stuck thing says: a step's payload, a partner's message. An event's data are in the log. */
const statements = [
  `alter table ops.stuck add column payload text`,
  `create or replace view rm.dead_letter as
     select d.id::text as id, 'POISON' as kind, d.projection as consumer, d.projection, d.lane_key, d.position,
            d.event_id::text as event_id, d.event_type, jsonb_build_object('stream', d.stream, 'revision', d.revision) as payload_ref,
            d.error_class, d.detail, d.attempts, d.first_seen_at, d.last_seen_at, d.blocked_count, null::text as payload, null::text as bu
     from ops.dead_letter d
     union all
     select 'worker:' || s.id, s.kind, s.consumer, null, s.lane_key, s.position, case when s.position is null then null else s.item end, s.what, s.payload_ref,
            s.error_class, s.detail, s.attempts, s.first_seen_at, s.last_seen_at, s.blocked_count, s.payload, null
     from ops.stuck s
     union all
     select 'outbox:' || o.intent_id,
            case when o.failed_at is null or o.trouble = 'STUCK' then 'STUCK' else 'RETRYING' end,
            'outbox', null, o.lane, o.cause_position, o.cause_event_id, o.step,
            jsonb_build_object('process', o.process, 'key', o.key, 'intentId', o.intent_id),
            coalesce(o.error_class, 'NoOutcome'), coalesce(o.error_detail, 'Its runs end without an outcome.'), o.attempts,
            coalesce(o.first_failed_at, o.failed_at, o.due_at), coalesce(o.failed_at, o.lease_until, o.due_at),
            (select count(*) from ops.outbox w where w.lane = o.lane and w.sequence > o.sequence and w.done_at is null)::int,
            o.payload, o.bu
     from ops.outbox o
     where o.done_at is null and (
       (o.failed_at is not null and (o.trouble <> 'WAITING' or o.first_failed_at < clock_timestamp() - ${waitingTooLong}))
       or (o.failed_at is null and o.attempts >= ${runsWithoutOutcomeMax}))`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
