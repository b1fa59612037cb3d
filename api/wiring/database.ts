import { hostname } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { ConnectionStringInvalid } from '../../adapters/eventstoredb/connectionString.ts';
import { createAdapterHealth } from '../../adapters/postgres/adapterHealth.ts';
import { createAgentCalls } from '../../adapters/postgres/agentCalls.ts';
import { openToAnalysts } from '../../adapters/postgres/analyticsRole.ts';
import { createCheckpoints } from '../../adapters/postgres/checkpoints.ts';
import { createClaimReads } from '../../adapters/postgres/claimReads.ts';
import { createClaims } from '../../adapters/postgres/claims.ts';
import { createControls } from '../../adapters/postgres/controls.ts';
import { createCrossReferences } from '../../adapters/postgres/crossReferences.ts';
import { createWorkerRegister, freeDeadHolders } from '../../adapters/postgres/deadHolders.ts';
import { startEmbeddedPostgres } from '../../adapters/postgres/embedded.ts';
import { createLogReads, createPostgresLog } from '../../adapters/postgres/eventLog.ts';
import { orLogUnavailable } from '../../adapters/postgres/failures.ts';
import { createLeases } from '../../adapters/postgres/leases.ts';
import { createMessageDiscards } from '../../adapters/postgres/messageDiscards.ts';
import { DatabaseNewer, migrateToLatest } from '../../adapters/postgres/migrate.ts';
import { createOutbox } from '../../adapters/postgres/outbox.ts';
import { createParkedMessages } from '../../adapters/postgres/parkedMessages.ts';
import { createKysely } from '../../adapters/postgres/pool.ts';
import { createReplayBoard } from '../../adapters/postgres/replayBoard.ts';
import { createSightedOrders } from '../../adapters/postgres/sightedOrders.ts';
import { createStuckBoard } from '../../adapters/postgres/stuckBoard.ts';
import { createUnmadeDocuments } from '../../adapters/postgres/unmadeDocuments.ts';
import { createWaitingAnswers } from '../../adapters/postgres/waitingAnswers.ts';
import { createWakeups } from '../../adapters/postgres/wakeups.ts';
import { createWorkerLanes } from '../../adapters/postgres/workerLanes.ts';
import { createSharedTail } from '../../commands/workers/sharedTail.ts';
import { type Config, ConfigInvalid } from '../config.ts';
import type { Log } from '../deps.ts';
import { openConnections, openWorkPool } from './connections.ts';
import { firstAnswer } from './firstAnswer.ts';
import { memoryByRole } from './memoryByRole.ts';

/** A reader looks again after this long, whether it was woken or not. */
const tailWaitMsMax = 500;

/** The log of EVENTSTORE_URL, once it answers. */
const openEventStoreDb = async (connectionString: string, logger: Log) => {
  // Loaded on demand: the client costs a third of a second and some 60 MB.
  const { createEventStoreDbLog } = await import('../../adapters/eventstoredb/eventLog.ts');
  const log = createEventStoreDbLog({ connectionString, createWakeups });
  try {
    await firstAnswer('EventStoreDB', log.head, logger);
    return log;
  } catch (error) {
    await log.close();
    throw error;
  }
};

/** Throws `ConfigInvalid` for a connection string that cannot be used. */
const eventStoreDbOf = async (connectionString: string | undefined, logger: Log) => {
  try {
    return connectionString === undefined ? undefined : await openEventStoreDb(connectionString, logger);
  } catch (error) {
    throw error instanceof ConnectionStringInvalid ? new ConfigInvalid([`EVENTSTORE_URL: ${error.message}`]) : error;
  }
};

/** Resolves when the server of DATABASE_URL takes statements. Throws `ConfigInvalid` when it does not within the time, or will not. */
const postgresAnswers = async (pool: pg.Pool, logger: Log): Promise<void> => {
  try {
    await firstAnswer('Postgres', () => orLogUnavailable(() => pool.query('select 1')), logger);
  } catch (error) {
    await pool.end();
    throw new ConfigInvalid([`DATABASE_URL: ${error instanceof Error ? error.message : String(error)}`]);
  }
};

type Where = Pick<Config, 'databaseUrl' | 'readDatabaseUrl' | 'dataDir' | 'eventStoreUrl' | 'rebuild' | 'role'> &
  Partial<Pick<Config, 'analyticsRole'>>;

type Connections = ReturnType<typeof openConnections> & { readonly pool: pg.Pool };

