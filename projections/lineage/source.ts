import { type RawBuilder, sql } from 'kysely';
import { ledgerAt, liveLedger } from '../glStaging/source.ts';
import type { OrderRows } from '../orders/rows.ts';
import type { Folded } from '../projection.ts';
import { rowsOf } from '../readModel.ts';
import type { LineageRows } from './tables.ts';

/** Where the graph reads from: the read models as they are, or rows that say how they were at some position. */
export type LineageSource = {
  readonly nodes: RawBuilder<unknown>;
  readonly flows: RawBuilder<unknown>;
  readonly orderLines: RawBuilder<unknown>;
  readonly journals: RawBuilder<unknown>;
  readonly lines: RawBuilder<unknown>;
  readonly states: RawBuilder<unknown>;
  readonly superseded: RawBuilder<unknown>;
  readonly corrections: RawBuilder<unknown>;
  readonly batches: RawBuilder<unknown>;
  readonly events: RawBuilder<unknown>;
  /** Nodes, flows and order lines where they came with the question: no index finds one of them, so they are joined whole. */
  readonly folded: RawBuilder<unknown> | undefined;
};

export const liveLineage: LineageSource = {
  nodes: sql`rm.lineage_node`,
  flows: sql`rm.lineage_flow`,
  orderLines: sql`rm.order_line`,
  journals: sql`rm.gl_journal`,
  lines: sql`rm.gl_line`,
  states: sql`rm.gl_journal_state`,
  superseded: liveLedger.superseded,
  corrections: liveLedger.corrections,
  batches: sql`rm.gl_batch`,
  events: sql`rm.event_index`,
  folded: undefined,
};

/** The graph as it was at `position`: goods and documents folded for the question, postings as they stood. */
export const lineageAt = (
  position: string,
  graph: Folded<LineageRows>,
  orders: Pick<Folded<OrderRows>, 'lines'>,
): LineageSource => {
  const { journals, lines, states, superseded, corrections, batches } = ledgerAt(position);
  return {
    nodes: sql`folded_node`,
    flows: sql`folded_flow`,
    orderLines: sql`folded_order_line`,
    journals,
    lines,
    states,
    superseded,
    corrections,
    batches,
    events: sql`(select * from rm.event_index where position <= ${position})`,
    // Each is read once: it is long, and asked for in several places.
    folded: sql`folded_node as materialized ${rowsOf(sql`rm.lineage_node`, graph.nodes)},
      folded_flow as materialized ${rowsOf(sql`rm.lineage_flow`, graph.edges)},
      folded_order_line as materialized ${rowsOf(sql`rm.order_line`, orders.lines)}`,
  };
};

/** Without what is posted under an accounting date after `day`. */
export const postedBy = (day: string, source: LineageSource): LineageSource => ({
  ...source,
  lines: sql`(select l.* from ${source.lines} l where exists (
    select from rm.gl_journal j where j.journal_id = l.journal_id and j.accounting_date <= ${day}))`,
});
