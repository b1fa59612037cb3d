import { type RawBuilder, sql } from 'kysely';
import type { GroupRate } from '../../commands/ports.ts';

/** Whether a row is of the group of `limit`. An order's steps have its channel. */
const isOf = (row: string, limit: string): RawBuilder<unknown> => {
  const [o, l] = [sql.raw(row), sql.raw(limit)];
  return sql`case ${l}."group" when 'bu' then ${o}.bu when 'channel' then ${o}.channel when 'node' then ${o}.node
    when 'adapter' then ${o}.partner end = ${l}.key`;
};

/** A second's worth may be taken at once, and one more, so that a slow rate loses nothing between two looks. */
const burstOf = ({ perSecond }: GroupRate): number => perSecond + 1;

/** A bucket for each that has none; a new one is full. */
export const addBuckets = (rates: readonly GroupRate[]) => {
  const rows = rates.map((rate) => ({ ...rate, tokens: burstOf(rate) }));
  return sql`insert into ops.rate_bucket (limit_group, limit_key, tokens)
    select r."group", r.key, r.tokens from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r("group" text, key text, tokens float8)
    on conflict (limit_group, limit_key) do nothing`;
};

/**
 * What is due, as common table expressions that end in `due (intent_id)`: everything that no limit concerns, and of the rest
 * as much as is in the buckets, from which it is taken in the same statement. Their rows are locked, so processes that
 * take at once take turns, for as long as something is limited.
 */
export const dueWithin = (
  rates: readonly GroupRate[],
  limit: number,
  isDue: RawBuilder<unknown>,
): RawBuilder<unknown> => {
  const given = rates.map((rate) => ({ ...rate, burst: burstOf(rate) }));
  const wanted = sql`select o.intent_id, o.priority, o.sequence, o.bu, o.channel, o.node, o.partner from ops.outbox o where ${isDue}`;
  const inTurn = sql`order by o.priority, o.sequence limit ${limit} for update of o skip locked`;
  const placeIn = (column: string) =>
    sql`row_number() over (partition by s.${sql.raw(column)} order by s.priority, s.sequence) as ${sql.raw(`of_${column}`)}`;
  return sql`room as materialized (
    select b.limit_group as "group", b.limit_key as key, clock_timestamp() as at, least(g.burst,
      b.tokens + g."perSecond" * greatest(0, extract(epoch from clock_timestamp() - b.refilled_at))) as tokens
    from ops.rate_bucket b join jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as g("group" text, key text, "perSecond" float8, burst float8)
      on g."group" = b.limit_group and g.key = b.limit_key
    order by 1, 2 for update of b
  ), free as materialized (
    ${wanted} and not exists (select from room m where ${isOf('o', 'm')}) ${inTurn}
  ), slowed as materialized (
    ${wanted} and exists (select from room m where ${isOf('o', 'm')})
      and not exists (select from room m where m.tokens < 1 and ${isOf('o', 'm')}) ${inTurn}
  ), placed as (
    select s.*, ${placeIn('bu')}, ${placeIn('channel')}, ${placeIn('node')}, ${placeIn('partner')} from slowed s
  ), due as materialized (
    select f.* from (
      select * from free
      union all
      select s.intent_id, s.priority, s.sequence, s.bu, s.channel, s.node, s.partner from placed s
      where not exists (select from room m where ${isOf('s', 'm')} and m.tokens <
        case m."group" when 'bu' then s.of_bu when 'channel' then s.of_channel when 'node' then s.of_node else s.of_partner end)
    ) f order by f.priority, f.sequence limit ${limit}
  ), spent as (
    update ops.rate_bucket b set tokens = u.tokens - u.used, refilled_at = u.at
    from (select m.*, (select count(*) from due d where ${isOf('d', 'm')}) as used from room m) u
    where u."group" = b.limit_group and u.key = b.limit_key and u.used > 0
  )`;
};
