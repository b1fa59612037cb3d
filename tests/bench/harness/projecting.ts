import { createPostgresLog } from '../../../adapters/postgres/eventLog.ts';
import { createKysely, createPool } from '../../../adapters/postgres/pool.ts';
import { toDomain } from '../../../commands/codec.ts';
import type { StreamName } from '../../../domain/eventLog.ts';
import type { Projection } from '../../../projections/projection.ts';
import { catchUp } from '../../../projections/runner.ts';
import { emptyTables } from '../../projections/tables.ts';

/** The projection runner on a database, with connections as the product's own projectors have them. */
export const openProjecting = (connectionString: string) => {
  const pool = createPool({ connectionString, relaxedCommits: true, connectionsMax: 4, statementTimeoutMs: 0 });
  const db = createKysely<never>(pool);
  const log = createPostgresLog({ connectionString, pool });
  const eventAt = async (stream: StreamName, revision: number) => {
    for await (const recorded of log.read(stream, revision)) return recorded;
    return undefined;
  };
  const options = { db, feed: log, decode: toDomain, eventAt };
  return {
    /** Seconds from where it stands to the head of the log. */
    catchUp: async (projection: Projection): Promise<number> => {
      const startedAt = performance.now();
      await catchUp(options, projection);
      return (performance.now() - startedAt) / 1_000;
    },
    empty: (projection: Projection): Promise<void> => emptyTables(db, [projection]),
    close: async (): Promise<void> => {
      await log.close();
      await db.destroy();
    },
  };
};

export type Projecting = ReturnType<typeof openProjecting>;
