import { type Kysely, sql } from 'kysely';

/**
 * What was known at an earlier position. Whatever changes in the staging ledger after it was staged has a companion that
 * is only added to: the journal's states with all that came with them (`step` counts within one event), batches as each
 * event left them, and the names that accounts had. `policy_version` says which policies were in force when.
 */
const staging = [
  `drop view rm.gl_journal_state_change`,
  `alter table rm_gl_staging_v1.gl_journal_state_change
     drop constraint gl_journal_state_change_pkey,
     add column step integer not null,
     add column batch_id text,
     add column erp_document text,
     add column code text,
     add column detail text,
     add column problems jsonb,
     add constraint gl_journal_state_change_pkey primary key (journal_id, position, step)`,
  `create index gl_journal_state_change_batch on rm_gl_staging_v1.gl_journal_state_change (('gl-batch:' || batch_id)) where batch_id is not null`,
  `create index gl_journal_state_change_erp on rm_gl_staging_v1.gl_journal_state_change (('erp-doc:' || erp_document)) where erp_document is not null`,
  `create table rm_gl_staging_v1.gl_batch_change (like rm_gl_staging_v1.gl_batch including defaults, primary key (bu, batch_id, position))`,
  `create index gl_batch_position on rm_gl_staging_v1.gl_batch (position)`,
  `create table rm_gl_staging_v1.gl_account_name (
     bu text not null, ledger text not null, account text not null, position text collate "C" not null, name text not null,
     primary key (bu, ledger, account, position)
   )`,
  // Journals without an account are few, and no balance counts them.
  `create index gl_line_unmapped on rm_gl_staging_v1.gl_line (journal_id) where account is null`,
  `create view rm.gl_journal_state_change as select * from rm_gl_staging_v1.gl_journal_state_change`,
  `create view rm.gl_batch_change as select * from rm_gl_staging_v1.gl_batch_change`,
  `create view rm.gl_account_name as select * from rm_gl_staging_v1.gl_account_name`,
];

const policies = [
  `create table rm_master_data_v1.policy_version (
     bu text not null, kind text not null, version integer not null,
     position text collate "C" not null, updated_at timestamptz not null,
     primary key (bu, kind, position)
   )`,
  `create view rm.policy_version as select * from rm_master_data_v1.policy_version`,
];

const index = [`create index event_index_recorded on rm_event_index_v1.event_index (updated_at, position)`];

/** Companions cannot be filled from what is there: the two projections read the log again, from its first event. */
const again = [
  `truncate rm_gl_staging_v1.posting_context, rm_gl_staging_v1.gl_account, rm_gl_staging_v1.gl_journal, rm_gl_staging_v1.gl_line,
     rm_gl_staging_v1.gl_journal_state, rm_gl_staging_v1.gl_journal_state_change, rm_gl_staging_v1.gl_batch`,
  `truncate rm_master_data_v1.business_unit, rm_master_data_v1.item, rm_master_data_v1.node, rm_master_data_v1.customer`,
  `delete from ops.parked_event where projection in ('gl_staging', 'master_data')`,
  `delete from ops.dead_letter where projection in ('gl_staging', 'master_data')`,
  `update ops.projection set position = null, last_event_id = null, last_event_stream = null, last_event_revision = null,
     last_event_recorded_at = null, applied = 0, rows = 0, blocked_lanes = 0, at_head = false, state = 'REPLAYING',
     error_class = null, error_detail = null
   where name in ('gl_staging', 'master_data') and live`,
];

export const up = async (db: Kysely<never>): Promise<void> => {
  // The emptied table takes a new column that may not be null.
  for (const statement of [...again, ...staging, ...policies, ...index]) await sql.raw(statement).execute(db);
};
