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

/** Moves states and writes each step down; answers with the number of journals it moved. */
export const move = async (into: Target, { event, bu, set, where, reference }: Move): Promise<number> => {
  const { rows } = await sql<{ count: number }>`with moved as (
      update ${tableIn(into, 'gl_journal_state')} s set ${set}, position = ${event.position}, updated_at = ${event.recordedAt}
      where s.bu = ${bu} and ${where} returning s.journal_id, s.state, ${reference} as reference),
    written as (
      insert into ${tableIn(into, 'gl_journal_state_change')} (journal_id, position, state, reference, bu, updated_at)
      select journal_id, ${event.position}, state, reference, ${bu}, ${event.recordedAt}::timestamptz from moved)
    select count(*)::int as count from moved`.execute(into.tx);
  return rows[0]?.count ?? 0;
};
