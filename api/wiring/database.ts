import { join } from 'node:path';
import { createCheckpoints } from '../../adapters/postgres/checkpoints.ts';
import { createClaims } from '../../adapters/postgres/claims.ts';
import { createCrossReferences } from '../../adapters/postgres/crossReferences.ts';
import { startEmbeddedPostgres } from '../../adapters/postgres/embedded.ts';
import { createPostgresLog } from '../../adapters/postgres/eventLog.ts';
import { createLeases } from '../../adapters/postgres/leases.ts';
import { migrateToLatest } from '../../adapters/postgres/migrate.ts';
import { createOutbox } from '../../adapters/postgres/outbox.ts';
import { createKysely, createPool } from '../../adapters/postgres/pool.ts';
import type { Config } from '../config.ts';
import type { Log } from '../deps.ts';

const connectionsMax = { work: 12, reads: 10 };

/** Everything that Postgres gives: the log, the read models' database, and what the service must remember besides. */
export const openDatabase = async (config: Pick<Config, 'databaseUrl' | 'dataDir'>, logger: Log) => {
  const embedded =
    config.databaseUrl === undefined ? await startEmbeddedPostgres({ dataDir: config.dataDir }) : undefined;
  const connectionString = embedded?.connectionString ?? config.databaseUrl ?? '';
  const onError = (error: Error): void => logger.warn({ err: error }, 'a database connection was lost');
  const pool = createPool({
    connectionString,
    onError,
    applicationName: 'throughline-work',
    connectionsMax: connectionsMax.work,
  });
  const readPool = createPool({
    connectionString,
    onError,
    applicationName: 'throughline-read',
    connectionsMax: connectionsMax.reads,
  });
  const db = createKysely<never>(pool);
  const readDb = createKysely<never>(readPool);
  const migrated = await migrateToLatest(db);
  const log = createPostgresLog({ connectionString, pool });
  const leases = createLeases(connectionString);
  return {
    where:
      embedded === undefined
        ? 'the database of DATABASE_URL'
        : `embedded Postgres in ${join(config.dataDir, 'postgres')}`,
    migrated,
    /** For tools on this machine; absent when the address holds a password. */
    localAddress: embedded?.connectionString,
    pool,
    db,
    readDb,
    log,
    leases,
    claims: createClaims(pool),
    checkpoints: createCheckpoints(db),
    outbox: createOutbox(db),
    crossReferences: createCrossReferences(pool),
    close: async (): Promise<void> => {
      await log.close();
      await leases.close();
      await Promise.all([db.destroy(), readDb.destroy()]);
      await embedded?.stop();
    },
  };
};

export type Database = Awaited<ReturnType<typeof openDatabase>>;
