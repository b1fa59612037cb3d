import { type Kysely, sql } from 'kysely';

/**
 * Claims keys in one call. One entry of each array per request; where `p_then_key` is not null, that business key is
 * claimed too if the first key came to this request, under the command id of the first: one round trip, one commit.
 *
 * Nearly always every key is new, and then no row comes back. Otherwise there is one for each first key (`part` 1) and for
 * each business key that was asked for (`part` 2): how the key stands now. `mine`: it is this request's to execute.
 *
 * Rows are locked in the order of their keys, so that two instances with the same keys wait instead of deadlocking.
 */
const claimKeys = `
create function ops.claim_keys(p_scope text[], p_key text[], p_fingerprint text[], p_command text[], p_holder uuid[],
                               p_forever boolean[], p_lease_ms int[],
                               p_then_scope text[], p_then_key text[], p_then_fingerprint text[])
returns table (item int, part int, mine boolean, fingerprint text, command_id text, attempts int, first_used_at timestamptz,
               remaining_ms float8, status int, headers text, body text, "position" text)
language plpgsql
set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
  v_size int := cardinality(p_key);
  v_second int := v_size - cardinality(array_positions(p_then_key, null));
  v_new int;
  v_command text[] := p_command;
  v_mine boolean[] := array_fill(true, array[v_size]);
begin
  insert into ops.claim (scope, key, fingerprint, command_id, holder, forever, lease_until)
  select r.scope, r.key, r.fingerprint, r.command_id, r.holder, r.forever, clock_timestamp() + r.lease_ms * interval '1 ms'
  from unnest(p_scope, p_key, p_fingerprint, p_command, p_holder, p_forever, p_lease_ms)
    as r(scope, key, fingerprint, command_id, holder, forever, lease_ms)
  order by r.scope, r.key
  on conflict (scope, key) do nothing;
  get diagnostics v_new = row_count;
  if v_new < v_size then
    -- An attempt whose lease is over is taken over under its command id.
    perform c.key from ops.claim c join unnest(p_scope, p_key) as r(scope, key) on c.scope = r.scope and c.key = r.key
      where c.answered_at is null order by c.scope, c.key for update of c;
    update ops.claim c set holder = r.holder, lease_until = clock_timestamp() + r.lease_ms * interval '1 ms', attempts = c.attempts + 1
    from unnest(p_scope, p_key, p_fingerprint, p_holder, p_lease_ms) as r(scope, key, fingerprint, holder, lease_ms)
    where c.scope = r.scope and c.key = r.key and c.answered_at is null and c.fingerprint = r.fingerprint
      and c.lease_until <= clock_timestamp() and c.holder <> r.holder;
    select array_agg(coalesce(c.command_id, '') order by r.item),
           array_agg(coalesce(c.holder = p_holder[r.item] and c.answered_at is null, false) order by r.item)
      into v_command, v_mine
    from unnest(p_scope, p_key) with ordinality as r(scope, key, item)
      left join ops.claim c on c.scope = r.scope and c.key = r.key;
  end if;
  if v_second > 0 then
    insert into ops.claim (scope, key, fingerprint, command_id, holder, forever, lease_until)
    select r.scope, r.key, r.fingerprint, v_command[r.item], p_holder[r.item], true, clock_timestamp()
    from unnest(p_then_scope, p_then_key, p_then_fingerprint) with ordinality as r(scope, key, fingerprint, item)
    where r.key is not null and v_mine[r.item]
    order by r.scope, r.key
    on conflict (scope, key) do nothing;
    get diagnostics v_second = row_count;
  end if;
  if v_new + v_second = v_size + v_size - cardinality(array_positions(p_then_key, null)) then return; end if;
  return query
  select r.item::int - 1, 1, v_mine[r.item], c.fingerprint, c.command_id, c.attempts, c.first_used_at,
         ceil(extract(epoch from c.lease_until - clock_timestamp()) * 1000)::float8, c.status, c.headers, c.body, c.position
  from unnest(p_scope, p_key) with ordinality as r(scope, key, item)
    join ops.claim c on c.scope = r.scope and c.key = r.key
  union all
  select r.item::int - 1, 2, true, c.fingerprint, c.command_id, c.attempts, c.first_used_at, 0, c.status, c.headers, c.body, c.position
  from unnest(p_then_scope, p_then_key) with ordinality as r(scope, key, item)
    join ops.claim c on c.scope = r.scope and c.key = r.key
  where v_mine[r.item];
end $$`;

const statements = [
  claimKeys,
  // An answer stays on the page of its claim and touches no index: nothing indexed changes, and pages are filled by a quarter.
  `alter table ops.claim set (fillfactor = 25)`,
  `drop index ops.claim_forgettable`,
  `create index claim_forgettable on ops.claim (first_used_at) where not forever`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
