import { sql } from 'kysely';
import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import { Inconsistent } from '../failures.ts';
import { type Target, tableIn } from '../table.ts';
import { batchOf, batchRow, leaveEarlierBatches, settleBatch } from './batches.ts';
import { isAnyOf, move } from './move.ts';
import { restaged } from './restagings.ts';
import { endedHere, endUnexportedPairs, endWithRefusedOriginals, revive } from './reversals.ts';

// What happens to staged journals touches whole batches and periods, so each event is a few statements over sets.

const sealed = async (event: RecordedOf<'GlBatchSealed'>, into: Target): Promise<number> => {
  const { bu, batchId, journals, ledger, period } = event.data;
  const ids = journals.map((journal) => journal.journalId);
  const where = sql`s.journal_id = any(${ids}::text[]) and (s.state in ('READY', 'REJECTED', 'SUPERSEDED') or ${endedHere})
    and s.ledger = ${ledger} and s.period = ${period}`;
  await leaveEarlierBatches(event, into);
  const count = await move(into, {
    event,
    bu,
    set: sql`state = 'SEALED', batch_id = ${batchId}, code = null, detail = null`,
    where,
    reference: sql`s.batch_id`,
  });
  if (count !== ids.length)
    throw new Inconsistent(`batch ${batchId} seals ${ids.length} journals, of which ${count} could be sealed`);
  const { sequence, controlTotals, merkleRoot, contentSha256, throughPosition } = event.data;
  await sql`insert into ${tableIn(into, 'gl_batch')} (batch_id, ledger, period, sequence, state, journal_count, acknowledged_count, rejected_count,
      control_totals, merkle_root, content_sha256, through_position, sealed_at, revision, bu, position, updated_at)
    values (${batchId}, ${ledger}, ${period}, ${sequence}, 'SEALED', ${ids.length}, 0, 0, ${JSON.stringify(controlTotals)}::jsonb, ${merkleRoot},
      ${contentSha256}, ${throughPosition}, ${event.metadata.occurredAt}, ${event.revision}, ${bu}, ${event.position}, ${event.recordedAt})`.execute(
    into.tx,
  );
  const revived = await revive(event, into);
  // The journals' steps and the batch itself.
  return count + revived + 1;
};

const exported = async (event: RecordedOf<'GlBatchExported'>, into: Target): Promise<number> => {
  const { bu, batchId, erpSystem, fileSha256 } = event.data;
  await batchRow(
    event,
    into,
    sql`state = case when b.state = 'SEALED' then 'EXPORTED' else b.state end, erp_system = ${erpSystem}, file_sha256 = ${fileSha256}`,
  );
  const where = sql`${batchOf(batchId)} and s.state = 'SEALED'`;
  return move(into, { event, bu, set: sql`state = 'EXPORTED'`, where, reference: sql`s.batch_id` });
};

/** Both journals are in the ERP's books now: the original counts as reversed. */
const reverseOriginals = (event: RecordedOf<'GlBatchAcknowledged'>, into: Target): Promise<number> => {
  const ids = event.data.journals.map((journal) => journal.journalId);
  const journals = tableIn(into, 'gl_journal');
  const isPosted = sql`(select r.state from ${tableIn(into, 'gl_journal_state')} r where r.journal_id = j.journal_id) in ('ACKNOWLEDGED', 'REVERSED')`;
  // The journals of the batch may be the reversals, or the originals: each way has its own index.
  const originals = sql`select j.reversal_of from ${journals} j where j.journal_id = any(${ids}::text[]) and j.reversal_of is not null and ${isPosted}
    union select j.reversal_of from ${journals} j where j.reversal_of = any(${ids}::text[]) and ${isPosted}`;
  const where = sql`s.state = 'ACKNOWLEDGED' and ${isAnyOf(originals)}`;
  const reference = sql`(select min(j.journal_id) from ${journals} j where j.reversal_of = s.journal_id and ${isPosted})`;
  return move(into, { event, bu: event.data.bu, set: sql`state = 'REVERSED'`, where, reference });
};

