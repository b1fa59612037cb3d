import { type Kysely, sql } from 'kysely';

/**
 * Steps are taken by priority, and by age within one. What an earlier version stores beside this one comes first, as it is
 * not known to be able to wait.
 */
const statements = [
  'alter table ops.outbox add column priority smallint not null default 1',
  `update ops.outbox set priority = case
     when step in ('planShipment', 'toWarehouse', 'stopRelease', 'recordShortage', 'afterConfirm', 'afterShipmentVoid') then 2
     when step in ('calculateTax', 'issueInvoice', 'commitTax', 'voidTax', 'afterInvoice', 'afterInvoiceVoid') then 3
     when step in ('close', 'exportBatch', 'collectOutcomes', 'recordPosting') then 4 else 1 end
   where done_at is null`,
  'create index outbox_turn on ops.outbox (priority, sequence) where done_at is null',
  'drop index ops.outbox_due',
];

export const up = async (db: Kysely<never>): Promise<void> => {
  for (const statement of statements) await sql.raw(statement).execute(db);
};