/** What the service must remember beside the log and the read models. */
const openMemory = ({ pool, readPool, processDb, projectionDb }: Connections) => ({
  claims: createClaims(pool),
  claimReads: createClaimReads(readPool),
  checkpoints: createCheckpoints(processDb),
  outbox: createOutbox(processDb),
  workerRegister: createWorkerRegister(processDb),
  stuckBoard: createStuckBoard(processDb),
  parkedMessages: createParkedMessages(processDb),
  messageDiscards: createMessageDiscards(processDb),
  waitingAnswers: createWaitingAnswers(processDb),
  unmadeDocuments: createUnmadeDocuments(processDb),
  sightedOrders: createSightedOrders(processDb),
  replayBoard: createReplayBoard(projectionDb),
  controls: createControls(processDb),
  workerLanes: createWorkerLanes(processDb),
  crossReferences: createCrossReferences(pool),
});

const openAdapterHealth = (processDb: Connections['processDb'], logger: Log) =>
  createAdapterHealth(processDb, `${hostname()}:${process.pid}`, (error) =>
    logger.warn({ err: error }, 'calls of partners could not be counted'),
  );

/** Throws `ConfigInvalid` for a database that a newer version has used. */
const broughtUpToDate = async (
  db: ReturnType<typeof createKysely<never>>,
  { databaseUrl, dataDir }: Where,
): Promise<readonly string[]> => {
  try {
    return await migrateToLatest(db);
  } catch (error) {
    await db.destroy();
    const place = databaseUrl === undefined ? `DATA_DIR=${dataDir}` : 'DATABASE_URL';
    throw error instanceof DatabaseNewer ? new ConfigInvalid([`${place}: ${error.message}`]) : error;
  }
};

/** For people: where the data is. */
const whereOf = ({ databaseUrl, dataDir, eventStoreUrl }: Where): string =>
  [
    databaseUrl === undefined ? `embedded Postgres in ${join(dataDir, 'postgres')}` : 'the database of DATABASE_URL',
    ...(eventStoreUrl === undefined ? [] : ['the log in the EventStoreDB of EVENTSTORE_URL']),
  ].join(', ');

/** The log, the read models' database, and what the service must remember besides: Postgres, but for a log in EventStoreDB. */
export const openDatabase = async (config: Where, logger: Log) => {
  const eventStoreDb = await eventStoreDbOf(config.eventStoreUrl, logger);
  const embedded =
    config.databaseUrl === undefined ? await startEmbeddedPostgres({ dataDir: config.dataDir }) : undefined;
  const connectionString = embedded?.connectionString ?? config.databaseUrl ?? '';
  const onError = (error: Error): void => logger.warn({ err: error }, 'a database connection was lost');
  const pool = openWorkPool({ connectionString, onError });
  if (embedded === undefined) await postgresAnswers(pool, logger);
  const connections = { pool, ...openConnections({ connectionString, onError }, config) };
  const { readDb, processDb, projectionDb, rebuildDb, historyPool } = connections;
  const db = createKysely<never>(pool);
  const migrated = await broughtUpToDate(db, config);
  if (config.analyticsRole !== undefined) await openToAnalysts(db, config.analyticsRole);
  if (embedded !== undefined) await freeDeadHolders(db);
  const log = eventStoreDb ?? createPostgresLog({ connectionString, pool });
  const leases = createLeases(connectionString);
  const adapterHealth = openAdapterHealth(processDb, logger);
  const agentCalls = createAgentCalls(processDb, connectionString, (error) =>
    logger.warn({ err: error }, 'calls that agents carry could not be looked for'),
  );
  return {
    where: whereOf(config),
    migrated,
    /** For tools on this machine; absent when the address holds a password. */
    localAddress: embedded?.connectionString,
    ...{ pool, projectionDb, rebuildDb, readDb, log, historyPool, leases, adapterHealth, agentCalls },
    /** The log for those who read much of it and append nothing. EventStoreDB has no connections that could run out. */
    history: eventStoreDb ?? createLogReads(historyPool),
    /** The log as the workers of this process follow it. */
    tail: createSharedTail(log, createWakeups(tailWaitMsMax), memoryByRole[config.role].tail),
    ...openMemory(connections),
    close: async (): Promise<void> => {
      await adapterHealth.close();
      await agentCalls.close();
      await log.close();
      await leases.close();
      await historyPool.end();
      await Promise.all([db, processDb, projectionDb, rebuildDb, readDb].map((one) => one.destroy()));
      await embedded?.stop();
    },
  };
};

export type Database = Awaited<ReturnType<typeof openDatabase>>;
