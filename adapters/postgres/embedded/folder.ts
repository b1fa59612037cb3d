import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import {
  appendFile,
  chmod,
  chown,
  lstat,
  mkdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type PostgresBinaries, runBinary, type ServerUser } from './binaries.ts';

/** Server parameters by name; values are written as quoted text. */
export type ServerSettings = Readonly<Record<string, string | number | boolean>>;

/** Where data goes when root's own folder cannot be traversed by the unprivileged server user. */
const outsideDir = '/var/lib/throughline';
/** `sun_path` holds 107 bytes, and Postgres adds `/.s.PGSQL.5432.lock`. */
const socketDirBytesMax = 107 - '/.s.PGSQL.5432.lock'.length;
const logBytesMax = 10_000_000;
const settingsFile = 'throughline.conf';

export const serverLogPath = (clusterDir: string): string => join(clusterDir, 'server.log');

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

const traversableBy = async (dir: string, user: ServerUser): Promise<boolean> => {
  for (let current = dir; current !== '/'; current = dirname(current)) {
    const { mode, uid, gid } = await stat(current);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
  }
  return true;
};

/**
 * The real folder of the cluster inside `dataDir`. As root with a private home the cluster lives outside and `dataDir`
 * holds a symlink to it: whoever deletes `dataDir` then starts afresh.
 */
export const placeCluster = async (dataDir: string, user: ServerUser | undefined): Promise<string> => {
  const wanted = join(dataDir, 'postgres');
  await mkdir(dataDir, { recursive: true });
  if (await exists(wanted)) return realpath(wanted);
  if (user === undefined || (await traversableBy(await realpath(dataDir), user)))
    return join(await realpath(dataDir), 'postgres');
  await mkdir(outsideDir, { recursive: true, mode: 0o755 });
  const known = await lstat(wanted).catch(() => undefined);
  if (known !== undefined) await rm(wanted);
  const target = join(outsideDir, randomUUID());
  await symlink(target, wanted);
  return target;
};

/** Creates the cluster once. It is made beside its place and renamed, so a start that dies half-way leaves nothing half-made. */
export const initialiseCluster = async (binaries: PostgresBinaries, clusterDir: string): Promise<void> => {
  if (await exists(join(clusterDir, 'PG_VERSION'))) return;
  const unfinished = `${clusterDir}.initdb-${process.pid}`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  if (binaries.user !== undefined) await chown(unfinished, binaries.user.uid, binaries.user.gid);
  const args = ['-D', unfinished, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--no-instructions'];
  const locale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const made = await runBinary(binaries, 'initdb', [...args, ...locale], unfinished);
  if (made.code !== 0) throw new Error(`initdb failed: ${made.output}`);
  await appendFile(join(unfinished, 'postgresql.conf'), `\ninclude_if_exists = '${settingsFile}'\n`);
  await rename(unfinished, clusterDir).catch(async (error: NodeJS.ErrnoException) => {
    await rm(unfinished, { recursive: true, force: true });
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
};

const socketDirFor = async (clusterDir: string, user: ServerUser | undefined): Promise<string> => {
  if (Buffer.byteLength(clusterDir) <= socketDirBytesMax) return clusterDir;
  const dir = join(tmpdir(), `throughline-${createHash('sha256').update(clusterDir).digest('hex').slice(0, 12)}`);
  await mkdir(dir, { recursive: true });
  const ownUid = process.getuid?.();
  const found = await stat(dir);
  if (found.uid !== ownUid && found.uid !== user?.uid) throw new Error(`${dir} belongs to someone else; remove it`);
  if (user !== undefined) await chown(dir, user.uid, user.gid);
  await chmod(dir, 0o700);
  return dir;
};

const quoted = (value: string | number | boolean): string => `'${String(value).replaceAll("'", "''")}'`;

/** Writes the parameters for the next start and returns the socket folder. Nothing listens on TCP: no port clash, no password. */
export const writeSettings = async (
  clusterDir: string,
  user: ServerUser | undefined,
  settings: ServerSettings,
): Promise<string> => {
  const socketDir = await socketDirFor(clusterDir, user);
  const all = {
    ...settings,
    listen_addresses: '',
    unix_socket_directories: socketDir,
    unix_socket_permissions: '0700',
  };
  const lines = Object.entries(all).map(([name, value]) => `${name} = ${quoted(value)}`);
  const file = join(clusterDir, settingsFile);
  await writeFile(file, `${lines.join('\n')}\n`);
  if (user !== undefined) await chown(file, user.uid, user.gid);
  const log = await stat(serverLogPath(clusterDir)).catch(() => undefined);
  if (log !== undefined && log.size > logBytesMax) await truncate(serverLogPath(clusterDir), 0);
  return socketDir;
};

/** What the running (or dead) server wrote about itself; absent when none was started since the last clean stop. */
export const readPidFile = (clusterDir: string): { pid: number; socketDir: string } | undefined => {
  const file = join(clusterDir, 'postmaster.pid');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  const pid = Number(lines[0]);
  const socketDir = lines[4]?.trim() ?? '';
  return Number.isInteger(pid) && pid > 0 && socketDir !== '' ? { pid, socketDir } : undefined;
};

export const readLogTail = async (clusterDir: string): Promise<string> =>
  (await readFile(serverLogPath(clusterDir), 'utf8').catch(() => '')).slice(-2_000);
