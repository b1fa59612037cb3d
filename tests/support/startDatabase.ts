import { spawn } from 'node:child_process';
import { chmod, mkdtemp, realpath, statfs } from 'node:fs/promises';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../adapters/postgres/embedded.ts';
import { migrateToLatest } from '../../adapters/postgres/migrate.ts';
import { createKysely, createPool } from '../../adapters/postgres/pool.ts';
import { databaseUrlFor, filesVariable, serverVariable, templateName } from './database.ts';

declare global {
  var stopTestServer: (() => Promise<void>) | undefined;
}

/** Losing a test database on a power cut costs nothing. */
const settings = {
  fsync: false,
  synchronous_commit: false,
  full_page_writes: false,
  max_connections: 300,
  shared_buffers: '128MB',
  autovacuum_naptime: '60s',
};

/** Removes the server and its files when this process goes, in whatever way: the pipe to its stdin then closes. */
const cleanUpAfterUs = (dir: string): void => {
  const script =
    'cat >/dev/null; pid=$(head -n 1 "$0/postgres/postmaster.pid" 2>/dev/null) && kill -QUIT "$pid"; sleep 1; rm -rf "$0"';
  const watcher = spawn('/bin/sh', ['-c', script, dir], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  watcher.unref();
  (watcher.stdin as unknown as { unref: () => void }).unref();
};

const makeTemplate = async (server: string): Promise<void> => {
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  await admin.query(`create database ${templateName}`);
  const db = createKysely(createPool({ connectionString: databaseUrlFor(server, templateName), connectionsMax: 2 }));
  try {
    await migrateToLatest(db);
  } finally {
    await db.destroy();
  }
  await admin.query(`alter database ${templateName} with is_template true allow_connections false`);
  await admin.end();
};

/** The databases that are open at a time, with room to spare. */
const memoryBytesWanted = 6 * 2 ** 30;

/**
 * Where the server's files lie: in memory where there is plenty. Each database is some thousand files that are made, written a
 * little and removed, and a run takes a fifth less time than on a disk.
 */
const rootOfFiles = async (): Promise<string> => {
  const inMemory = '/dev/shm';
  const found = await statfs(inMemory).catch(() => undefined);
  const isPlenty = found !== undefined && found.bavail * found.bsize > memoryBytesWanted;
  const isFree = Math.min(freemem(), process.constrainedMemory() || freemem()) > 2 * memoryBytesWanted;
  return isPlenty && isFree ? inMemory : tmpdir();
};

/** Jest's globalSetup: one server for the whole run, in a folder of its own, with one migrated template database. */
export default async function startDatabase(): Promise<void> {
  const dir = await realpath(await mkdtemp(join(await rootOfFiles(), 'throughline-test-')));
  // As root the server runs as another user, who must be able to pass through.
  await chmod(dir, 0o711);
  cleanUpAfterUs(dir);
  const server = await startEmbeddedPostgres({ dataDir: dir, settings });
  globalThis.stopTestServer = server.stop;
  process.env[serverVariable] = server.connectionString;
  process.env[filesVariable] = dir;
  await makeTemplate(server.connectionString);
}
