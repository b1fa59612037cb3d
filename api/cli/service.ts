import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addressFile } from '../addressFile.ts';
import { type Client, makeClient } from '../client.ts';
import { type KeyRole, type Keys, keyRoles, readKeys } from '../keys.ts';
import { type CliOptions, Stop, textOption } from './command.ts';

export const dataDir = (): string => process.env.DATA_DIR || '.throughline';

type Address = { readonly url: string; readonly database?: string };

/** What a service that runs on this machine's data folder wrote down; undefined when there is none. */
export const localAddress = async (): Promise<Address | undefined> => {
  const text = await readFile(addressFile(dataDir()), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Address);
};

export const noService = (remedy: string): Stop =>
  new Stop(`No service is running on ${dataDir()}. Start it with npm start, or ${remedy}.`, 5);

/** The running service, as one caller. Nothing behind HTTP is touched. */
export type Service = {
  readonly url: string;
  readonly get: <T>(path: string) => Promise<T>;
  readonly post: <T>(path: string, body: unknown) => Promise<T>;
};

const roleOf = (options: CliOptions): KeyRole => {
  const name = textOption(options, 'as') ?? 'ops';
  const role = keyRoles.find((one) => one === name);
  if (role === undefined) throw new Stop(`There is no role ${name}. There are: ${keyRoles.join(', ')}.`, 2);
  return role;
};

/** As the service's own configuration: an empty variable counts as absent. */
const variable = (name: string): string | undefined => process.env[name] || undefined;

/** Without the slashes that an address is often copied with: every path begins with one. */
const addressOf = (text: string): string => {
  if (!/^https?:\/\/./.test(text)) throw new Stop(`${text} is no address. Say http://host:port or https://host.`, 2);
  return text.replace(/\/+$/, '');
};

const keysOf = async (file: string): Promise<Keys> =>
  readKeys(file).catch((error: Error) => {
    throw new Stop(
      `${error.message} Name a credential with --key or THROUGHLINE_KEY, or a keys file with KEYS_FILE.`,
      2,
    );
  });

const clientOf = async (options: CliOptions): Promise<Client> => {
  const named = textOption(options, 'url') ?? variable('THROUGHLINE_URL') ?? (await localAddress())?.url;
  if (named === undefined) throw noService('name one with --url');
  const url = addressOf(named);
  const key = textOption(options, 'key') ?? variable('THROUGHLINE_KEY');
  if (key === undefined) return makeClient(url, await keysOf(variable('KEYS_FILE') ?? join(dataDir(), 'keys.json')));
  return makeClient(url, Object.fromEntries(keyRoles.map((role) => [role, key])) as Record<KeyRole, string>);
};

/** `fetch` says only "fetch failed" when nobody listens. */
export const reached = async <T>(url: string, call: Promise<T>): Promise<T> => {
  try {
    return await call;
  } catch (error) {
    const { name } = error as { readonly name?: unknown };
    if (name === 'TypeError') throw new Stop(`Nothing answers at ${url}. Is the service running there?`, 5);
    if (name === 'TimeoutError') throw new Stop(`The service at ${url} did not answer in time.`, 5);
    throw error;
  }
};

/** Throws `Stop` 5 when no service can be found. */
export const callService = async (options: CliOptions): Promise<Service> => {
  const role = roleOf(options);
  const client = await clientOf(options);
  const { url } = client;
  return {
    url,
    get: (path) => reached(url, client.get(role, path)),
    post: (path, body) => reached(url, client.send(role, 'POST', path, body)),
  };
};
