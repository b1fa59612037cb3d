import type pg from 'pg';
import { createKysely, createPool } from '../../adapters/postgres/pool.ts';
import { createPreparedKysely, createPreparedReads } from '../../adapters/postgres/preparedPool.ts';
import type { Config } from '../config.ts';

/** Projectors have connections of their own: however many are at work, no command waits for one. */
const connectionsMax = { work: 10, processes: 6, projections: 12, rebuilds: 6, reads: 10 };

/** One database, and who hears that a connection to it was lost. */
type To = { readonly connectionString: string; readonly onError: (error: Error) => void };

/** For commands: what they claim, append and answer. */
export const openWorkPool = (to: To): pg.Pool =>
  createPool({ ...to, applicationName: 'throughline-work', connectionsMax: connectionsMax.work });

/** For questions. A replica shows the rows and how far they reflect the log together, so that an answer from it is old and never wrong. */
const openReads = (to: To) => {
  const readPool = createPool({
    ...to,
    applicationName: 'throughline-read',
    connectionsMax: connectionsMax.reads,
    plannedOnce: true,
  });
  return { readPool, readDb: createPreparedReads(readPool) };
};

/** For what is made again from the log: read models, checkpoints and the outbox, whose commits need not wait for the disk. */
const openDerived = (to: To) => {
  const derived = { ...to, relaxedCommits: true };
  return {
    processDb: createPreparedKysely<never>(
      createPool({
        ...derived,
        applicationName: 'throughline-process',
        connectionsMax: connectionsMax.processes,
        plannedOnce: true,
      }),
    ),
    projectionDb: createKysely<never>(
      createPool({
        ...derived,
        applicationName: 'throughline-projections',
        connectionsMax: connectionsMax.projections,
      }),
    ),
    // A rebuild never waits for connections that readers' models need, nor they for its; some of its statements read whole tables.
    rebuildDb: createKysely<never>(
      createPool({
        ...derived,
        applicationName: 'throughline-rebuild',
        connectionsMax: connectionsMax.rebuilds,
        statementTimeoutMs: 0,
      }),
    ),
  };
};

/** Connections by what they are for, beside those for commands, which none of them may keep waiting. */
export const openConnections = (to: To, { readDatabaseUrl, rebuild }: Pick<Config, 'readDatabaseUrl' | 'rebuild'>) => ({
  ...openReads({ ...to, connectionString: readDatabaseUrl ?? to.connectionString }),
  ...openDerived(to),
  /** For who reads the log from its beginning, or many streams of it: rebuilds, proofs, replays' previews. */
  historyPool: createPool({
    ...to,
    applicationName: 'throughline-history',
    connectionsMax: rebuild.readConnections,
  }),
});
