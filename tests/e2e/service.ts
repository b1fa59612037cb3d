import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { access, chmod, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Client, clientFor } from '../../api/client.ts';
import { nodeFlags } from '../../api/nodeFlags.ts';
import { filesVariable, oneAtATime } from '../support/database.ts';

/** The whole product as a user starts it: a process of its own, embedded Postgres, simulators behind HTTP. */
export type RunningService = {
  readonly client: Client;
  readonly url: string;
  readonly simulators: { readonly erp: string; readonly wms: string; readonly tax: string; readonly crm: string };
  readonly dataDir: string;
  readonly output: () => string;
  readonly kill9: () => Promise<void>;
  readonly stop: () => Promise<number | null>;
};

const readyWithinMs = 150_000;
/** Of a call: where a dozen processes share two cores with the other test files, a burst waits for its turn. */
export const patienceMs = 60_000;

/** The folder of the run, which lies in memory where there is plenty. */
const filesOfRun = (): string => process.env[filesVariable] ?? tmpdir();

/** Traversable by the account that Postgres runs under when the tests run as root. */
export const newDataDir = async (): Promise<string> => {
  const dataDir = await mkdtemp(join(filesOfRun(), 'e2e-'));
  await chmod(dataDir, 0o711);
  return dataDir;
};
export const removeDataDir = (dataDir: string): Promise<void> =>
  rm(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });

export const spawnService = (
  dataDir: string,
  env: Readonly<Record<string, string>> = {},
): { child: ChildProcess; output: () => string } => {
  const child = spawn(process.execPath, [...nodeFlags, join(import.meta.dirname, '../../api/main.js')], {
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      DATA_DIR: dataDir,
      PORT: '0',
      LOG_LEVEL: 'warn',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const take = (chunk: Buffer): void => {
    text = (text + chunk.toString('utf8')).slice(-200_000);
  };
  child.stdout?.on('data', take);
  child.stderr?.on('data', take);
  return { child, output: () => text };
};

export const exitOf = (child: ChildProcess): Promise<number | null> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve(child.exitCode)
    : new Promise((resolve) => child.once('exit', (code) => resolve(code)));

type Address = { readonly url: string; readonly pid: number; readonly simulators: RunningService['simulators'] };

const addressOf = async (dataDir: string, pid: number | undefined): Promise<Address | undefined> => {
  const text = await readFile(join(dataDir, 'address.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const address = JSON.parse(text) as Address;
  return address.pid === pid ? address : undefined;
};

const isReady = (url: string): Promise<boolean> =>
  fetch(`${url}/health/ready`).then(
    (response) => response.ok,
    () => false,
  );

/** Starts on `dataDir` and waits until it is ready. Throws with what it printed. */
export const startService = async (
  dataDir: string,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningService> => {
  const { child, output } = spawnService(dataDir, env);
  const endedByItself = (code: number | null, signal: string | null): void =>
    console.error(`The service ended by itself (exit code ${code}, signal ${signal}). It said:\n${output()}`);
  const deadline = Date.now() + readyWithinMs;
  while (Date.now() < deadline && child.exitCode === null) {
    const address = await addressOf(dataDir, child.pid);
    if (address !== undefined && (await isReady(address.url))) {
      child.once('exit', endedByItself);
      return {
        client: await clientFor(address.url, join(dataDir, 'keys.json'), patienceMs),
        url: address.url,
        simulators: address.simulators,
        dataDir,
        output,
        kill9: async () => {
          child.off('exit', endedByItself);
          child.kill('SIGKILL');
          await exitOf(child);
        },
        stop: async () => {
          child.off('exit', endedByItself);
          child.kill('SIGTERM');
          return exitOf(child);
        },
      };
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.kill('SIGKILL');
  throw new Error(`The service did not become ready. It said:\n${output()}`);
};

/** `cp`, because `fs.cp` gives the files to whoever copies, and Postgres may run as another user. */
const copyInto = (to: string, from: string) => promisify(execFile)('cp', ['-a', `${from}/.`, to]);

/** Made by whoever of the run asks first. A new folder takes the product seven seconds of a processor, a copy less than one. */
const startedOnce = async (): Promise<string> => {
  const place = join(filesOfRun(), 'started-once');
  await oneAtATime(async () => {
    const isThere = await access(place).then(
      () => true,
      () => false,
    );
    if (isThere) return;
    const made = await newDataDir();
    await (await startService(made)).stop();
    const copied = await mkdtemp(`${place}-`);
    await copyInto(copied, made);
    await rename(copied, place);
    await removeDataDir(made);
  });
  return place;
};

/** A folder of its own on which the product was started and stopped before, with the demonstration distributor and nothing else. */
export const usedDataDir = async (): Promise<string> => {
  const dataDir = await newDataDir();
  await copyInto(dataDir, await startedOnce());
  return dataDir;
};

/** Starts where nothing has happened yet, in a folder of its own; `endService` takes it away. */
export const startEmpty = async (env: Readonly<Record<string, string>> = {}): Promise<RunningService> => {
  const dataDir = await usedDataDir();
  return startService(dataDir, env).catch(async (error: unknown) => {
    await removeDataDir(dataDir);
    throw error;
  });
};

/** Stops the service and removes its data; one that never started is nothing to end. */
export const endService = async (service: RunningService | undefined): Promise<void> => {
  if (service === undefined) return;
  await service.stop();
  await removeDataDir(service.dataDir);
};

/** Reads until `good`, or fails with the last value. What takes long is asked for less often, so that asking is no load. */
export const eventually = async <T>(
  read: () => Promise<T>,
  good: (value: T) => boolean,
  withinMs = patienceMs,
): Promise<T> => {
  const startedAt = Date.now();
  const deadline = startedAt + withinMs;
  for (;;) {
    const value = await read();
    if (good(value)) return value;
    if (Date.now() > deadline)
      throw new Error(`not within ${withinMs} ms; last seen: ${JSON.stringify(value).slice(0, 3_000)}`);
    await new Promise((resolve) => setTimeout(resolve, Math.max(50, (Date.now() - startedAt) / 10)));
  }
};
