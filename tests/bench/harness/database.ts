import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../../adapters/postgres/embedded.ts';
import { migrateToLatest } from '../../../adapters/postgres/migrate.ts';
import { createKysely, createPool } from '../../../adapters/postgres/pool.ts';
import { databaseUrlFor } from '../../support/database.ts';

type BenchDatabase = { readonly connectionString: string; readonly drop: () => Promise<void> };

export type BenchServer = {
  readonly version: string;
  /** A migrated, empty database, or a copy of one that nobody is connected to. */
  readonly newDatabase: (copyOf?: string) => Promise<BenchDatabase>;
  /** Deletes everything. */
  readonly stop: () => Promise<void>;
};

const template = 'bench_template';

const withAdmin = async <T>(server: string, work: (admin: pg.Client) => Promise<T>): Promise<T> => {
  const admin = new pg.Client({ connectionString: databaseUrlFor(server, 'postgres') });
  admin.on('error', () => {});
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
};

const makeTemplate = async (server: string): Promise<void> => {
  await withAdmin(server, (admin) => admin.query(`create database ${template}`));
  const db = createKysely<never>(createPool({ connectionString: databaseUrlFor(server, template), connectionsMax: 2 }));
  await migrateToLatest(db);
  await db.destroy();
};

/**
 * The product's embedded Postgres with its own settings: every commit waits for the disk. Only the number of connections
 * is raised, for references that hold many of them.
 */
export const startBenchServer = async (): Promise<BenchServer> => {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'throughline-bench-')));
  // As root the server runs as another user, who must be able to pass through.
  await chmod(dir, 0o711);
  const server = await startEmbeddedPostgres({ dataDir: dir, settings: { max_connections: 300 } });
  const { connectionString } = server;
  await makeTemplate(connectionString);
  const version = await withAdmin(connectionString, async (admin) => {
    const { rows } = await admin.query<{ version: string; fsync: string; commit: string }>(
      `select current_setting('server_version') as version, current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit`,
    );
    const [row] = rows;
    // A figure without durability would be a figure of another product.
    if (row?.fsync !== 'on' || row.commit !== 'on') throw new Error('the bench server does not wait for the disk');
    return row.version;
  });
  const newDatabase = async (copyOf?: string): Promise<BenchDatabase> => {
    const from = copyOf === undefined ? template : new URL(copyOf).pathname.slice(1);
    const name = `bench_${randomUUID().replaceAll('-', '')}`;
    await withAdmin(connectionString, (admin) => admin.query(`create database ${name} template ${from}`));
    const drop = (): Promise<void> =>
      withAdmin(connectionString, async (admin) => {
        await admin.query(`drop database if exists ${name} with (force)`);
      });
    return { connectionString: databaseUrlFor(connectionString, name), drop };
  };
  const stop = async (): Promise<void> => {
    await server.stop();
    await rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  return { version, newDatabase, stop };
};

/** Runs `work` on an empty database, or on a copy of one, and drops it afterwards. */
export const onNewDatabase = async <T>(
  server: BenchServer,
  work: (connectionString: string) => Promise<T>,
  copyOf?: string,
): Promise<T> => {
  const database = await server.newDatabase(copyOf);
  try {
    return await work(database.connectionString);
  } finally {
    await database.drop();
  }
};
