import { type Kysely, sql } from 'kysely';

/**
 * What `log.append` does, for arguments that are arrays already: they come in the wire's binary form, where the server
 * neither looks for separators nor reads numbers and ids from text. A quarter of what a call cost outside of the table and
 * its indexes was that. The name is new because a second `log.append` of nine arguments would make the call of the
 * version before ambiguous.
 *
 * `p_streams`, `p_expected` and `p_groups` have one entry per item, the others one per event, in the order in which they go
 * into the log; what the verdicts say is in `0020_append.ts`.
 */
const appendEvents = `
create function log.append_events(p_streams text[], p_expected int[], p_groups int[], p_items int[], p_indexes int[],
                                  p_ids uuid[], p_types text[], p_data text[], p_metadata text[])
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
  if cardinality(p_streams) <> cardinality(p_expected) or cardinality(p_types) <> v_size
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
      insert into log.event (position, stream, revision, category, event_id, type, data, metadata, recorded_at)
      select v_position + n, p_streams[p_items[n] + 1], p_expected[p_items[n] + 1] + 1 + p_indexes[n],
             split_part(p_streams[p_items[n] + 1], '-', 1), p_ids[n], p_types[n], p_data[n], p_metadata[n], v_now
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
    select o.* from unnest(p_items, p_indexes, p_ids, p_types, p_data, p_metadata)
      with ordinality as o(item, index, id, type, data, metadata, place)
  ), sized as materialized (
    select o.item, count(*)::int as size from offered o group by o.item
  ), known as materialized (
    select o.item, count(*) as found, min(e.revision - o.index) as low, max(e.revision - o.index) as high,
           bool_and(e.stream = a.stream) as same_stream, max(e.revision) as revision, max(e.position) as at_position,
           max(e.recorded_at) as recorded_at
    from offered o join asked a on a.item = o.item join log.event e on e.event_id = o.id group by o.item
  ), seen as materialized (
    select a.*, s.size, k.revision as known_revision, k.at_position as known_position, k.recorded_at as known_recorded_at,
           case when k.item is not null and k.found = s.size and k.same_stream and k.low = k.high then 'duplicate'
                when k.item is not null then 'event-id-reused'
                when a.actual = a.expected then 'appended'
                else 'conflict' end as verdict
    from asked a join sized s on s.item = a.item left join known k on k.item = a.item
  ), judged as materialized (
    select s.*, case when s.verdict = 'appended' and not bool_and(s.verdict = 'appended') over (partition by s.grouped)
                     then 'withheld' else s.verdict end as judgement
    from seen s
  ), placed as materialized (
    select o.*, j.stream, j.actual, v_position + row_number() over (order by o.place) as at_position
    from offered o join judged j on j.item = o.item where j.judgement = 'appended'
  ), written as (
    insert into log.event (position, stream, revision, category, event_id, type, data, metadata, recorded_at)
    select p.at_position, p.stream, p.actual + 1 + p.index, split_part(p.stream, '-', 1), p.id, p.type, p.data, p.metadata, v_now
    from placed p order by p.at_position
  )
  select j.item, j.judgement, j.actual, j.known_revision,
         case j.judgement when 'appended' then v_position else j.known_position end,
         case j.judgement when 'appended' then v_now else j.known_recorded_at end
  from judged j;
  -- What was not written leaves no hole.
  update log.head h set position = (select coalesce(max(e.position), v_position) from log.event e where e.position > v_position);
end $$`;

/** For instances of the version before. */
const append = `
create or replace function log.append(p_streams text, p_expected int[], p_groups int[],
                           p_items int[], p_indexes int[], p_ids uuid[], p_types text, p_data text, p_metadata text)
returns table (item int, verdict text, actual int, revision int, at_position bigint, recorded_at timestamptz)
language sql
begin atomic
  select * from log.append_events(string_to_array(p_streams, e'\\x1e'), p_expected, p_groups, p_items, p_indexes, p_ids,
    string_to_array(p_types, e'\\x1e'), string_to_array(p_data, e'\\x1e'), string_to_array(p_metadata, e'\\x1e'));
end`;

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of [appendEvents, append]) await sql.raw(statement).execute(db);
};
