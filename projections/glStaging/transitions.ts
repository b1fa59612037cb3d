import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';
import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import { Inconsistent } from '../failures.ts';

// What happens to staged journals touches whole batches and periods, so each event is a few statements over sets.
// Every statement that moves a state also writes the step down.

type Move = {
  readonly event: RecordedDomainEvent;
  readonly bu: string;
  readonly set: RawBuilder<unknown>;
  readonly where: RawBuilder<unknown>;
  readonly reference: RawBuilder<unknown>;
};

const move = async (tx: QueryExecutorProvider, { event, bu, set, where, reference }: Move): Promise<number> => {
  const { rows } = await sql<{ count: number }>`with moved as (
      update rm_gl_staging_v1.gl_journal_state s set ${set}, position = ${event.position}, updated_at = ${event.recordedAt}
      where s.bu = ${bu} and ${where} returning s.journal_id, s.state, ${reference} as reference),
    written as (
      insert into rm_gl_staging_v1.gl_journal_state_change (journal_id, position, state, reference, bu, updated_at)
      select journal_id, ${event.position}, state, reference, ${bu}, ${event.recordedAt}::timestamptz from moved)
    select count(*)::int as count from moved`.execute(tx);
  return rows[0]?.count ?? 0;
};

const batchOf = (batchId: string) => sql`s.batch_id = ${batchId}`;

const sealed = async (event: RecordedOf<'GlBatchSealed'>, tx: QueryExecutorProvider): Promise<number> => {
  const { bu, batchId, journals, ledger, period } = event.data;
  const ids = journals.map((journal) => journal.journalId);
  const where = sql`s.journal_id = any(${ids}::text[]) and s.state = 'READY' and s.ledger = ${ledger} and s.period = ${period}`;
  const count = await move(tx, {
    event,
    bu,
    set: sql`state = 'SEALED', batch_id = ${batchId}`,
    where,
    reference: sql`s.batch_id`,
  });
  if (count !== ids.length)
    throw new Inconsistent(`batch ${batchId} seals ${ids.length} journals, of which ${count} were READY`);
  const { sequence, controlTotals, merkleRoot, contentSha256, throughPosition } = event.data;
  await sql`insert into rm_gl_staging_v1.gl_batch (batch_id, ledger, period, sequence, state, journal_count, acknowledged_count, rejected_count,
      control_totals, merkle_root, content_sha256, through_position, sealed_at, revision, bu, position, updated_at)
    values (${batchId}, ${ledger}, ${period}, ${sequence}, 'SEALED', ${ids.length}, 0, 0, ${JSON.stringify(controlTotals)}::jsonb, ${merkleRoot},
      ${contentSha256}, ${throughPosition}, ${event.metadata.occurredAt}, ${event.revision}, ${bu}, ${event.position}, ${event.recordedAt})`.execute(
    tx,
  );
  // The journals' steps and the batch itself.
  return count + 1;
};

const batchRow = async (
  event: RecordedDomainEvent & { data: { bu: string; batchId: string } },
  tx: QueryExecutorProvider,
  set: RawBuilder<unknown>,
): Promise<void> => {
  const { numAffectedRows } =
    await sql`update rm_gl_staging_v1.gl_batch b set ${set}, revision = ${event.revision}, position = ${event.position},
      updated_at = ${event.recordedAt} where b.bu = ${event.data.bu} and b.batch_id = ${event.data.batchId}`.execute(
      tx,
    );
  if (numAffectedRows !== 1n) throw new Inconsistent(`batch ${event.data.batchId} is not there`);
};

const exported = async (event: RecordedOf<'GlBatchExported'>, tx: QueryExecutorProvider): Promise<number> => {
  const { bu, batchId, erpSystem, fileSha256 } = event.data;
  await batchRow(
    event,
    tx,
    sql`state = case when b.state = 'SEALED' then 'EXPORTED' else b.state end, erp_system = ${erpSystem}, file_sha256 = ${fileSha256}`,
  );
  const where = sql`${batchOf(batchId)} and s.state = 'SEALED'`;
  return move(tx, { event, bu, set: sql`state = 'EXPORTED'`, where, reference: sql`s.batch_id` });
};

/** Both journals are in the ERP's books now: the original counts as reversed. */
const reverseOriginals = (event: RecordedOf<'GlBatchAcknowledged'>, tx: QueryExecutorProvider): Promise<number> => {
  const ids = event.data.journals.map((journal) => journal.journalId);
  const pairs = sql`s.state = 'ACKNOWLEDGED' and s.journal_id in (
    select j.reversal_of from rm_gl_staging_v1.gl_journal j
      join rm_gl_staging_v1.gl_journal_state r on r.journal_id = j.journal_id and r.state in ('ACKNOWLEDGED', 'REVERSED')
      where j.reversal_of is not null and (j.journal_id = any(${ids}::text[]) or j.reversal_of = any(${ids}::text[])))`;
  const reference = sql`(select min(j.journal_id) from rm_gl_staging_v1.gl_journal j where j.reversal_of = s.journal_id)`;
  return move(tx, { event, bu: event.data.bu, set: sql`state = 'REVERSED'`, where: pairs, reference });
};

