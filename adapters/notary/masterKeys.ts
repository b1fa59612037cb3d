import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { MasterKeys } from '../../commands/ports.ts';
import { makeOnce } from './ownFile.ts';

const cipher = 'aes-256-gcm';
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/** A line of a file of master keys: a name that says when it was made, and 32 bytes in base64. */
export const newMasterKey = (now: Date): string =>
  `mk-${now.toISOString().slice(0, 10)}-${randomBytes(3).toString('hex')} ${randomBytes(keyBytes).toString('base64')}`;

type Keys = { readonly newest: string; readonly byId: ReadonlyMap<string, Buffer> };

/** Throws `RangeError` with a sentence for the operator; never quotes a key. */
const keysOf = (file: string, text: string): Keys => {
  const byId = new Map<string, Buffer>();
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [id = '', secret = '', ...rest] = line.trim().split(/\s+/);
    const key = Buffer.from(secret, 'base64');
    if (!/^[\w.-]{1,60}$/.test(id) || key.length !== keyBytes || rest.length > 0)
      throw new RangeError(`${file}: line ${index + 1} is not a name and 32 bytes in base64`);
    if (byId.has(id)) throw new RangeError(`${file}: line ${index + 1} names ${id} again`);
    byId.set(id, key);
  }
  const newest = [...byId.keys()].at(-1);
  if (newest === undefined) throw new RangeError(`${file} holds no key`);
  return { newest, byId };
};

const read = async (file: string): Promise<Keys> => {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new RangeError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  });
  return keysOf(file, text);
};

/**
 * The keys of a file, one a line: the last one wraps, each one unwraps. The file is read again for a name that is not known
 * and whenever the newest is asked for, so that a key is added without a restart. Throws `RangeError` with a sentence for the operator.
 */
export const readMasterKeys = async (file: string): Promise<MasterKeys> => {
  let keys = await read(file);
  const readAgain = async (): Promise<Keys> => {
    keys = await read(file);
    return keys;
  };

  return {
    newest: async () => (await readAgain()).newest,
    wrap: async (secret, boundTo) => {
      const { newest, byId } = keys;
      const nonce = randomBytes(nonceBytes);
      const wrapping = createCipheriv(cipher, byId.get(newest) as Buffer, nonce).setAAD(Buffer.from(boundTo, 'utf8'));
      const wrapped = Buffer.concat([nonce, wrapping.update(secret), wrapping.final(), wrapping.getAuthTag()]);
      return { wrapped, masterKeyId: newest };
    },
    unwrap: async ({ wrapped, masterKeyId }, boundTo) => {
      const key = keys.byId.get(masterKeyId) ?? (await readAgain()).byId.get(masterKeyId);
      if (key === undefined) throw new Error(`${file} does not hold the master key ${masterKeyId}`);
      const bytes = Buffer.from(wrapped);
      const unwrapping = createDecipheriv(cipher, key, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
        .setAAD(Buffer.from(boundTo, 'utf8'))
        .setAuthTag(bytes.subarray(-tagBytes));
      return Buffer.concat([unwrapping.update(bytes.subarray(nonceBytes, -tagBytes)), unwrapping.final()]);
    },
  };
};

/** The keys in `file`, with a first one made there on the first call; nobody but the owner may read it. */
export const ownMasterKeys = async (file: string): Promise<MasterKeys> => {
  await makeOnce(file, `${newMasterKey(new Date())}\n`);
  return readMasterKeys(file);
};
