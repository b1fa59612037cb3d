import { type RawBuilder, sql } from 'kysely';

/** Where questions about the staging ledger read from: the tables as they are, or as they were at some position. */
export type LedgerSource = {
  readonly journals: RawBuilder<unknown>;
  readonly lines: RawBuilder<unknown>;
  readonly states: RawBuilder<unknown>;
  /** The journals that count nowhere, because they were staged again: few, by an index of their own. */
  readonly superseded: RawBuilder<unknown>;
  readonly corrections: RawBuilder<unknown>;
  readonly batches: RawBuilder<unknown>;
  readonly accountNames: RawBuilder<unknown>;
  /** Entries of the subledgers, and the business units, whose tie-out it is. */
  readonly entries: RawBuilder<unknown>;
  readonly businessUnits: RawBuilder<unknown>;
};

export const liveLedger: LedgerSource = {
  journals: sql`rm.gl_journal`,
  lines: sql`rm.gl_line`,
  states: sql`rm.gl_journal_state`,
  superseded: sql`(select journal_id from rm.gl_journal_state where state = 'SUPERSEDED')`,
  corrections: sql`rm.gl_correction`,
  batches: sql`rm.gl_batch`,
  accountNames: sql`rm.gl_account`,
  entries: sql`rm.subledger_entry`,
  businessUnits: sql`rm.business_unit`,
};

/** The last row of each key, of those that were known at `position`. */
const last = (table: RawBuilder<unknown>, same: RawBuilder<unknown>, position: string): RawBuilder<unknown> =>
  sql`(select c.* from ${table} c where c.position <= ${position} and not exists (
    select from ${table} d where ${same} and d.position <= ${position} and d.position > c.position))`;

const statesAt = (position: string): RawBuilder<unknown> => {
  const change = sql`rm.gl_journal_state_change`;
  return sql`(select c.journal_id, c.state, c.batch_id, c.erp_document, c.code, c.detail, c.problems, c.bu, c.position, c.updated_at,
      (select j.source_position from rm.gl_journal j where j.journal_id = c.journal_id) as source_position,
      'gl-batch:' || c.batch_id as batch_node, 'erp-doc:' || c.erp_document as erp_node
    from ${change} c where c.position <= ${position} and not exists (select from ${change} d
      where d.journal_id = c.journal_id and d.position <= ${position} and (d.position, d.step) > (c.position, c.step)))`;
};

const supersededAt = (position: string): RawBuilder<unknown> => {
  const change = sql`rm.gl_journal_state_change`;
  return sql`(select c.journal_id from ${change} c where c.state = 'SUPERSEDED' and c.position <= ${position} and not exists (select from ${change} d
    where d.journal_id = c.journal_id and d.position <= ${position} and (d.position, d.step) > (c.position, c.step)))`;
};

/** The ledger as it was when the log had been read up to `position`: journals and lines are only ever added, the rest has companions that are. */
export const ledgerAt = (position: string): LedgerSource => ({
  journals: sql`(select * from rm.gl_journal where position <= ${position})`,
  lines: sql`(select * from rm.gl_line where position <= ${position})`,
  states: statesAt(position),
  superseded: supersededAt(position),
  corrections: sql`(select * from rm.gl_correction where position <= ${position})`,
  batches: last(sql`rm.gl_batch_change`, sql`d.bu = c.bu and d.batch_id = c.batch_id`, position),
  accountNames: last(
    sql`rm.gl_account_name`,
    sql`d.bu = c.bu and d.ledger = c.ledger and d.account = c.account`,
    position,
  ),
  entries: sql`(select * from rm.subledger_entry where entry_position <= ${position})`,
  // What a tie-out takes from it, the currency, is fixed for ever.
  businessUnits: sql`(select b.* from rm.business_unit b where exists (select from rm.policy_version v
    where v.bu = b.bu and v.kind = 'business-unit' and v.position <= ${position}))`,
});

const entryColumns = sql.raw('entry_position, entry_no, bu, kind, day, period, currency, amount, document');

/** The ledger in tables of its own that no view shows. */
export const ledgerIn = (schemaOf: (projection: string) => string): LedgerSource => {
  const table = (projection: string, name: string) => sql`${sql.id(schemaOf(projection), name)}`;
  return {
    journals: table('gl_staging', 'gl_journal'),
    lines: table('gl_staging', 'gl_line'),
    states: table('gl_staging', 'gl_journal_state'),
    superseded: sql`(select journal_id from ${table('gl_staging', 'gl_journal_state')} where state = 'SUPERSEDED')`,
    corrections: table('gl_staging', 'gl_correction'),
    batches: table('gl_staging', 'gl_batch'),
    accountNames: table('gl_staging', 'gl_account'),
    entries: sql`(select ${entryColumns}, pair from ${table('subledgers', 'subledger_entry')}
      union all select ${entryColumns}, 'INVENTORY' from ${table('inventory', 'stock_value_entry')})`,
    businessUnits: table('master_data', 'business_unit'),
  };
};
