import { createPostgresLog } from '../../adapters/postgres/eventLog.ts';
import { asLogUnavailable } from '../../adapters/postgres/failures.ts';
import { createKysely, createPool, type PoolOptions } from '../../adapters/postgres/pool.ts';
import { createWakeups } from '../../adapters/postgres/wakeups.ts';
import { type EventFeed, type EventStore, LogUnavailable } from '../../domain/eventLog.ts';
import { Stop } from './command.ts';
import { localAddress, noService } from './service.ts';

/** The database of DATABASE_URL, or that of the service running on this data folder. */
const connectionString = async (): Promise<string> => {
  if (process.env.DATABASE_URL) return process.env.DATABASE_URL;
  const database = (await localAddress())?.database;
  if (database !== undefined) return database;
  throw noService('set DATA_DIR or DATABASE_URL');
};

export type Database = ReturnType<typeof createKysely<never>>;

/** For what must work without a service that answers. Throws `Stop` 5 when no database can be found. */
export const withDatabase = async <T>(
  work: (db: Database) => Promise<T>,
  options: Pick<PoolOptions, 'statementTimeoutMs' | 'connectionsMax'> = {},
): Promise<T> => {
  const pool = createPool({
    connectionString: await connectionString(),
    connectionsMax: 4,
    applicationName: 'throughline-cli',
    ...options,
  });
  const db = createKysely<never>(pool);
  try {
    return await work(db);
  } catch (error) {
    const told = asLogUnavailable(error);
    throw told instanceof LogUnavailable ? new Stop(`The database is away: ${told.message}`, 5) : error;
  } finally {
    await db.destroy();
  }
};

export type ReadLog = Pick<EventFeed, 'readAfter'> & Pick<EventStore, 'read'>;

/** The log itself, to be read: that of EVENTSTORE_URL, or the one in the database. */
export const withLog = async <T>(work: (feed: ReadLog) => Promise<T>): Promise<T> => {
  const eventStoreUrl = process.env.EVENTSTORE_URL;
  const log = eventStoreUrl ? await openEventStoreDbLog(eventStoreUrl) : await openPostgresLog();
  try {
    return await work(log);
  } finally {
    await log.close();
  }
};

/** The client is loaded on demand: most commands never need it. */
const openEventStoreDbLog = async (eventStoreUrl: string) => {
  const { createEventStoreDbLog } = await import('../../adapters/eventstoredb/eventLog.ts');
  return createEventStoreDbLog({ connectionString: eventStoreUrl, createWakeups });
};

const openPostgresLog = async () => {
  const url = await connectionString();
  const pool = createPool({ connectionString: url, connectionsMax: 2, applicationName: 'throughline-cli' });
  const log = createPostgresLog({ connectionString: url, pool });
  return {
    read: log.read,
    readAfter: log.readAfter,
    close: async (): Promise<void> => {
      await log.close();
      await pool.end();
    },
  };
};
