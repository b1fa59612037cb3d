import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { findBinaries, type PostgresBinaries, runBinary } from './embedded/binaries.ts';
import {
  initialiseCluster,
  placeCluster,
  readLogTail,
  readPidFile,
  type ServerSettings,
  serverLogPath,
  writeSettings,
} from './embedded/folder.ts';
import { takeGuard } from './embedded/guard.ts';
import { defaultSettings } from './embedded/settings.ts';

export type EmbeddedPostgres = {
  /** The database `throughline` on a local socket. */
  readonly connectionString: string;
  /** True when a server that outlived its process was taken over. */
  readonly adopted: boolean;
  /** Stops the server, cutting its connections. Safe to call twice. */
  readonly stop: () => Promise<void>;
};

type Cluster = { readonly dataDir: string; readonly clusterDir: string; readonly binaries: PostgresBinaries };

/** Recovery after a crash replays up to `max_wal_size`, which takes a while on a slow disk. */
const startWaitMsMax = 120_000;
/** At some 200 ms each: a dead server can stay in the process table for seconds, and Postgres then believes its lock file. */
const startFailuresMax = 75;
const stopWaitSeconds = 4;
const pollMs = 100;
const databaseName = 'throughline';

const connectionStringFor = (socketDir: string, database: string): string =>
  `postgresql://postgres@localhost/${database}?host=${encodeURIComponent(socketDir)}`;

type Probe = 'ready' | 'starting' | 'absent';

/** `pg_ctl status` believes the lock file, also when the server is gone: only a real connection counts. */
const probe = async (socketDir: string): Promise<Probe> => {
  const client = new pg.Client({
    connectionString: connectionStringFor(socketDir, 'postgres'),
    connectionTimeoutMillis: 2_000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return 'ready';
  } catch (error) {
    // 57P03: the server is there but still starting, recovering or stopping.
    return (error as { code?: string }).code === '57P03' ? 'starting' : 'absent';
  } finally {
    await client.end().catch(() => {});
  }
};

/**
 * Adopts a server that runs already, else starts one. A lock file left by a dead server is taken over by `pg_ctl start`
 * itself once the old server's children are gone, so a failed start is tried again for a while; we never delete it.
 */
const ensureServer = async (cluster: Cluster, settings: ServerSettings) => {
  const { clusterDir, binaries } = cluster;
  let complaint = 'it takes too long to recover';
  let failures = 0;
  const deadline = Date.now() + startWaitMsMax;
  for (; Date.now() < deadline && failures < startFailuresMax; await delay(pollMs)) {
    const running = readPidFile(clusterDir);
    const state = running === undefined ? 'absent' : await probe(running.socketDir);
    if (running !== undefined && state === 'ready') return { socketDir: running.socketDir, adopted: true };
    if (state === 'starting') continue;
    const socketDir = await writeSettings(clusterDir, binaries.user, settings);
    const args = ['start', '-D', clusterDir, '-l', serverLogPath(clusterDir), '-w', '-t', '20', '-s'];
    const started = await runBinary(binaries, 'pg_ctl', args, clusterDir);
    if (started.code === 0) return { socketDir, adopted: false };
    complaint = started.output;
    failures += 1;
  }
  throw new Error(`the embedded Postgres did not start: ${complaint}\n${await readLogTail(clusterDir)}`);
};

const ensureDatabase = async (socketDir: string): Promise<void> => {
  const client = new pg.Client({ connectionString: connectionStringFor(socketDir, 'postgres') });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [databaseName]);
    if (rowCount === 0) await client.query(`create database ${databaseName}`);
  } finally {
    await client.end();
  }
};

const stopServer = async ({ clusterDir, binaries }: Cluster): Promise<void> => {
  const args = (mode: string): string[] => [
    'stop',
    '-D',
    clusterDir,
    '-m',
    mode,
    '-w',
    '-t',
    String(stopWaitSeconds),
    '-s',
  ];
  const stopped = await runBinary(binaries, 'pg_ctl', args('fast'), clusterDir);
  // An immediate stop loses nothing that was committed; the next start recovers from the write-ahead log.
  if (stopped.code !== 0 && readPidFile(clusterDir) !== undefined) {
    await runBinary(binaries, 'pg_ctl', args('immediate'), clusterDir);
  }
};

/** Holds the guard, and brings the server and the guard back when the server dies under us. */
const superviseGuard = async (cluster: Cluster, settings: ServerSettings, socketDir: string) => {
  let stopping = false;
  let restoring = false;
  let guard = await takeGuard(connectionStringFor(socketDir, 'postgres'), cluster.dataDir);
  const restore = async (): Promise<void> => {
    restoring = true;
    while (!stopping) {
      try {
        const server = await ensureServer(cluster, settings);
        guard = await takeGuard(connectionStringFor(server.socketDir, 'postgres'), cluster.dataDir);
        guard.once('end', () => void restore());
        restoring = false;
        return;
      } catch (error) {
        if (!stopping) process.emitWarning(error as Error);
        await delay(1_000);
      }
    }
  };
  guard.once('end', () => void restore());
  const release = async (): Promise<void> => {
    stopping = true;
    await guard.end().catch(() => {});
  };
  return { release, isRestoring: () => restoring };
};

/**
 * Starts (or takes over) the Postgres of `dataDir` and holds the folder exclusively. For development and small
 * installations: one machine, trust authentication on a private socket. Throws `DataFolderInUse` when another process
 * serves the folder, and an `Error` naming the remedy when Postgres cannot run here.
 */
export const startEmbeddedPostgres = async (options: {
  readonly dataDir: string;
  readonly settings?: ServerSettings;
}): Promise<EmbeddedPostgres> => {
  const dataDir = resolve(options.dataDir);
  const settings = { ...defaultSettings(), ...options.settings };
  const binaries = await findBinaries(join(dataDir, 'postgres'));
  const cluster = { dataDir, binaries, clusterDir: await placeCluster(dataDir, binaries.user) };
  await initialiseCluster(binaries, cluster.clusterDir);
  const { socketDir, adopted } = await ensureServer(cluster, settings);
  const guard = await superviseGuard(cluster, settings, socketDir);
  await ensureDatabase(socketDir);
  // The last resort when the process ends without `stop`: SIGINT asks Postgres for a fast shutdown. While the server is
  // away its recorded pid may belong to anyone by now, so nothing is sent.
  const interrupt = (): void => {
    const server = readPidFile(cluster.clusterDir);
    if (server !== undefined && !guard.isRestoring()) process.kill(server.pid, 'SIGINT');
  };
  process.once('exit', interrupt);
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    process.off('exit', interrupt);
    await guard.release();
    await stopServer(cluster);
    if (socketDir !== cluster.clusterDir) await rm(socketDir, { recursive: true, force: true });
  };
  return { connectionString: connectionStringFor(socketDir, databaseName), adopted, stop: () => (stopped ??= stop()) };
};
