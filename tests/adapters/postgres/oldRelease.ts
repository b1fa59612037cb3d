import { type Kysely, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { migrations } from '../../../adapters/postgres/migrations.ts';

/** Makes the database anew with those of the migrations alone that an old release had. */
export const migrateToOldRelease = async (db: Kysely<never>, had: (migration: string) => boolean): Promise<void> => {
  const { rows } = await sql<{ name: string }>`select nspname as name from pg_namespace
    where nspname not like 'pg\\_%' and nspname not in ('information_schema', 'public')`.execute(db);
  for (const { name } of rows) await sql`drop schema ${sql.id(name)} cascade`.execute(db);
  const old = Object.fromEntries(Object.entries(migrations).filter(([name]) => had(name)));
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => old },
    migrationTableSchema: 'ops',
    migrationTableName: 'migration',
    migrationLockTableName: 'migration_lock',
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
};
