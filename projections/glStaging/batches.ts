import { type RawBuilder, sql } from 'kysely';
import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import { Inconsistent } from '../failures.ts';
import { type Target, tableIn } from '../table.ts';
import { endedHere } from './reversals.ts';

/** The journals `s` of a batch, by the index over their lineage node: a ledger is long, a batch is not. */
const inBatch = (batchId: RawBuilder<unknown>): RawBuilder<boolean> => sql`s.batch_node = 'gl-batch:' || ${batchId}`;

export const batchOf = (batchId: string): RawBuilder<boolean> => inBatch(sql`${batchId}::text`);

/** A refused journal that is sealed again leaves the batch it was refused in, which keeps what became of it there. */
export const leaveEarlierBatches = async (event: RecordedOf<'GlBatchSealed'>, into: Target): Promise<void> => {
  const { bu, journals } = event.data;
  const ids = journals.map((journal) => journal.journalId);
  await sql`update ${tableIn(into, 'gl_batch')} b set resealed = b.resealed || x.entries, position = ${event.position}, updated_at = ${event.recordedAt}
    from (select s.batch_id, jsonb_agg(jsonb_build_object('journalId', s.journal_id, 'state', 'REJECTED', 'erpDocument', null, 'code', s.code,
        'detail', s.detail) order by s.source_position, s.journal_id) as entries
      from ${tableIn(into, 'gl_journal_state')} s
      where s.bu = ${bu} and s.journal_id = any(${ids}::text[]) and s.batch_id is not null group by s.batch_id) x
    where b.bu = ${bu} and b.batch_id = x.batch_id`.execute(into.tx);
};

export const batchRow = async (
  event: RecordedDomainEvent & { data: { bu: string; batchId: string } },
  into: Target,
  set: RawBuilder<unknown>,
): Promise<void> => {
  const { numAffectedRows } =
    await sql`update ${tableIn(into, 'gl_batch')} b set ${set}, revision = ${event.revision}, position = ${event.position},
      updated_at = ${event.recordedAt} where b.bu = ${event.data.bu} and b.batch_id = ${event.data.batchId}`.execute(
      into.tx,
    );
  if (numAffectedRows !== 1n) throw new Inconsistent(`batch ${event.data.batchId} is not there`);
};

const counted = (
  into: Target,
) => sql`acknowledged_count = (select count(*) from ${tableIn(into, 'gl_journal_state')} s where s.bu = b.bu and ${inBatch(sql`b.batch_id`)}
    and (s.state = 'ACKNOWLEDGED' or (s.state = 'REVERSED' and s.erp_document is not null))),
  rejected_count = jsonb_array_length(b.resealed) + (select count(*) from ${tableIn(into, 'gl_journal_state')} s
    where s.bu = b.bu and ${inBatch(sql`b.batch_id`)} and (s.state = 'REJECTED' or ${endedHere}))`;

export const settleBatch = async (
  event: RecordedOf<'GlBatchAcknowledged' | 'GlEntriesRejected'>,
  into: Target,
): Promise<void> => {
  await batchRow(event, into, sql`${counted(into)}, erp_system = ${event.data.erpSystem}`);
  await batchRow(
    event,
    into,
    sql`state = case when b.acknowledged_count = b.journal_count then 'ACKNOWLEDGED'
    when b.rejected_count = b.journal_count then 'REJECTED'
    when b.acknowledged_count + b.rejected_count = b.journal_count then 'PARTIALLY_ACKNOWLEDGED' else 'EXPORTED' end`,
  );
};