const acknowledged = async (event: RecordedOf<'GlBatchAcknowledged'>, into: Target): Promise<number> => {
  const { bu, batchId, journals } = event.data;
  const answer = sql`(select a."erpDocument" from json_to_recordset(${JSON.stringify(journals)}::json) as a("journalId" text, "erpDocument" text)
    where a."journalId" = s.journal_id)`;
  const where = sql`${batchOf(batchId)} and (s.state in ('SEALED', 'EXPORTED', 'REJECTED') or ${endedHere})
    and s.journal_id = any(${journals.map((each) => each.journalId)}::text[])`;
  const set = sql`state = 'ACKNOWLEDGED', erp_document = ${answer}, code = null, detail = null`;
  const count = await move(into, { event, bu, set, where, reference: sql`s.erp_document` });
  const revived = await revive(event, into);
  const reversed = await reverseOriginals(event, into);
  await settleBatch(event, into);
  return count + revived + reversed;
};

const rejected = async (event: RecordedOf<'GlEntriesRejected'>, into: Target): Promise<number> => {
  const { bu, batchId, journals } = event.data;
  const answer = (
    column: string,
  ) => sql`(select a.${sql.ref(column)} from json_to_recordset(${JSON.stringify(journals)}::json)
    as a("journalId" text, code text, detail text) where a."journalId" = s.journal_id)`;
  const where = sql`${batchOf(batchId)} and s.state in ('SEALED', 'EXPORTED') and s.journal_id = any(${journals.map((each) => each.journalId)}::text[])`;
  const set = sql`state = 'REJECTED', code = ${answer('code')}, detail = ${answer('detail')}`;
  const count = await move(into, { event, bu, set, where, reference: sql`s.code` });
  const ended = await endWithRefusedOriginals(event, into);
  await settleBatch(event, into);
  return count + ended;
};

/** Journals that waited for nothing but this period can be sealed now. */
const periodOpened = (event: RecordedOf<'PeriodOpened' | 'PeriodReopened'>, into: Target): Promise<number> => {
  const { bu, ledger, period } = event.data;
  const onlyPeriod = sql`not jsonb_path_exists(s.problems, '$[*] ? (@.code != "PERIOD_NOT_OPEN")')`;
  const where = sql`s.ledger = ${ledger} and s.period = ${period} and s.state = 'HELD' and ${onlyPeriod}`;
  return move(into, { event, bu, set: sql`state = 'READY', problems = '[]'`, where, reference: sql`${period}` });
};

export const transitionTypes = [
  'GlBatchSealed',
  'GlBatchExported',
  'GlBatchAcknowledged',
  'GlEntriesRejected',
  'PeriodOpened',
  'PeriodReopened',
  'InvoiceVoided',
  'RevenueReversed',
  'ShipmentVoided',
  'GlRestageRequested',
  'GlReversalRequested',
] as const;

const moved = async (event: RecordedDomainEvent, into: Target): Promise<number> => {
  switch (event.type) {
    case 'GlBatchSealed':
      return sealed(event, into);
    case 'GlBatchExported':
      return exported(event, into);
    case 'GlBatchAcknowledged':
      return acknowledged(event, into);
    case 'GlEntriesRejected':
      return rejected(event, into);
    case 'PeriodOpened':
    case 'PeriodReopened':
      return periodOpened(event, into);
    case 'InvoiceVoided':
    case 'RevenueReversed':
    case 'ShipmentVoided':
    case 'GlReversalRequested':
      return endUnexportedPairs(event, into);
    case 'GlRestageRequested':
      return restaged(event, into);
    default:
      return 0;
  }
};

/** Keeps how the event left the batches that it touched. */
const noteBatches = async ({ position }: RecordedDomainEvent, into: Target): Promise<number> => {
  const { numAffectedRows } = await sql`insert into ${tableIn(into, 'gl_batch_change')}
    select b.* from ${tableIn(into, 'gl_batch')} b where b.position = ${position}`.execute(into.tx);
  return Number(numAffectedRows ?? 0n);
};

const batchTypes: ReadonlySet<string> = new Set([
  'GlBatchSealed',
  'GlBatchExported',
  'GlBatchAcknowledged',
  'GlEntriesRejected',
]);

/** Applies one such event to what is in the tables; answers with the number of rows it added. */
export const transition = async (event: RecordedDomainEvent, into: Target): Promise<number> => {
  const added = await moved(event, into);
  return batchTypes.has(event.type) ? added + (await noteBatches(event, into)) : added;
};
