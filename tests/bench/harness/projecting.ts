import { createPostgresLog } from '../../../adapters/postgres/eventLog.ts';
import { createKysely, createPool } from '../../../adapters/postgres/pool.ts';
import { eventTypes, toDomain } from '../../../commands/codec.ts';
import type { StreamName } from '../../../domain/eventLog.ts';
import { waitForPosition } from '../../../projections/freshness.ts';
import type { Projection } from '../../../projections/projection.ts';
import { catchUp, runProjections } from '../../../projections/runner.ts';
import { emptyTables } from '../../projections/tables.ts';

const waitMsMax = 3_600_000;

/** The projection runner on a database, with connections as the product's own projectors have them. */
export const openProjecting = (connectionString: string) => {
  const pool = createPool({ connectionString, relaxedCommits: true, connectionsMax: 12, statementTimeoutMs: 0 });
  const db = createKysely<never>(pool);
  const log = createPostgresLog({ connectionString, pool });
  const eventAt = async (stream: StreamName, revision: number) => {
    for await (const recorded of log.read(stream, revision)) return recorded;
    return undefined;
  };
  const options = { db, feed: log, decode: toDomain, knownTypes: eventTypes, eventAt };
  return {
    /** Seconds from where it stands to the head of the log, of one alone. */
    catchUp: async (projection: Projection): Promise<number> => {
      const startedAt = performance.now();
      await catchUp(options, projection);
      return (performance.now() - startedAt) / 1_000;
    },
    /** Seconds until all of them, followed together as the product does, have come to the head of the log. */
    followAll: async (projections: readonly Projection[]): Promise<number> => {
      const stopping = new AbortController();
      const failed = Promise.withResolvers<never>();
      const whileHeld = async (_name: string, work: (signal: AbortSignal) => Promise<void>): Promise<boolean> => {
        await work(stopping.signal);
        return true;
      };
      const report = (told: { readonly kind: string; readonly error?: unknown }): void => {
        if (told.kind === 'failed') failed.reject(new Error('a read model stopped', { cause: told.error }));
      };
      const head = await log.head();
      const startedAt = performance.now();
      const running = runProjections({ ...options, whileHeld, report }, projections, stopping.signal);
      const names = projections.map(({ name }) => name);
      try {
        // One that stops would be waited for for an hour.
        const there = await Promise.race([waitForPosition(db, names, head, waitMsMax), failed.promise]);
        if (!there) throw new Error('the read models did not come to the head');
        return (performance.now() - startedAt) / 1_000;
      } finally {
        stopping.abort();
        await running;
      }
    },
    empty: (...projections: readonly Projection[]): Promise<void> => emptyTables(db, projections),
    close: async (): Promise<void> => {
      await log.close();
      await db.destroy();
    },
  };
};

export type Projecting = ReturnType<typeof openProjecting>;
