import { type Kysely, sql } from 'kysely';

/**
 * Appends as `log.write_events` does and claims keys together with their answers, in one call and one commit: what a
 * request writes, the key under which it was sent and what it was told are there together or not at all.
 *
 * `p_scope` and the arrays after it have one entry per claim. `p_item` is an item whose events are written if and only if
 * the claim is to be made; `p_last` the place among the call's events, from 1, of the event whose position and time the
 * answer names. They are put into the body where it has U+001D and U+001E, which JSON text cannot hold. A claim whose
 * `p_part` is 2 is kept for ever.
 *
 * A key that somebody else has comes back as a row 'taken' with the claim's index, and nothing is written. That is seen
 * before anything is done, so that repeated requests leave no dead rows in the log. A key that somebody takes at this very
 * moment ends the call with `TLC01` and the indexes as its detail. Claims under the command id that they are to have are
 * those of an earlier call whose reply was lost: the log knows their events then.
 *
 * Rows are inserted in the order in which `ops.claim_keys` does it, those that it takes first first, so that instances
 * with the same keys wait instead of deadlocking.
 */
const appendClaimed = `
create function ops.append_claimed(
  p_streams text[], p_expected int[], p_groups int[], p_items int[], p_indexes int[], p_ids uuid[], p_follows boolean[],
  p_types text[], p_data text[], p_metadata text[],
  p_scope text[], p_key text[], p_fingerprint text[], p_command text[], p_part int[], p_status int[], p_headers text[],
  p_body text[], p_item int[], p_last int[])
returns table (item int, verdict text, actual int, revision int, at_position bigint, recorded_at timestamptz)
language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan
set jit = off
as $$
#variable_conflict use_column
declare
  v_item int[]; v_verdict text[]; v_actual int[]; v_revision int[]; v_at bigint[]; v_recorded timestamptz[];
  v_taken int[];
  v_wanted int := cardinality(p_key);
  v_claimed int;
  v_first int;
  v_whole boolean;
  v_now text;
begin
  if cardinality(p_body) <> v_wanted or cardinality(p_last) <> v_wanted then
    raise exception 'the parts of the claims do not belong together' using errcode = 'invalid_parameter_value';
  end if;
  select array_agg(r.n::int - 1 order by r.n) into v_taken
  from unnest(p_scope, p_key, p_command) with ordinality as r(scope, key, command_id, n)
    join ops.claim c on c.scope = r.scope and c.key = r.key
  where c.command_id <> r.command_id;
  if v_taken is not null then
    return query select t, 'taken', null::int, null::int, null::bigint, null::timestamptz from unnest(v_taken) t;
    return;
  end if;
  select array_agg(a.item order by a.item), array_agg(a.verdict order by a.item), array_agg(a.actual order by a.item),
         array_agg(a.revision order by a.item), array_agg(a.at_position order by a.item), array_agg(a.recorded_at order by a.item)
    into v_item, v_verdict, v_actual, v_revision, v_at, v_recorded
  from log.write_events(p_streams, p_expected, p_groups, p_items, p_indexes, p_ids, p_follows, p_types, p_data, p_metadata) a;
  v_first := array_position(v_verdict, 'appended');
  -- One row without an item speaks for the whole call. Otherwise what was written follows the position in its verdict without a gap.
  v_whole := v_item[1] is null;
  v_now := to_char(v_recorded[v_first] at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
  insert into ops.claim (scope, key, fingerprint, command_id, holder, forever, lease_until, answered_at, status, headers, body, position)
  select r.scope, r.key, r.fingerprint, r.command_id, '00000000-0000-0000-0000-000000000000', r.part = 2, clock_timestamp(),
         clock_timestamp(), r.status, r.headers, replace(replace(r.body, e'\\x1d', p.position), e'\\x1e', v_now), p.position
  from unnest(p_scope, p_key, p_fingerprint, p_command, p_part, p_status, p_headers, p_body, p_item, p_last)
    as r(scope, key, fingerprint, command_id, part, status, headers, body, item, last)
    cross join lateral (
      select lpad((v_at[v_first] + case when v_whole then r.last else (
        select count(*) from generate_series(1, r.last) n where v_verdict[p_items[n] + 1] = 'appended') end)::text, 20, '0') as position
    ) p
  where v_whole or v_verdict[r.item + 1] = 'appended'
  order by r.part, r.scope, r.key
  on conflict (scope, key) do nothing;
  get diagnostics v_claimed = row_count;
  if not v_whole then
    v_wanted := (select count(*) from unnest(p_item) i where v_verdict[i + 1] = 'appended');
  end if;
  if v_claimed < v_wanted then
    select array_agg(r.n::int - 1 order by r.n) into v_taken
    from unnest(p_scope, p_key, p_command) with ordinality as r(scope, key, command_id, n)
      join ops.claim c on c.scope = r.scope and c.key = r.key
    where c.command_id <> r.command_id;
    -- Gone again: whoever repeats the call finds the key free.
    if v_taken is null then raise exception 'a key is being forgotten' using errcode = 'serialization_failure'; end if;
    raise exception 'keys were taken at the same moment' using errcode = 'TLC01', detail = array_to_string(v_taken, ',');
  end if;
  return query select * from unnest(v_item, v_verdict, v_actual, v_revision, v_at, v_recorded);
end $$`;

export const up = async (db: Kysely<never>): Promise<void> => {
  await sql.raw(appendClaimed).execute(db);
};
