import { type Kysely, sql } from 'kysely';
import { orLogUnavailable } from './failures.ts';

type Progress = { readonly events: number; readonly position: string };

/** Where a run that begins anew stands is what counts, so a smaller number replaces a greater one. */
export const noteSimulation =
  <Tables>(db: Kysely<Tables>) =>
  async (simulationId: string, { events, position }: Progress): Promise<void> => {
    const note = sql`insert into ops.simulation (simulation_id, events, read_through)
      values (${simulationId}, ${events}, ${position})
      on conflict (simulation_id) do update
        set events = excluded.events, read_through = excluded.read_through, updated_at = clock_timestamp()`;
    await orLogUnavailable(() => note.execute(db));
  };
