import { sql } from 'kysely';
import type { ReadHandle } from './readModel.ts';

export type StepBacklog = {
  /** Whom the steps call; `none`: nobody, they are work of our own. */
  readonly adapter: string;
  /** How long the oldest of them has been due. */
  readonly ageSeconds: number;
};

const due = sql`e.done_at is null and (e.attempts > 0 or e.due_at <= clock_timestamp())`;

const held = sql`select from rm.pause p where (p.pause_group, p.pause_key) in
  (('bu', o.bu), ('channel', o.channel), ('node', o.node), ('adapter', o.partner), ('lane', o.lane))`;

/**
 * Steps whose turn has not come: they are due, first in their lane, held by nobody, and nobody has tried them. So it is the work
 * that comes in faster than it is done, without what waits for a partner who is away, a person, or an earlier step.
 */
export const stepBacklog = async (db: ReadHandle): Promise<readonly StepBacklog[]> => {
  const { rows } = await sql<StepBacklog>`select coalesce(o.partner, 'none') as adapter,
      greatest(0, extract(epoch from clock_timestamp() - min(o.due_at)))::float8 as "ageSeconds"
    from ops.outbox o
    where o.done_at is null and o.attempts = 0 and o.due_at <= clock_timestamp()
      and not exists (select from ops.outbox e where e.lane = o.lane and e.sequence < o.sequence and ${due})
      and not exists (${held})
    group by 1`.execute(db);
  return rows;
};
