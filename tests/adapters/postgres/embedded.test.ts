import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, lstat, mkdir, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../adapters/postgres/embedded.ts';
import { filesVariable } from '../../support/database.ts';
import { leastMs, msOf } from '../../support/leastMs.ts';

const settings = { fsync: false, shared_buffers: '16MB', max_connections: 20 };
const holderScript = new URL('../../support/holdEmbeddedPostgres.ts', import.meta.url).pathname;

type Held = { readonly adopted?: boolean; readonly connectionString?: string; readonly error?: string };

describe('the embedded Postgres', () => {
  let dataDir: string;
  let usedDir: string;
  const started: EmbeddedPostgres[] = [];
  const children: ChildProcess[] = [];
  /** Clusters that were placed outside `dataDir`. */
  const outside: string[] = [];

  const newFolder = async (): Promise<string> => {
    const dir = await realpath(await mkdtemp(join(process.env[filesVariable] ?? tmpdir(), 'embedded-')));
    await chmod(dir, 0o711);
    return dir;
  };

  // To make a cluster takes seconds; to copy one that was stopped does not.
  beforeAll(async () => {
    usedDir = await newFolder();
    await (await startEmbeddedPostgres({ dataDir: usedDir, settings })).stop();
  });
  afterAll(() => rm(usedDir, { recursive: true, force: true }));

  beforeEach(async () => {
    dataDir = await newFolder();
  });

  /** `cp`, because `fs.cp` gives the files to whoever copies, and the server may run as another user. */
  const aFolderThatWasUsed = () => promisify(execFile)('cp', ['-a', join(usedDir, 'postgres'), dataDir]);

  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    for (const server of started.splice(0)) await server.stop();
    // What is left belongs to a process we killed.
    const orphan = await serverPid().catch(() => undefined);
    if (orphan !== undefined) process.kill(orphan, 'SIGQUIT');
    for (const dir of [...outside.splice(0), dataDir]) await rm(dir, { recursive: true, force: true });
  });

  const start = async (dir = dataDir): Promise<EmbeddedPostgres> => {
    const server = await startEmbeddedPostgres({ dataDir: dir, settings });
    started.push(server);
    return server;
  };

  /** Another process that starts the same folder; resolves with what it reports. */
  const startElsewhere = async (): Promise<{ child: ChildProcess; held: Held }> => {
    const child = spawn(process.execPath, [holderScript, dataDir, JSON.stringify(settings)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    return { child, held: JSON.parse(line) as Held };
  };

  const query = async (connectionString: string, text: string): Promise<readonly Record<string, unknown>[]> => {
    const client = new pg.Client({ connectionString });
    client.on('error', () => {});
    await client.connect();
    try {
      return (await client.query(text)).rows;
    } finally {
      await client.end();
    }
  };

  const serverPid = async (): Promise<number> =>
    Number((await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0]);

  /** A killed process stays visible to signals until its parent collects it, so the server is asked instead. */
  const isGone = async (connectionString: string): Promise<boolean> => {
    const code = await query(connectionString, 'select 1').catch((error: NodeJS.ErrnoException) => error.code);
    return code === 'ENOENT' || code === 'ECONNREFUSED';
  };

  it('stops within seconds, leaves no process, and continues with its data', async () => {
    await aFolderThatWasUsed();
    let first = await start();
    await query(first.connectionString, 'create table kept as select 42 as answer');
    const stops = async () => {
      if (await isGone(first.connectionString)) first = await start();
      return msOf(first.stop);
    };
    expect(await leastMs(5_000, stops)).toBeLessThan(5_000);
    expect(await isGone(first.connectionString)).toBe(true);
    await expect(serverPid()).rejects.toThrow('ENOENT');
    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await query(second.connectionString, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  it('keeps every commit and answers on no network port', async () => {
    await aFolderThatWasUsed();
    const { connectionString } = await start();
    expect(
      await query(
        connectionString,
        `select current_setting('synchronous_commit') as a, current_setting('listen_addresses') as b,
      current_setting('full_page_writes') as c`,
      ),
    ).toEqual([{ a: 'on', b: '', c: 'on' }]);
  });

  it('takes over the server of a process that was killed', async () => {
    await aFolderThatWasUsed();
    const { child, held } = await startElsewhere();
    await query(held.connectionString ?? '', 'create table kept as select 42 as answer');
    const pid = await serverPid();
    child.kill('SIGKILL');
    const next = await start();
    expect(next.adopted).toBe(true);
    expect(await serverPid()).toBe(pid);
    expect(await query(next.connectionString, 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  it('refuses a second service on the same folder, names the first, and leaves it alone', async () => {
    await aFolderThatWasUsed();
    const { connectionString } = await start();
    const { child, held } = await startElsewhere();
    expect(held.error).toBe(`another Throughline is running on this data folder (pid ${process.pid}): ${dataDir}`);
    if (child.exitCode === null) await once(child, 'exit');
    expect(child.exitCode).toBe(1);
    expect(await query(connectionString, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('lets exactly one of two simultaneous starts have a new folder', async () => {
    const both = await Promise.all([startElsewhere(), startElsewhere()]);
    const errors = both.map(({ held }) => held.error).filter((error) => error !== undefined);
    expect(errors).toEqual([expect.stringContaining('another Throughline is running on this data folder (pid ')]);
  });

  it('starts although a killed server left its lock file', async () => {
    await aFolderThatWasUsed();
    const { child } = await startElsewhere();
    const pid = await serverPid();
    process.kill(pid, 'SIGKILL');
    child.kill('SIGKILL');
    const next = await start();
    expect(next.adopted).toBe(false);
    expect(await query(next.connectionString, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('brings a server back that dies while the service lives, and still holds the folder', async () => {
    await aFolderThatWasUsed();
    const { connectionString } = await start();
    const pid = await serverPid();
    process.kill(pid, 'SIGKILL');
    let answer: unknown;
    for (let tries = 0; tries < 2_000 && answer === undefined; tries += 1) {
      answer = await query(connectionString, 'select 1 as one').catch(() => delay(50, undefined));
    }
    expect(answer).toEqual([{ one: 1 }]);
    expect(await serverPid()).not.toBe(pid);
    await delay(200);
    expect((await startElsewhere()).held.error).toContain(`(pid ${process.pid})`);
  });

  it('works in a folder whose path is too long for a socket', async () => {
    const deep = join(dataDir, 'a'.repeat(60), 'b'.repeat(60));
    const { connectionString } = await start(deep);
    expect(connectionString).not.toContain('aaaa');
    expect(await query(connectionString, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('works for root in a private folder, and starts afresh when that folder is removed', async () => {
    if (process.getuid?.() !== 0) return expect(process.getuid?.()).not.toBe(0);
    const secluded = join(dataDir, 'private');
    await mkdir(secluded, { mode: 0o700 });
    const inside = join(secluded, 'data');
    const first = await start(inside);
    expect((await lstat(join(inside, 'postgres'))).isSymbolicLink()).toBe(true);
    await query(first.connectionString, 'create table kept as select 42 as answer');
    await first.stop();
    outside.push(await realpath(join(inside, 'postgres')));
    const second = await start(inside);
    expect(await query(second.connectionString, 'select answer from kept')).toEqual([{ answer: 42 }]);
    await second.stop();
    await rm(inside, { recursive: true });
    const third = await start(inside);
    outside.push(await realpath(join(inside, 'postgres')));
    await expect(query(third.connectionString, 'select answer from kept')).rejects.toThrow('does not exist');
  });
});
