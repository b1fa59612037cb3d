import { type Kysely, sql } from 'kysely';

/**
 * The event log. Positions are gapless and appear in order because every append first locks the one row of `log.head`;
 * a sequence would let a later position become visible before an earlier one. Data and metadata are `text`: the bytes
 * that were written come back, which `jsonb` would rewrite.
 */
const tables = [
  `create schema if not exists log`,
  `create table log.head (
     only_row boolean primary key default true check (only_row),
     position bigint not null,
     recorded_at timestamptz not null,
     log_epoch uuid not null
   )`,
  `insert into log.head (position, recorded_at, log_epoch) values (0, '-infinity', gen_random_uuid())`,
  `create table log.event (
     position bigint primary key,
     stream text not null,
     revision integer not null,
     category text not null,
     event_id uuid not null unique,
     type text not null,
     data text not null,
     metadata text not null,
     recorded_at timestamptz not null,
     unique (stream, revision)
   )`,
  `create index event_category_position on log.event (category, position)`,
];

/** Events are facts: nobody, not even the owner, changes or removes one. */
const immutability = [
  `create function log.refuse_change() returns trigger language plpgsql as $$
   begin
     raise exception 'the event log is append-only: % refused', tg_op using errcode = 'integrity_constraint_violation';
   end $$`,
  `create trigger append_only before update or delete or truncate on log.event
     for each statement execute function log.refuse_change()`,
  `revoke update, delete, truncate on log.event from public, current_user`,
];

/**
 * Appends a batch of items (each: one stream, its expected revision, its events) and answers per item; one item's
 * refusal leaves the others alone. Streams must differ within a batch. Runs as one autocommitted call, so the lock on
 * the head is never held by a waiting client.
 *
 * p_items: [{ "item", "stream", "category", "expected" (-1: no stream), "size" }]
 * p_events: [{ "item", "index", "id", "type", "data", "metadata" }]
 *
 * The planner settings keep index lookups whatever the statistics of a young table say: the plan is made once.
 */
const append = `
create function log.append(p_items jsonb, p_events jsonb)
returns table (item int, verdict text, actual int, revision int, at_position bigint, recorded_at timestamptz)
language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
  v_position bigint;
  v_now timestamptz;
  v_count int;
begin
  select h.position, greatest(clock_timestamp(), h.recorded_at + interval '1 microsecond')
    into strict v_position, v_now from log.head h for update;
  return query
  with asked as materialized (
    select i.item, i.stream, i.category, i.expected, i.size,
           coalesce((select e.revision from log.event e where e.stream = i.stream order by e.revision desc limit 1), -1) as actual
    from jsonb_to_recordset(p_items) as i(item int, stream text, category text, expected int, size int)
  ), offered as materialized (
    select o.item, o.index, o.id, o.type, o.data, o.metadata
    from jsonb_to_recordset(p_events) as o(item int, index int, id uuid, type text, data text, metadata text)
  ), known as materialized (
    select o.item, count(*) as found, min(e.revision - o.index) as low, max(e.revision - o.index) as high,
           bool_and(e.stream = a.stream) as same_stream, max(e.revision) as revision, max(e.position) as at_position,
           max(e.recorded_at) as recorded_at
    from offered o join asked a on a.item = o.item join log.event e on e.event_id = o.id group by o.item
  ), judged as materialized (
    select a.*, k.revision as known_revision, k.at_position as known_position, k.recorded_at as known_recorded_at,
           case when k.item is not null and k.found = a.size and k.same_stream and k.low = k.high then 'duplicate'
                when k.item is not null then 'event-id-reused'
                when a.actual = a.expected then 'appended'
                else 'conflict' end as verdict
    from asked a left join known k on k.item = a.item
  ), placed as materialized (
    select o.*, j.stream, j.category, j.actual, v_position + row_number() over (order by o.item, o.index) as at_position
    from offered o join judged j on j.item = o.item where j.verdict = 'appended'
  ), written as (
    insert into log.event (position, stream, revision, category, event_id, type, data, metadata, recorded_at)
    select p.at_position, p.stream, p.actual + 1 + p.index, p.category, p.id, p.type, p.data, p.metadata, v_now
    from placed p order by p.at_position
  ), last as (
    select p.item, max(p.at_position) as at_position from placed p group by p.item
  )
  select j.item, j.verdict, j.actual,
         case j.verdict when 'appended' then j.actual + j.size else j.known_revision end,
         coalesce(l.at_position, j.known_position),
         case j.verdict when 'appended' then v_now else j.known_recorded_at end
  from judged j left join last l on l.item = j.item;
  -- The batch is its own witness of how much was written: positions are gapless.
  select count(*) into v_count from log.event e where e.position > v_position;
  if v_count > 0 then
    update log.head set position = v_position + v_count, recorded_at = v_now;
  end if;
end $$`;

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of [...tables, ...immutability, append]) await sql.raw(statement).execute(db);
};
