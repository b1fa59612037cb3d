import { type Kysely, sql } from 'kysely';

// A partial index of all that waits looks like the cheapest way to anything while little waits, and the planner keeps what it
// chose then: it went through the whole backlog once for each intent. With a thousand waiting that cost more than all
// other statements of an order together. So each index is worded such that only its own statements can use it.

/** By turn: for statements that say `done_at is null and priority > 0`. The lanes' index is for those that say the former alone. */
const inTurn = [
  'create index outbox_in_turn on ops.outbox (priority, sequence) where done_at is null and priority > 0',
  'drop index ops.outbox_turn',
];

/**
 * Marks intents as done, and tells whether another one waits in a lane of theirs. The id of each stays, so that nothing is
 * done twice; what was to be done stays in the process's stream alone. `coalesce`: by key, and by no index of what waits.
 */
const finishIntents = `
create function ops.finish_intents(p_intents text[]) returns boolean
language plpgsql
set enable_seqscan = off set plan_cache_mode = force_generic_plan set jit = off
as $$
declare
  v_next boolean;
begin
  with finished as (
    update ops.outbox set done_at = clock_timestamp(), lease_until = null, payload = ''
    where intent_id = any(p_intents) and coalesce(done_at, 'infinity') = 'infinity'
    returning lane, intent_id
  )
  select exists (
    select from finished f cross join lateral (
      select from ops.outbox o where o.lane = f.lane and o.done_at is null and o.intent_id <> f.intent_id
      order by o.sequence limit 1) waiting
  ) into v_next;
  return v_next;
end $$`;

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of [...inTurn, finishIntents]) await sql.raw(statement).execute(db);
};
