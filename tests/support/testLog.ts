import { createPostgresLog, type PostgresLog } from '../../adapters/postgres/eventLog.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';

/** A database of your own and the log in it; closing the database closes the log first. */
export const createTestLog = async (): Promise<{
  readonly database: TestDatabase<never>;
  readonly log: PostgresLog;
}> => {
  const database = await createTestDatabase();
  const log = createPostgresLog(database);
  const close = async (): Promise<void> => {
    await log.close();
    await database.close();
  };
  return { database: { ...database, close }, log };
};
