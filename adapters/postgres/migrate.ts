import { type Kysely, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { migrations } from './migrations.ts';

/** The database was brought further than this program knows how to. */
export class DatabaseNewer extends Error {
  override readonly name = 'DatabaseNewer';
}

/** What was applied by a newer version, in its order. */
const ofNewerVersion = async <Tables>(db: Kysely<Tables>): Promise<readonly string[]> => {
  const { rows } = await sql<{ name: string }>`select name from ops.migration order by name`.execute(db);
  return rows.map(({ name }) => name).filter((name) => !Object.hasOwn(migrations, name));
};

/**
 * Brings the database to the newest schema and returns the names of the migrations applied. All pending ones run in one
 * transaction under a lock: several instances may start at once. Throws `DatabaseNewer`, or the error of
 * the failing migration.
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
    const newer = await ofNewerVersion(db).catch(() => []);
    if (newer.length > 0) {
      throw new DatabaseNewer(
        `A newer version has used this database (it has ${newer.at(-1)}). Start that one, or put back a copy from before it.`,
      );
    }
    const failed = results?.find((result) => result.status === 'Error')?.migrationName ?? 'unknown';
    throw new Error(`migration ${failed} failed: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  return (results ?? []).map((result) => result.migrationName);
};
