import { type Kysely, sql } from 'kysely';

const reflects = `bu text not null, position text collate "C" not null, updated_at timestamptz not null`;

const lineage = [
  `create schema rm_lineage_v1`,
  `create table rm_lineage_v1.lineage_node (
     id text primary key,
     type text not null,
     label text not null,
     business_key text,
     at timestamptz not null,
     qty bigint,
     amount numeric(38, 0),
     currency text,
     detail jsonb not null,
     order_id text,
     correlation text not null,
     event_id uuid not null,
     ${reflects}
   )`,
  `create index lineage_node_correlation on rm_lineage_v1.lineage_node (correlation)`,
  `create index lineage_node_business_key on rm_lineage_v1.lineage_node (business_key, type)`,
  `create index lineage_node_order on rm_lineage_v1.lineage_node (order_id)`,
  `create table rm_lineage_v1.lineage_edge (
     from_id text not null,
     to_id text not null,
     kind text not null,
     qty bigint,
     amount numeric(38, 0),
     event_id uuid not null,
     ${reflects},
     primary key (from_id, to_id, kind)
   )`,
  `create index lineage_edge_to on rm_lineage_v1.lineage_edge (to_id)`,
];

const eventIndex = [
  `create schema rm_event_index_v1`,
  `create table rm_event_index_v1.event_index (
     position text collate "C" primary key,
     event_id uuid not null,
     stream text not null,
     revision integer not null,
     type text not null,
     category text not null,
     bu text not null,
     correlation text not null,
     causation text not null,
     command_id text not null,
     actor_kind text not null,
     actor text not null,
     order_id text,
     customer text,
     node text,
     item text,
     occurred_at timestamptz not null,
     updated_at timestamptz not null,
     policy jsonb,
     reason jsonb,
     payload_sha256 text,
     data_sha256 text not null
   )`,
  `create unique index event_index_event on rm_event_index_v1.event_index (event_id)`,
  `create index event_index_stream on rm_event_index_v1.event_index (stream, position)`,
  `create index event_index_correlation on rm_event_index_v1.event_index (correlation, position)`,
  `create index event_index_order on rm_event_index_v1.event_index (order_id, position)`,
];

/** Posted lines, batches and ERP documents join the graph from the staging ledger itself: one fact, kept once. */
const views = [
  `create view rm.lineage_node as select * from rm_lineage_v1.lineage_node`,
  `create view rm.event_index as select * from rm_event_index_v1.event_index`,
  `create view rm.lineage_edge as
     select from_id, to_id, kind, qty, amount, event_id, bu, position from rm_lineage_v1.lineage_edge
     union all
     select from_node, node_id, 'POSTED_BY', null, debit + credit, source_event_id, bu, position from rm_gl_staging_v1.gl_line
     union all
     select l.node_id, s.batch_node, 'BATCHED_IN', null, l.debit + l.credit, l.source_event_id, s.bu, s.position
     from rm_gl_staging_v1.gl_line l join rm_gl_staging_v1.gl_journal_state s on s.journal_id = l.journal_id
     where s.batch_node is not null
     union all
     select l.node_id, s.erp_node, 'ACKNOWLEDGED_AS', null, l.debit + l.credit, l.source_event_id, s.bu, s.position
     from rm_gl_staging_v1.gl_line l join rm_gl_staging_v1.gl_journal_state s on s.journal_id = l.journal_id
     where s.erp_node is not null`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of [...lineage, ...eventIndex, ...views]) await sql.raw(statement).execute(db);
};
