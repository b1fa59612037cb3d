import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importAnswerBytesMax } from '../lookup.ts';
import { sha256 } from '../safeCalls.ts';

/**
 * `to-erp` is what they take away, `from-erp` what they bring; the other two are ours. All are on one disk: what moves between
 * them moves in one step.
 */
export const folders = { out: 'to-erp', in: 'from-erp', sent: 'sent', staging: 'staging' } as const;

export const openFolders = async (root: string): Promise<void> => {
  for (const folder of Object.values(folders)) await mkdir(join(root, folder), { recursive: true });
};

/** A file as it was handed over. */
export type Sent = {
  readonly content: string;
  readonly fileSha256: string;
  /** Of its names on both sides. */
  readonly base: string;
  /** Milliseconds since 1970. */
  readonly sentAtMs: number;
};

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

/** Undefined where there is nothing of that name. */
const ifThere = async <T>(work: Promise<T>): Promise<T | undefined> => {
  try {
    return await work;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
};

/** Any name may be part of a file's, and none holds the dots and tildes that stand between the parts. */
export const inAName = (text: string): string =>
  encodeURIComponent(text).replace(/[.~*'()!]/g, (found) => `%${found.charCodeAt(0).toString(16)}`);

const flushed = async (path: string, flags = 'r'): Promise<void> => {
  const file = await open(path, flags);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
};

const baseOf = (key: string, content: string): string => `${key}-${sha256(content).slice(0, 16)}`;

/** What was handed over under this key, if anything was. */
export const sentUnder = async (root: string, key: string): Promise<Sent | undefined> => {
  const path = join(root, folders.sent, key);
  const content = await ifThere(readFile(path, 'utf8'));
  if (content === undefined) return undefined;
  const { mtimeMs } = await stat(path);
  return { content, fileSha256: sha256(content), base: baseOf(key, content), sentAtMs: mtimeMs };
};

/**
 * The file that is noted as sent is moved to them, if it still lies here: it is the same file under two names, known by its
 * inode. Moving is one step, so it lies here or it is theirs, whenever we are killed, and nobody moves it a second time. What
 * others prepared at the same time and did not get noted is taken away.
 */
const deliver = async (root: string, key: string, base: string): Promise<void> => {
  const noted = await stat(join(root, folders.sent, key));
  const staged = (await readdir(join(root, folders.staging))).filter((name) => name.startsWith(`${base}~`));
  for (const name of staged) {
    const path = join(root, folders.staging, name);
    const found = await ifThere(stat(path));
    if (found === undefined) continue;
    if (found.ino === noted.ino) await ifThere(rename(path, join(root, folders.out, `${base}.csv`)));
    else await rm(path, { force: true });
  }
  await flushed(join(root, folders.out));
};

/** Hands a file over once, however often it is asked for. Under a key that was used it is what was handed over first. */
export const handOver = async (root: string, key: string, content: string): Promise<Sent> => {
  const sent = join(root, folders.sent, key);
  if ((await ifThere(stat(sent))) === undefined) {
    const path = join(root, folders.staging, `${baseOf(key, content)}~${randomUUID()}`);
    await writeFile(path, content, { flag: 'wx' });
    await flushed(path, 'r+');
    // Whoever is first is noted. The other's file may have been taken away as one too many meanwhile.
    await link(path, sent).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST' && codeOf(error) !== 'ENOENT') throw error;
    });
    await flushed(join(root, folders.sent));
  }
  const noted = await sentUnder(root, key);
  if (noted === undefined) throw new Error(`${key} was noted as sent and is gone`);
  await deliver(root, key, noted.base);
  return noted;
};

/** What they have answered to it by now. Throws for a file that is longer than any answer. */
export const answerTo = async ({ base }: Sent, root: string): Promise<string | undefined> => {
  const path = join(root, folders.in, `${base}.ack`);
  const found = await ifThere(stat(path));
  if (found !== undefined && found.size > importAnswerBytesMax) throw new Error(`${base}.ack is too long`);
  return ifThere(readFile(path, 'utf8'));
};

const attemptsMax = 10_000;

/** After a refusal the same document is another file: what they said of the first one is not said of this. */
export const keyOfAttempt = async (root: string, key: string): Promise<string> => {
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    const path = join(root, folders.sent, `${key}.${attempt}.refused`);
    if ((await ifThere(stat(path))) === undefined) return `${key}.${attempt}`;
  }
  throw new Error(`${key} was refused ${attemptsMax} times`);
};

export const noteRefusal = (root: string, keyWithAttempt: string): Promise<void> =>
  writeFile(join(root, folders.sent, `${keyWithAttempt}.refused`), '');
