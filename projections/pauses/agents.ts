import { sql } from 'kysely';
import type { ReadHandle } from '../readModel.ts';

export type AgentsSeen = {
  /** That they stand in front of. */
  readonly system: string;
  /** Agents that are there now. */
  readonly agents: number;
  /** Null: none ever was. */
  readonly lastSeenAt: string | null;
  /** Since then; null: none ever was. */
  readonly silentSeconds: number | null;
};

/** The named systems, whether any agent of theirs was ever heard of or not. */
export const agentsSeen = async (db: ReadHandle, systems: readonly string[]): Promise<readonly AgentsSeen[]> => {
  if (systems.length === 0) return [];
  const { rows } = await sql<AgentsSeen>`
    select n.system, coalesce(p.agents, 0) as agents, p.last_seen_at as "lastSeenAt",
      extract(epoch from clock_timestamp() - p.last_seen_at)::float8 as "silentSeconds"
    from unnest(${[...systems]}::text[]) with ordinality as n(system, place)
    left join ops.agent_presence p on p.system = n.system order by n.place`.execute(db);
  return rows;
};
