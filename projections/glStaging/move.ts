import { type RawBuilder, sql } from 'kysely';
import type { RecordedDomainEvent } from '../../domain/events.ts';
import { type Target, tableIn } from '../table.ts';

type Move = {
  readonly event: RecordedDomainEvent;
  readonly bu: string;
  readonly set: RawBuilder<unknown>;
  readonly where: RawBuilder<unknown>;
  readonly reference: RawBuilder<unknown>;
};

/** Journals `s` by their key, found first: whatever the planner knows of young tables, it does not look through the ledger for them. */
export const isAnyOf = (journalIds: RawBuilder<unknown>): RawBuilder<boolean> =>
  sql`s.journal_id = any(array(${journalIds}))`;

/** Moves states and writes each step down; answers with the number of journals it moved. */
export const move = async (into: Target, { event, bu, set, where, reference }: Move): Promise<number> => {
  const { rows } = await sql<{ count: number }>`with moved as (
      update ${tableIn(into, 'gl_journal_state')} s set ${set}, position = ${event.position}, updated_at = ${event.recordedAt}
      where s.bu = ${bu} and ${where} returning s.journal_id, s.state, s.batch_id, s.erp_document, s.code, s.detail, s.problems, ${reference} as reference),
    written as (
      insert into ${tableIn(into, 'gl_journal_state_change')} (journal_id, position, step, state, batch_id, erp_document, code, detail,
        problems, reference, bu, updated_at)
      select m.journal_id, ${event.position}, coalesce((select max(c.step) + 1 from ${tableIn(into, 'gl_journal_state_change')} c
          where c.journal_id = m.journal_id and c.position = ${event.position}), 0),
        m.state, m.batch_id, m.erp_document, m.code, m.detail, m.problems, m.reference, ${bu}, ${event.recordedAt}::timestamptz from moved m)
    select count(*)::int as count from moved`.execute(into.tx);
  return rows[0]?.count ?? 0;
};
