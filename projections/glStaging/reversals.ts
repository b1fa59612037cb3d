import { type RawBuilder, sql } from 'kysely';
import type { RecordedDomainEvent, RecordedOf } from '../../domain/events.ts';
import { type Target, tableIn } from '../table.ts';
import { isAnyOf, move } from './move.ts';

// A reversal in the ERP's books without the journal it reverses is as wrong as one journal too few. So a reversal waits
// until its original is acknowledged, and where the original will never be posted, both end here as REVERSED.

/** Staged, and in no batch yet. */
export const open = sql`('READY', 'HELD', 'UNMAPPED')`;

/**
 * A READY or HELD original of another period than its reversal still goes to the ERP, and its reversal after it: each
 * period's books must say what they said when it was closed.
 */
const willNotBePosted = sql`(o.state in ('REJECTED', 'UNMAPPED') or (o.state in ('READY', 'HELD') and o.period = r.period))`;

const endPairs = (
  event: RecordedDomainEvent & { readonly data: { readonly bu: string } },
  into: Target,
  which: RawBuilder<unknown>,
): Promise<number> => {
  const pairs = sql`from ${tableIn(into, 'gl_journal')} j
    join ${tableIn(into, 'gl_journal_state')} r on r.journal_id = j.journal_id
    join ${tableIn(into, 'gl_journal_state')} o on o.journal_id = j.reversal_of
    where ${which} and r.state in ${open} and ${willNotBePosted}`;
  const where = isAnyOf(sql`select unnest(array[j.journal_id, j.reversal_of]) ${pairs}`);
  const other = sql`coalesce((select j.reversal_of from ${tableIn(into, 'gl_journal')} j where j.journal_id = s.journal_id),
    (select min(j.journal_id) from ${tableIn(into, 'gl_journal')} j where j.reversal_of = s.journal_id))`;
  return move(into, { event, bu: event.data.bu, set: sql`state = 'REVERSED'`, where, reference: other });
};

/** A document is voided, or a journal reversed by hand, that the ERP never got or has refused. */
export const endUnexportedPairs = (
  event: RecordedOf<'InvoiceVoided' | 'RevenueReversed' | 'ShipmentVoided' | 'GlReversalRequested'>,
  into: Target,
): Promise<number> => endPairs(event, into, sql`j.source_position = ${event.position}`);

/** One that was staged again after the ERP had refused it. */
export const endRefusedVersion = (event: RecordedOf<'GlRestageRequested'>, into: Target): Promise<number> =>
  endPairs(event, into, sql`j.source_position = ${event.position} and j.reversal_of = ${event.data.journalId}`);

/**
 * The ERP refused journals that were to be reversed already. An accrual is none of them: it has its reversal from the
 * beginning and belongs into its own period's books all the same, so it goes into the next batch.
 */
export const endWithRefusedOriginals = (event: RecordedOf<'GlEntriesRejected'>, into: Target): Promise<number> => {
  const ids = event.data.journals.map((journal) => journal.journalId);
  return endPairs(event, into, sql`j.reversal_of = any(${ids}::text[]) and j.template_id <> 'T07R'`);
};

/** Ended here, not in the ERP. */
export const endedHere = sql`(s.state = 'REVERSED' and s.erp_document is null)`;

/** The reverse of a version that was staged again, and no version itself that was. */
const standsByIn = (into: Target): RawBuilder<unknown> => sql`(s.state = 'SUPERSEDED' and not exists (
  select from ${tableIn(into, 'gl_correction')} c where c.journal_id = s.journal_id and c.kind = 'RESTAGE'))`;

/**
 * The originals go to the ERP after all: a seal had read them before the void or the restaging was written, or the ERP accepted late what it
 * had refused. Their reversals have to follow them.
 */
export const revive = (event: RecordedOf<'GlBatchSealed' | 'GlBatchAcknowledged'>, into: Target): Promise<number> => {
  const ids = event.data.journals.map((journal) => journal.journalId);
  const revived = sql`select j.journal_id from ${tableIn(into, 'gl_journal')} j
    join ${tableIn(into, 'gl_journal_state')} o on o.journal_id = j.reversal_of
    where j.reversal_of = any(${ids}::text[]) and o.state <> 'REVERSED'`;
  const where = sql`(${endedHere} or ${standsByIn(into)}) and ${isAnyOf(revived)}`;
  const state = sql`case when s.problems = '[]' then 'READY'
    when jsonb_path_exists(s.problems, '$[*] ? (@.role != null)') then 'UNMAPPED' else 'HELD' end`;
  return move(into, { event, bu: event.data.bu, set: sql`state = ${state}`, where, reference: sql`null` });
};
