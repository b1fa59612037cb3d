import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { migrations } from './migrations.ts';

/**
 * Brings the database to the newest schema and returns the names of the migrations applied. All pending ones run in one
 * transaction under a lock: several instances may start at once. Throws the error of the failing migration.
 */
export const migrateToLatest = async <Tables>(db: Kysely<Tables>): Promise<readonly string[]> => {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => migrations },
    migrationTableSchema: 'ops',
    migrationTableName: 'migration',
    migrationLockTableName: 'migration_lock',
    // Parts are written side by side and numbered by subject: a lower number may come to an installation later.
    allowUnorderedMigrations: true,
  });
  const { error, results } = await migrator.migrateToLatest();
  if (error !== undefined) {
    const failed = results?.find((result) => result.status === 'Error')?.migrationName ?? 'unknown';
    throw new Error(`migration ${failed} failed: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  return (results ?? []).map((result) => result.migrationName);
};
