import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addressFile } from '../addressFile.ts';
import { type Client, clientFor } from '../client.ts';
import { nodeFlags } from '../nodeFlags.ts';

const readyWithinMs = 60_000;
const pollMs = 200;

const isReady = async (url: string): Promise<boolean> =>
  fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2_000) }).then(
    (response) => response.ok,
    () => false,
  );

/** The service of this data folder, if one is up. */
const runningService = async (dataDir: string): Promise<Client | undefined> => {
  const text = await readFile(addressFile(dataDir), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const { url } = JSON.parse(text) as { url: string };
  return (await isReady(url)) ? clientFor(url, join(dataDir, 'keys.json')) : undefined;
};

/** Starts a service of its own with empty data and a warehouse that waits for us. */
const temporaryService = async (): Promise<{ readonly client: Client; readonly stop: () => Promise<void> }> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'throughline-demo-'));
  // Traversable by the account that Postgres runs under when this runs as root.
  await chmod(dataDir, 0o711);
  const child = spawn(process.execPath, [...nodeFlags, join(import.meta.dirname, '../main.js')], {
    env: {
      ...process.env,
      DATA_DIR: dataDir,
      PORT: '0',
      SIM_WMS: 'manual',
      LOG_LEVEL: 'error',
      ROLE: 'all',
      SEED: 'demo',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await exited;
    await rm(dataDir, { recursive: true, force: true });
  };
  const deadline = Date.now() + readyWithinMs;
  while (Date.now() < deadline && child.exitCode === null) {
    const client = await runningService(dataDir);
    if (client !== undefined) return { client, stop };
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  await stop();
  throw new Error(
    'The service for the demonstration did not become ready. Start it yourself with npm start and read what it says.',
  );
};

/** The running service of this data folder, or a temporary one that `stop` takes away again. */
export const demoService = async (
  dataDir: string,
): Promise<{ readonly client: Client; readonly temporary: boolean; readonly stop: () => Promise<void> }> => {
  const running = await runningService(dataDir);
  if (running !== undefined) return { client: running, temporary: false, stop: async () => {} };
  return { ...(await temporaryService()), temporary: true };
};
