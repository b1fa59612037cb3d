import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Checkpoint } from '../../domain/evidence/checkpoint.ts';
import { CheckpointForked, type CheckpointSink, type OutsideNote } from '../../domain/evidence/ports.ts';

const sizeDigits = 12;
const namePattern = /^(\d{12})\.note$/;

/** `throughline/<uuid>` as the name of a folder. */
export const folderName = (origin: string): string => origin.replace(/[^A-Za-z0-9-]+/g, '_');

const fileOf = (folder: string, treeSize: number): string =>
  join(folder, `${String(treeSize).padStart(sizeDigits, '0')}.note`);

const writeNew = async (file: string, text: string): Promise<void> => {
  const handle = await open(file, 'wx', 0o444);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
};

const isCode = (error: unknown, ...codes: readonly string[]): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && codes.includes(String(error.code));

/** Whole or not at all, also when the machine stops in the middle. Storage without links gets the file as it is. */
const writeOnce = async (file: string, text: string): Promise<'written' | 'exists'> => {
  const draft = `${file}.${randomUUID()}.new`;
  try {
    await writeNew(draft, text);
    await link(draft, file);
    return 'written';
  } catch (error) {
    if (isCode(error, 'EEXIST')) return 'exists';
    if (!isCode(error, 'EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP')) throw error;
    return await writeNew(file, text).then(
      () => 'written' as const,
      (again: unknown) => {
        if (isCode(again, 'EEXIST')) return 'exists' as const;
        throw again;
      },
    );
  } finally {
    await rm(draft, { force: true }).catch(() => {});
  }
};

const finish = async (file: string, text: string): Promise<void> => {
  const draft = `${file}.${randomUUID()}.new`;
  await writeNew(draft, text);
  await rename(draft, file);
};

const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
};

const namesIn = async (folder: string): Promise<readonly string[]> =>
  (
    await readdir(folder).catch((error: unknown) => {
      if (isCode(error, 'ENOENT')) return [];
      throw error;
    })
  )
    .filter((name) => namePattern.test(name))
    .sort();

/** The logs of which there are checkpoints, as the names of their folders. */
export const foldersIn = async (directory: string): Promise<readonly string[]> =>
  (
    await readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
      if (isCode(error, 'ENOENT')) return [];
      throw error;
    })
  ).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

/** Every checkpoint of a log in a folder of checkpoints, smallest tree first. */
export const notesIn = async (directory: string, origin: string): Promise<readonly OutsideNote[]> => {
  const folder = join(directory, folderName(origin));
  const notes: OutsideNote[] = [];
  for (const name of await namesIn(folder))
    notes.push({ treeSize: Number(name.slice(0, sizeDigits)), note: await readFile(join(folder, name), 'utf8') });
  return notes;
};

/**
 * One file for a checkpoint, in C2SP tlog-checkpoint form, never changed: a folder of them can lie on write-once storage,
 * and the largest name is the newest.
 */
export const createCheckpointFolder = (directory: string): CheckpointSink => ({
  name: directory,
  newest: async (origin) => {
    const folder = join(directory, folderName(origin));
    const name = (await namesIn(folder)).at(-1);
    if (name === undefined) return undefined;
    return { treeSize: Number(name.slice(0, sizeDigits)), note: await readFile(join(folder, name), 'utf8') };
  },
  publish: async ({ origin, treeSize, note }: Checkpoint) => {
    const folder = join(directory, folderName(origin));
    await mkdir(folder, { recursive: true });
    const file = fileOf(folder, treeSize);
    if ((await writeOnce(file, note)) === 'written') return syncFolder(folder);
    const lies = await readFile(file, 'utf8');
    if (lies === note) return;
    if (!note.startsWith(lies))
      throw new CheckpointForked(`Another checkpoint over ${treeSize} events lies in ${directory}.`);
    // Where there are no links a machine that stopped while writing leaves a beginning.
    await finish(file, note);
    await syncFolder(folder);
  },
});
