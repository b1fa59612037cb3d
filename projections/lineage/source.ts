import { type RawBuilder, sql } from 'kysely';

/** Where the graph reads from: the read models as they are, or rows that say how they were at some position. */
export type LineageSource = {
  readonly nodes: RawBuilder<unknown>;
  readonly flows: RawBuilder<unknown>;
  readonly orderLines: RawBuilder<unknown>;
  readonly journals: RawBuilder<unknown>;
  readonly lines: RawBuilder<unknown>;
  readonly states: RawBuilder<unknown>;
  readonly batches: RawBuilder<unknown>;
  readonly events: RawBuilder<unknown>;
};

export const liveLineage: LineageSource = {
  nodes: sql`rm.lineage_node`,
  flows: sql`rm.lineage_flow`,
  orderLines: sql`rm.order_line`,
  journals: sql`rm.gl_journal`,
  lines: sql`rm.gl_line`,
  states: sql`rm.gl_journal_state`,
  batches: sql`rm.gl_batch`,
  events: sql`rm.event_index`,
};
