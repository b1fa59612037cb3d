import { sql } from 'kysely';
import { defineQuery, type Question } from './question.ts';

export type SimulationProgress = {
  /** Read so far. */
  readonly events: number;
  readonly readThrough: string;
  readonly updatedAt: string;
};

/** Undefined: no worker has begun. */
export const simulationProgress = defineQuery(
  (simulationId: string): Question<SimulationProgress, SimulationProgress | undefined> => ({
    statement: sql`select s.events::float8 as events, s.read_through as "readThrough", s.updated_at as "updatedAt"
      from rm.simulation s where s.simulation_id = ${simulationId}`,
    form: 'single',
    answer: ([found]) => found,
  }),
);
