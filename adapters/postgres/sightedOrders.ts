import { type Kysely, sql } from 'kysely';
import type { SightedOrders, Sighting } from '../../commands/ports.ts';
import type { SightedOrder } from '../../domain/order/duplicates.ts';
import { orLogUnavailable } from './failures.ts';

/** Of each other channel, of the same occasion; those with the same content are found among any number. */
const similarMax = 20;
/** Channels have the names that their orders say. Of the same occasion more than a few are somebody's mistake. */
const channelsMax = 32;

type Row = SightedOrder & { readonly secondId: string };

/**
 * What is kept and what is found in one statement, which does not see what it keeps. The channels of an occasion are found
 * from one to the next by index, however many orders each has. The window is looked at behind the limits: of rows in order
 * of the log the latest is the youngest, too.
 */
const sight = (orders: readonly Sighting[]) => {
  const found = sql`s.order_id, s.position, s.accepted_at, s.channel, s.customer_po, s.occasion, s.content, s.goods`;
  const before = sql`s.channel = c.channel and s.position < g.position and s.customer_po <> g."customerPo"
      order by s.position desc`;
  return sql<Row>`
  with given as materialized (
    select * from jsonb_to_recordset(${JSON.stringify(orders)}::jsonb) as (
      "orderId" text, position text, "acceptedAt" timestamptz, channel text, "customerPo" text, occasion text,
      content text, goods jsonb, since timestamptz, until timestamptz)
  ), kept as (
    insert into ops.sighted_order (occasion, channel, position, content, order_id, customer_po, goods, accepted_at, until)
    select occasion, channel, position, content, "orderId", "customerPo", goods, "acceptedAt", until from given
    on conflict do nothing
  )
  select g."orderId" as "secondId", f.order_id as "orderId", f.position, f.accepted_at as "acceptedAt", f.channel,
         f.customer_po as "customerPo", f.occasion, f.content, f.goods
  from given g
  cross join lateral (
    with recursive heard (channel) as (
      select min(s.channel) from ops.sighted_order s where s.occasion = g.occasion
      union all
      select (select min(s.channel) from ops.sighted_order s where s.occasion = g.occasion and s.channel > h.channel)
      from heard h where h.channel is not null
    ) select h.channel from heard h where h.channel <> g.channel limit ${channelsMax}
  ) c
  cross join lateral (
    (select ${found} from ops.sighted_order s where s.content = g.content and ${before} limit 1)
    union
    (select ${found} from ops.sighted_order s where s.occasion = g.occasion and ${before} limit ${similarMax})
  ) f
  where f.accepted_at >= g.since`;
};

const forget = (at: string, limit: number) => sql<{ count: number }>`
  with gone as (
    delete from ops.sighted_order s using (
      select occasion, channel, position from ops.sighted_order where until < ${at}::timestamptz order by until limit ${limit}
    ) o where (s.occasion, s.channel, s.position) = (o.occasion, o.channel, o.position) returning s.position)
  select count(*)::int as count from gone`;

/** What the duplicate radar remembers, in `ops.sighted_order`. */
export const createSightedOrders = <Tables>(db: Kysely<Tables>): SightedOrders => ({
  sight: async (orders) => {
    const { rows } = await orLogUnavailable(() => sight(orders).execute(db));
    return rows.map(({ secondId, ...first }) => ({ secondId, first }));
  },
  forget: async (at, limit) => (await orLogUnavailable(() => forget(at, limit).execute(db))).rows[0]?.count ?? 0,
});