const counted = sql`acknowledged_count = (select count(*) from rm_gl_staging_v1.gl_journal_state s where s.bu = b.bu and s.batch_id = b.batch_id
    and s.state in ('ACKNOWLEDGED', 'REVERSED')),
  rejected_count = (select count(*) from rm_gl_staging_v1.gl_journal_state s where s.bu = b.bu and s.batch_id = b.batch_id and s.state = 'REJECTED')`;

const settleBatch = async (
  event: RecordedOf<'GlBatchAcknowledged' | 'GlEntriesRejected'>,
  tx: QueryExecutorProvider,
): Promise<void> => {
  await batchRow(event, tx, sql`${counted}, erp_system = ${event.data.erpSystem}`);
  await batchRow(
    event,
    tx,
    sql`state = case when b.acknowledged_count = b.journal_count then 'ACKNOWLEDGED'
    when b.rejected_count = b.journal_count then 'REJECTED'
    when b.acknowledged_count + b.rejected_count = b.journal_count then 'PARTIALLY_ACKNOWLEDGED' else 'EXPORTED' end`,
  );
};

const acknowledged = async (event: RecordedOf<'GlBatchAcknowledged'>, tx: QueryExecutorProvider): Promise<number> => {
  const { bu, batchId, journals } = event.data;
  const answer = sql`(select a."erpDocument" from json_to_recordset(${JSON.stringify(journals)}::json) as a("journalId" text, "erpDocument" text)
    where a."journalId" = s.journal_id)`;
  const where = sql`${batchOf(batchId)} and s.state in ('SEALED', 'EXPORTED', 'REJECTED') and s.journal_id = any(${journals.map((each) => each.journalId)}::text[])`;
  const set = sql`state = 'ACKNOWLEDGED', erp_document = ${answer}, code = null, detail = null`;
  const count = await move(tx, { event, bu, set, where, reference: sql`s.erp_document` });
  const reversed = await reverseOriginals(event, tx);
  await settleBatch(event, tx);
  return count + reversed;
};

const rejected = async (event: RecordedOf<'GlEntriesRejected'>, tx: QueryExecutorProvider): Promise<number> => {
  const { bu, batchId, journals } = event.data;
  const answer = (
    column: string,
  ) => sql`(select a.${sql.ref(column)} from json_to_recordset(${JSON.stringify(journals)}::json)
    as a("journalId" text, code text, detail text) where a."journalId" = s.journal_id)`;
  const where = sql`${batchOf(batchId)} and s.state in ('SEALED', 'EXPORTED') and s.journal_id = any(${journals.map((each) => each.journalId)}::text[])`;
  const set = sql`state = 'REJECTED', code = ${answer('code')}, detail = ${answer('detail')}`;
  const count = await move(tx, { event, bu, set, where, reference: sql`s.code` });
  await settleBatch(event, tx);
  return count;
};

/** Journals that waited for nothing but this period can be sealed now. */
const periodOpened = (
  event: RecordedOf<'PeriodOpened' | 'PeriodReopened'>,
  tx: QueryExecutorProvider,
): Promise<number> => {
  const { bu, ledger, period } = event.data;
  const onlyPeriod = sql`not jsonb_path_exists(s.problems, '$[*] ? (@.code != "PERIOD_NOT_OPEN")')`;
  const where = sql`s.ledger = ${ledger} and s.period = ${period} and s.state = 'HELD' and ${onlyPeriod}`;
  return move(tx, { event, bu, set: sql`state = 'READY', problems = '[]'`, where, reference: sql`${period}` });
};

export const transitionTypes = [
  'GlBatchSealed',
  'GlBatchExported',
  'GlBatchAcknowledged',
  'GlEntriesRejected',
  'PeriodOpened',
  'PeriodReopened',
] as const;

/** Applies one such event to what is in the tables; answers with the number of rows it added. */
export const transition = async (event: RecordedDomainEvent, tx: QueryExecutorProvider): Promise<number> => {
  switch (event.type) {
    case 'GlBatchSealed':
      return sealed(event, tx);
    case 'GlBatchExported':
      return exported(event, tx);
    case 'GlBatchAcknowledged':
      return acknowledged(event, tx);
    case 'GlEntriesRejected':
      return rejected(event, tx);
    case 'PeriodOpened':
    case 'PeriodReopened':
      return periodOpened(event, tx);
    default:
      return 0;
  }
};
