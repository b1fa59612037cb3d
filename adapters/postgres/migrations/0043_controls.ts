import { type Kysely, sql } from 'kysely';

const waitingTooLong = `interval '15 minutes'`;
const runsWithoutOutcomeMax = 4;

/**
 * What operators steer with. `rm_pauses_v1.pause`: what is held. `ops.lane_retry`: lanes that workers are asked to try now.
 * `ops.adapter_health`: calls of a minute, by adapter and process. A step knows its partner, node and channel, so that it
 * can be held by them. An automatic pause is shown among the dead letters, because somebody has to look.
 */
const statements = [
  `create schema rm_pauses_v1`,
  `create table rm_pauses_v1.pause (
     pause_id text primary key,
     pause_group text not null,
     pause_key text not null,
     reason text not null,
     paused_by text not null,
     paused_at timestamptz not null,
     automatic boolean not null,
     bu text not null,
     position text collate "C" not null,
     updated_at timestamptz not null
   )`,
  `create view rm.pause as select * from rm_pauses_v1.pause`,
  `create table ops.lane_retry (
     consumer text not null,
     lane_key text not null,
     token uuid not null default gen_random_uuid(),
     requested_at timestamptz not null default clock_timestamp(),
     primary key (consumer, lane_key)
   )`,
  `create table ops.adapter_health (
     adapter text not null,
     process text not null,
     window_at timestamptz not null,
     calls integer not null,
     errors integer not null,
     last_success_at timestamptz,
     last_error_at timestamptz,
     last_error_class text,
     primary key (adapter, process, window_at)
   )`,
  `alter table ops.outbox add column partner text, add column node text, add column channel text`,
  `update ops.outbox set node = payload::jsonb ->> 'node', partner = case
     when step in ('registerErp', 'exportBatch', 'collectOutcomes') then 'erp'
     when step in ('toWarehouse', 'stopRelease') then 'wms'
     when step in ('calculateTax', 'commitTax', 'voidTax') then 'tax' end
   where done_at is null`,
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
       or (o.failed_at is null and o.attempts >= ${runsWithoutOutcomeMax}))
     union all
     select 'pause:' || p.pause_id, 'STUCK', 'pauses', null, p.pause_id, p.position, null, 'WorkPaused',
            jsonb_build_object('group', p.pause_group, 'key', p.pause_key), 'PausedAutomatically', p.reason, 0, p.paused_at, p.paused_at,
            (select count(*) from ops.outbox w where w.done_at is null and case p.pause_group when 'adapter' then w.partner
               when 'node' then w.node when 'channel' then w.channel when 'bu' then w.bu else w.lane end = p.pause_key)::int, null, null
     from rm.pause p where p.automatic`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
