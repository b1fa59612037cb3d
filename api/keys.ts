import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/** `admin2` is a second admin, for what one admin alone may not do; `supplier` speaks for the suppliers. */
export const keyRoles = ['channel', 'warehouse', 'finance', 'auditor', 'ops', 'admin', 'admin2', 'supplier'] as const;
export type KeyRole = (typeof keyRoles)[number];

const key = z.string().min(32);
const {
  admin2: second,
  supplier,
  ...needed
} = Object.fromEntries(keyRoles.map((role) => [role, key])) as Record<KeyRole, z.ZodString>;
/** Files of earlier versions have no second admin and no supplier. `agents`: by the system that each stands in front of. */
const keysSchema = z.strictObject({
  ...needed,
  admin2: second.optional(),
  supplier: supplier.optional(),
  agents: z.record(z.string(), key).optional(),
});
export type Keys = Readonly<z.output<typeof keysSchema>>;

/** Embedded keys say what they are, so that a service outside embedded mode can refuse them. */
const embeddedPrefix = 'tl_dev_';

/** 192 random bits after a name that people can tell apart. */
export const makeKey = (prefix: string, name: string): string =>
  `${prefix}${name}_${randomBytes(24).toString('base64url')}`;

/** A fresh key per role. */
export const makeKeys = (prefix: string): Record<KeyRole, string> =>
  Object.fromEntries(keyRoles.map((role) => [role, makeKey(prefix, role)])) as Record<KeyRole, string>;

/** Whoever they are for. */
export const allKeys = ({ agents = {}, ...others }: Keys): readonly string[] => [
  ...Object.values(others).filter((one) => one !== undefined),
  ...Object.values(agents),
];

export const isEmbeddedKey = (key: string): boolean => key.startsWith(embeddedPrefix);

/** Reads a keys file. Throws with the file's name when it is missing or not what it should be. */
export const readKeys = async (file: string): Promise<Keys> => {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new Error(`Cannot read the keys file ${file}.`, { cause });
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new Error(`The keys file ${file} is not JSON.`, { cause });
  }
  const parsed = keysSchema.safeParse(json);
  if (!parsed.success) {
    throw new Error(
      `The keys file ${file} needs one key of at least 32 characters for each of: ${Object.keys(needed).join(', ')}.`,
    );
  }
  return parsed.data;
};

/**
 * The keys of a data folder, made at the first start; those that an earlier version did not know are added to the others. Written
 * beside and renamed, so that a kill leaves all keys or none.
 */
export const embeddedKeys = async (dataDir: string): Promise<{ readonly file: string; readonly keys: Keys }> => {
  const file = join(dataDir, 'keys.json');
  const existing = await readKeys(file).catch((error: Error & { cause?: NodeJS.ErrnoException }) => {
    if (error.cause?.code === 'ENOENT') return undefined;
    throw error;
  });
  if (existing !== undefined && keyRoles.every((role) => existing[role] !== undefined)) return { file, keys: existing };
  const keys: Keys = { ...makeKeys(embeddedPrefix), ...existing };
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 });
  await chmod(`${file}.new`, 0o600);
  await rename(`${file}.new`, file);
  return { file, keys };
};
