import { type Kysely, sql } from 'kysely';

/**
 * Of the events of a command in an append, only the first has its id in an index. Ids are spread over all of the index: three
 * pages were read and written for an order's first three events, and in a long log most of them were in no buffer.
 *
 * An event that `follows` is known where the first of its command is known: they were written together, so it lies behind
 * that one in its stream, and the stream's own key finds it there. So a repeated append violates the index with its first id,
 * and is then compared event by event. An id that is said to follow lies nowhere without the one before it, because
 * both are derived from the id of the command and their number in it; the appender refuses one that has none of its command
 * before it. An event that does not say so, also every one that an instance of the version before writes, is looked for itself.
 *
 * Rows that were there count as first ones: they stay in the index. The new column changes no row. While the new index is made
 * nobody reads or writes the log: ten seconds per million events on two busy cores, sorted in 256 MB.
 */
const index = [
  `alter table log.event add column follows boolean not null default false`,
  `create unique index event_first_id on log.event (event_id) where not follows`,
  `alter table log.event drop constraint event_event_id_key`,
];

/**
 * What `log.append_events` did, with `p_follows` per event. An item's events are known when those of its ids that the index
 * has point to one place in its stream: 'duplicate' if all of its ids lie there one behind the other, else 'event-id-reused'.
 * Arguments and other verdicts: `0207_append_in_binary.ts`.
 */
const writeEvents = `
create function log.write_events(p_streams text[], p_expected int[], p_groups int[], p_items int[], p_indexes int[],
                                 p_ids uuid[], p_follows boolean[], p_types text[], p_data text[], p_metadata text[])
returns table (item int, verdict text, actual int, revision int, at_position bigint, recorded_at timestamptz)
language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan
set jit = off
as $$
#variable_conflict use_column
declare
  v_size int := cardinality(p_ids);
  v_position bigint;
  v_now timestamptz;
begin
  if cardinality(p_streams) <> cardinality(p_expected) or cardinality(p_follows) <> v_size or cardinality(p_types) <> v_size
     or cardinality(p_data) <> v_size or cardinality(p_metadata) <> v_size then
    raise exception 'the parts of an append do not belong together' using errcode = 'invalid_parameter_value';
  end if;
  update log.head h
    set position = h.position + v_size, recorded_at = greatest(clock_timestamp(), h.recorded_at + interval '1 microsecond')
    returning h.position - v_size, h.recorded_at into strict v_position, v_now;
  if not exists (
    select from unnest(p_streams, p_expected) as i(stream, expected)
    where i.expected <> -1 and i.expected <> coalesce((select e.revision from log.event e where e.stream = i.stream order by e.revision desc limit 1), -1)
  ) then
    begin
      insert into log.event (position, stream, revision, category, event_id, follows, type, data, metadata, recorded_at)
      select v_position + n, p_streams[p_items[n] + 1], p_expected[p_items[n] + 1] + 1 + p_indexes[n],
             split_part(p_streams[p_items[n] + 1], '-', 1), p_ids[n], p_follows[n], p_types[n], p_data[n], p_metadata[n], v_now
      from generate_series(1, v_size) n;
      item := null; verdict := 'appended'; actual := null; revision := null; at_position := v_position; recorded_at := v_now;
      return next;
      return;
    exception when unique_violation then
      -- Judged below. Only the rows are taken back here, not the lock on the head.
    end;
  end if;
  return query
  with asked as materialized (
    select i.item::int - 1 as item, i.stream, i.expected, i.grouped,
           coalesce((select e.revision from log.event e where e.stream = i.stream order by e.revision desc limit 1), -1) as actual
    from unnest(p_streams, p_expected, p_groups) with ordinality as i(stream, expected, grouped, item)
  ), offered as materialized (
    select o.* from unnest(p_items, p_indexes, p_ids, p_follows, p_types, p_data, p_metadata)
      with ordinality as o(item, index, id, follows, type, data, metadata, place)
  ), sized as materialized (
    select o.item, count(*)::int as size from offered o group by o.item
  ), known as materialized (
    select a.item, a.stream, min(e.revision - o.index) as first_revision,
           bool_and(e.stream = a.stream) and min(e.revision - o.index) = max(e.revision - o.index) as in_one_place
    from offered o join asked a on a.item = o.item join log.event e on e.event_id = o.id and not e.follows
    group by a.item, a.stream
  ), there as materialized (
    select o.item, count(*) as found, max(e.revision) as revision, max(e.position) as at_position, max(e.recorded_at) as recorded_at
    from known k join offered o on o.item = k.item
      join log.event e on e.stream = k.stream and e.revision = k.first_revision + o.index and e.event_id = o.id
    where k.in_one_place group by o.item
  ), seen as materialized (
    select a.*, s.size, t.revision as known_revision, t.at_position as known_position, t.recorded_at as known_recorded_at,
           case when k.item is not null and t.found = s.size then 'duplicate'
                when k.item is not null then 'event-id-reused'
                when a.actual = a.expected then 'appended'
                else 'conflict' end as verdict
    from asked a join sized s on s.item = a.item left join known k on k.item = a.item left join there t on t.item = a.item
  ), judged as materialized (
    select s.*, case when s.verdict = 'appended' and not bool_and(s.verdict = 'appended') over (partition by s.grouped)
                     then 'withheld' else s.verdict end as judgement
    from seen s
  ), placed as materialized (
    select o.*, j.stream, j.actual, v_position + row_number() over (order by o.place) as at_position
    from offered o join judged j on j.item = o.item where j.judgement = 'appended'
  ), written as (
    insert into log.event (position, stream, revision, category, event_id, follows, type, data, metadata, recorded_at)
    select p.at_position, p.stream, p.actual + 1 + p.index, split_part(p.stream, '-', 1), p.id, p.follows, p.type, p.data, p.metadata, v_now
    from placed p order by p.at_position
  )
  select j.item, j.judgement, j.actual, j.known_revision,
         case j.judgement when 'appended' then v_position else j.known_position end,
         case j.judgement when 'appended' then v_now else j.known_recorded_at end
  from judged j;
  -- What was not written leaves no hole.
  update log.head h set position = (select coalesce(max(e.position), v_position) from log.event e where e.position > v_position);
end $$`;

/** For instances of the version before. What came before that, over JSON, would look for ids where no index is. */
const forTheVersionBefore = [
  `create or replace function log.append_events(p_streams text[], p_expected int[], p_groups int[], p_items int[], p_indexes int[],
                                               p_ids uuid[], p_types text[], p_data text[], p_metadata text[])
   returns table (item int, verdict text, actual int, revision int, at_position bigint, recorded_at timestamptz)
   language sql
   begin atomic
     select * from log.write_events(p_streams, p_expected, p_groups, p_items, p_indexes, p_ids,
       array_fill(false, array[cardinality(p_ids)]), p_types, p_data, p_metadata);
   end`,
  'drop function log.append(jsonb, jsonb)',
];

export const up = async (db: Kysely<never>): Promise<void> => {
  const patience = `select set_config('statement_timeout', '0', true), set_config('maintenance_work_mem', '256MB', true)`;
  for (const statement of [patience, ...index, writeEvents, ...forTheVersionBefore])
    await sql.raw(statement).execute(db);
};
