import { sql } from 'kysely';
import { caseRules } from '../../domain/exceptionCase/classes.ts';

// Whether a node still tells of its stock: of a row `n` of `rm.node`.

/** Nodes that have to go on telling of their stock. */
export const hasStockFeed = sql`n.active and (n.content ->> 'kind' = '3PL' or n.content -> 'stockFeed' is not null)`;

/** Seconds; null where the node has no limit of its own. */
export const ownFeedLimit = sql`(n.content -> 'stockFeed' ->> 'staleAfterSeconds')::int`;

const limitOfUnit = sql`(select (e.value ->> 'limitSeconds')::int from rm.business_unit u
  cross join lateral jsonb_array_elements(u.content -> 'slas') e where u.bu = n.bu and e.value ->> 'class' = 'FEED_STALE')`;

/** The last stock message or snapshot, by one look into an index however many items there are; before the first one, the definition. */
export const toldOfStockAt = sql`coalesce(greatest(
  (select max(p.feed_at) from rm.stock_position p where p.bu = n.bu and p.node = n.node),
  (select f.taken_at from rm.snapshot_feed f where f.node_key = n.bu || '.' || n.node)), n.updated_at)`;

/** The same clock as that of the case `FEED_STALE`. A node without a feed is not looked at. */
export const isFeedStale = sql<boolean>`case when ${hasStockFeed} then ${toldOfStockAt} + make_interval(secs =>
  coalesce(${ownFeedLimit}, ${limitOfUnit}, ${sql.lit(caseRules.FEED_STALE.limitSeconds)})) <= now() else false end`;
