import { sql } from 'kysely';
import type { RecordedOf } from '../../domain/events.ts';
import { type Target, tableIn } from '../table.ts';
import { isAnyOf, move } from './move.ts';
import { endRefusedVersion, open } from './reversals.ts';

type Restaging = RecordedOf<'GlRestageRequested'>;

/** Of the old version and of its reverse, which stands by for a seal that takes the old version along. */
const supersede = async (event: Restaging, into: Target): Promise<number> => {
  const { bu, journalId } = event.data;
  const correction = sql`${tableIn(into, 'gl_correction')} c where c.journal_id = ${journalId} and c.kind = 'RESTAGE' and c.position = ${event.position}`;
  const isOpen = sql`exists (select from ${tableIn(into, 'gl_journal_state')} o where o.journal_id = ${journalId} and o.state in ${open})`;
  const versions = sql`select c.journal_id from ${correction} and ${isOpen}
    union all select j.journal_id from ${tableIn(into, 'gl_journal')} j where j.reversal_of = ${journalId} and j.source_position = ${event.position} and ${isOpen}`;
  const reference = sql`(select c.replaced_by from ${correction})`;
  return move(into, { event, bu, set: sql`state = 'SUPERSEDED'`, where: isAnyOf(versions), reference });
};

/**
 * The version that was not sealed counts nowhere from here on. One that was sealed before the request reached the log is
 * taken back by the reverse, which is then a journal like any other.
 */
export const restaged = async (event: Restaging, into: Target): Promise<number> =>
  (await supersede(event, into)) + (await endRefusedVersion(event, into));
