import { createKysely, createPool } from '../../adapters/postgres/pool.ts';
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
export const withDatabase = async <T>(work: (db: Database) => Promise<T>): Promise<T> => {
  const pool = createPool({
    connectionString: await connectionString(),
    connectionsMax: 2,
    applicationName: 'throughline-cli',
  });
  const db = createKysely<never>(pool);
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
};
