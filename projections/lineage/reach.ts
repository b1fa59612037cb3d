import { sql } from 'kysely';
import { defineQuery, type Question } from '../question.ts';
import type { LineageRequest } from './queries.ts';
import { liveLineage } from './source.ts';
import { rootOf } from './start.ts';
import { depthOf, walkOf } from './walk.ts';

/** What made the nodes that a walk reaches: orders, and events that belong to none. */
export type Makers = { readonly orderIds: readonly string[]; readonly eventIds: readonly string[] };

type Row = { readonly orderId: string | null; readonly eventId: string };

/**
 * Nodes and edges are only ever added, so what a walk reaches today holds everything it reached at an earlier position.
 * A node of several orders, such as a customer's PO, was made by one of them.
 */
export const makersOf = defineQuery(({ root, direction = 'both', depth }: LineageRequest): Question<Row, Makers> => {
  const { kind, key } = rootOf(root);
  return {
    statement: sql<Row>`with recursive ${walkOf(kind, direction, liveLineage)}
      select distinct coalesce(n.order_id, i.order_id) as "orderId", case when coalesce(n.order_id, i.order_id) is null then n.event_id end as "eventId"
      from reached r join rm.lineage_node n on n.id = r.id left join rm.event_index i on n.order_id is null and i.event_id = n.event_id
      union
      select l.order_id, case when l.order_id is null then l.source_event_id end from line l`,
    values: { root, key, depth: depthOf(depth), bus: null },
    answer: (rows) => ({
      orderIds: rows.flatMap(({ orderId }) => orderId ?? []).sort(),
      eventIds: rows.flatMap(({ orderId, eventId }) => (orderId === null ? [eventId] : [])).sort(),
    }),
  };
});
