import { type Kysely, sql } from 'kysely';

/**
 * Stores answers under their keys, one entry of each array per answer; headers and bodies, which are JSON, are joined by the
 * record separator, which JSON text cannot hold. The first answer of a key stays.
 *
 * The commit need not wait for the disk: what a crash of the server forgets is rebuilt from the log by the next attempt.
 * Rows are found by their key whatever the statistics of a young table say: a plan made while it was empty read all of it
 * for every batch, and went on to. They are locked in the order of their keys, as claims lock them.
 */
const answerKeys = `
create function ops.answer_keys(p_scope text[], p_key text[], p_status int[], p_headers text, p_body text, p_position text[])
returns void
language plpgsql
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
  v_headers text[] := string_to_array(p_headers, e'\\x1e');
  v_body text[] := string_to_array(p_body, e'\\x1e');
begin
  if cardinality(v_headers) <> cardinality(p_key) or cardinality(v_body) <> cardinality(p_key) then
    raise exception 'the parts of the answers do not belong together' using errcode = 'invalid_parameter_value';
  end if;
  perform set_config('synchronous_commit', 'off', true);
  update ops.claim c
  set answered_at = clock_timestamp(), status = r.status, headers = r.headers, body = r.body, position = r.position
  from (select * from unnest(p_scope, p_key, p_status, v_headers, v_body, p_position)
          as a(scope, key, status, headers, body, position) order by a.scope, a.key) r
  where c.scope = r.scope and c.key = r.key and c.answered_at is null;
end $$`;

const statements = [
  answerKeys,
  // The same for claims of which some are repeated.
  `alter function ops.claim_keys(text[], text[], text[], text[], uuid[], boolean[], int[], text[], text[], text[])
     set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
