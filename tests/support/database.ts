import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import pg from 'pg';
import { createKysely, createPool } from '../../adapters/postgres/pool.ts';

export type TestDatabase<Tables> = {
  readonly connectionString: string;
  readonly pool: pg.Pool;
  /** The same pool behind Kysely. */
  readonly db: Kysely<Tables>;
  /** Ends the pool and drops the database, whoever is still connected. */
  readonly close: () => Promise<void>;
};

export const serverVariable = 'THROUGHLINE_TEST_SERVER';
/** The folder of the run, which goes with it. */
export const filesVariable = 'THROUGHLINE_TEST_FILES';
export const templateName = 'throughline_template';

export const databaseUrlFor = (server: string, database: string): string => {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
};

const asAdmin = async (server: string, work: (admin: pg.Client) => Promise<unknown>): Promise<void> => {
  const admin = new pg.Client({ connectionString: server });
  admin.on('error', () => {});
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
};
const withAdmin = (server: string, statement: string) => asAdmin(server, (admin) => admin.query(statement));

const testServer = (): string => {
  const server = process.env[serverVariable];
  if (server === undefined)
    throw new Error('no test server: this file must belong to the "postgres" project of jest.config.mjs');
  return server;
};

/** Does the work alone among all processes of the run. Who dies at it lets the next one in. */
export const oneAtATime = (work: () => Promise<void>): Promise<void> =>
  asAdmin(testServer(), async (admin) => {
    await admin.query('select pg_advisory_lock(1)');
    await work();
  });

/** A migrated, empty database of your own, cloned from the template in some 50 ms. Call once per test file and `close` it. */
export const createTestDatabase = async <Tables = never>(): Promise<TestDatabase<Tables>> => {
  const server = testServer();
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await withAdmin(server, `create database ${name} template ${templateName}`);
  const connectionString = databaseUrlFor(server, name);
  const pool = createPool({ connectionString, applicationName: 'throughline-test' });
  const close = async (): Promise<void> => {
    if (!pool.ended) await pool.end();
    await withAdmin(server, `drop database if exists ${name} with (force)`);
  };
  return { connectionString, pool, db: createKysely<Tables>(pool), close };
};
