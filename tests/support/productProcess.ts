import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { newMasterKey } from '../../adapters/notary/masterKeys.ts';
import { type Client, makeClient } from '../../api/client.ts';
import { type Keys, makeKeys } from '../../api/keys.ts';
import { nodeFlags } from '../../api/nodeFlags.ts';
import { exitOf, patienceMs } from '../e2e/service.ts';

/** One process of the product, in a role, on a database that it shares with others. */
export type Product = {
  readonly url: string;
  readonly port: number;
  readonly client: Client;
  /** Of the channel. */
  readonly token: string;
  readonly keys: Keys;
  readonly partners: Partners;
  /** Holds the process still while something else is measured; it must not last longer than a statement may. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** The most memory that the process has held so far, in MB. */
  readonly peakRssMb: () => Promise<number>;
  /** Ends it as a power cut would. */
  readonly kill9: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

export type Partners = { readonly erp: string; readonly wms: string; readonly tax: string };

type Options = {
  readonly connectionString: string;
  readonly role: 'all' | 'api' | 'projector' | 'process' | 'adapter';
  /** Absent: simulators of its own, which only the role `all` has. */
  readonly partners?: Partners;
  readonly seed?: 'demo' | 'none';
  /** Settings besides, as whoever runs the product may make them. */
  readonly env?: Readonly<Record<string, string>>;
};

const readyWithinMs = 150_000;
/** The roles without simulators of their own must name partners; nobody calls these. */
const nobody: Partners = { erp: 'http://127.0.0.1:9', wms: 'http://127.0.0.1:9', tax: 'http://127.0.0.1:9' };

/** Of simulators that run apart. */
export const simulatedLicence = { id: 'simulated', licenceKey: 'simulated' };

const keys: Keys = makeKeys('test_');
/** Processes on one database share it. */
const masterKeys = `${newMasterKey(new Date())}\n`;

const environmentOf = (options: Options, dir: string): Readonly<Record<string, string>> => {
  const partners = options.partners ?? (options.role === 'all' ? undefined : nobody);
  return {
    PATH: process.env.PATH ?? '',
    HOME: process.env.HOME ?? '',
    DATA_DIR: dir,
    KEYS_FILE: join(dir, 'keys.json'),
    MASTER_KEY_FILE: join(dir, 'master-keys'),
    PORT: '0',
    LOG_LEVEL: 'warn',
    DATABASE_URL: options.connectionString,
    ROLE: options.role,
    SEED: options.seed ?? 'none',
    ...(partners !== undefined && { ERP_URL: partners.erp, WMS_URL: partners.wms, TAX_URL: partners.tax }),
    TAX_ACCOUNT: simulatedLicence.id,
    TAX_LICENSE_KEY: simulatedLicence.licenceKey,
    ...options.env,
    // A profile of the product while it is measured: see the README.
    ...(process.env.PRODUCT_NODE_OPTIONS !== undefined && { NODE_OPTIONS: process.env.PRODUCT_NODE_OPTIONS }),
  };
};

const untilReady = async (child: ChildProcess, output: () => string): Promise<void> => {
  const deadline = Date.now() + readyWithinMs;
  while (!output().includes('Ready in ')) {
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`the product did not become ready. It said:\n${output()}`);
    await delay(20);
  }
};

/** Linux keeps the peak itself. */
const peakRssMbOf = async (pid: number | undefined): Promise<number> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(status)?.[1];
  return kilobytes === undefined ? Number.NaN : Number(kilobytes) / 1_024;
};

/** Starts one process and waits until it is ready. Throws with what it printed. */
export const startProduct = async (options: Options): Promise<Product> => {
  const dir = await mkdtemp(join(tmpdir(), 'throughline-process-'));
  await chmod(dir, 0o711);
  await writeFile(join(dir, 'keys.json'), JSON.stringify(keys), { mode: 0o600 });
  await writeFile(join(dir, 'master-keys'), masterKeys, { mode: 0o600 });
  const child = spawn(process.execPath, [...nodeFlags, join(import.meta.dirname, '../../api/main.js')], {
    env: environmentOf(options, dir),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const take = (chunk: Buffer): void => {
    text = (text + chunk.toString('utf8')).slice(-20_000);
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  // Nothing is left running when whoever started it is ended.
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  const stop = async (): Promise<void> => {
    process.off('exit', end);
    child.kill('SIGCONT');
    child.kill('SIGTERM');
    await exitOf(child);
    await rm(dir, { recursive: true, force: true });
  };
  try {
    await untilReady(child, () => text);
  } catch (error) {
    await stop();
    throw error;
  }
  const address = await readFile(join(dir, 'address.json'), 'utf8').catch(() => undefined);
  const { url = '', simulators = nobody } = (address === undefined ? {} : JSON.parse(address)) as {
    url?: string;
    simulators?: Partners;
  };
  return {
    url,
    port: url === '' ? 0 : Number(new URL(url).port),
    client: makeClient(url, keys, patienceMs),
    token: keys.channel,
    keys,
    partners: simulators,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    peakRssMb: () => peakRssMbOf(child.pid),
    kill9: async () => {
      child.kill('SIGKILL');
      await exitOf(child);
    },
    stop,
  };
};
