import { link, mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { folders, handOver, inAName, openFolders, sentUnder } from '../../../../adapters/erp/file/handover.ts';
import { sha256 } from '../../../../adapters/erp/safeCalls.ts';
import { withFolder } from '../../http/peer.ts';

const key = 'journals.ACME.B-1';
const base = `${key}-${sha256('content').slice(0, 16)}`;

const inFolders = (work: (folder: string) => Promise<void>): Promise<void> =>
  withFolder(async (folder) => {
    await openFolders(folder);
    await work(folder);
  });
const there = (folder: string, name: keyof typeof folders) => readdir(join(folder, folders[name]));

/** They take what lies there, and keep no trace of it. */
const taken = async (folder: string): Promise<number> => {
  const names = await there(folder, 'out');
  await mkdir(join(folder, 'gone'), { recursive: true });
  for (const name of names) await rename(join(folder, folders.out, name), join(folder, 'gone', name));
  return names.length;
};

describe('a file is theirs once', () => {
  test('under a name that says what it is and what is in it, whole from the first moment', () =>
    inFolders(async (folder) => {
      const sent = await handOver(folder, key, 'content');
      expect(sent).toMatchObject({ content: 'content', base, fileSha256: sha256('content') });
      expect([await there(folder, 'out'), await there(folder, 'staging')]).toEqual([[`${base}.csv`], []]);
      expect(await sentUnder(folder, key)).toEqual(sent);
      expect(await sentUnder(folder, 'journals.ACME.B-2')).toBeUndefined();
    }));

  test('asked for again, before and after they took it, also with other content', () =>
    inFolders(async (folder) => {
      await handOver(folder, key, 'content');
      await handOver(folder, key, 'content');
      expect(await taken(folder)).toBe(1);
      await handOver(folder, key, 'content');
      expect((await handOver(folder, key, 'other')).content).toBe('content');
      expect([await taken(folder), await there(folder, 'staging')]).toEqual([0, expect.anything()]);
    }));

  test('twenty at once, while they take it as soon as it is there', () =>
    inFolders(async (folder) => {
      let isOver = false;
      const handing = Promise.all(Array.from({ length: 20 }, () => handOver(folder, key, 'content')))
        .then(() => 'done')
        .catch((error: unknown) => error)
        .finally(() => {
          isOver = true;
        });
      let count = 0;
      while (!isOver) count += await taken(folder);
      expect([await handing, count + (await taken(folder)), await there(folder, 'staging')]).toEqual(['done', 1, []]);
    }));

  // What a kill leaves behind, at each place between two steps.
  const staged = (folder: string) => join(folder, folders.staging, `${base}~killed`);
  const steps = [
    ['half of the file', (folder: string) => writeFile(staged(folder), 'con')],
    ['the file', (folder: string) => writeFile(staged(folder), 'content')],
    ['its note', (folder: string) => link(staged(folder), join(folder, folders.sent, key))],
    ['its move', (folder: string) => rename(staged(folder), join(folder, folders.out, `${base}.csv`))],
  ] as const;
  test.each(steps.map(([name], index) => [name, index] as const))('killed behind %s', (_, index) =>
    inFolders(async (folder) => {
      for (const [, step] of steps.slice(0, index + 1)) await step(folder);
      const before = await taken(folder);
      await handOver(folder, key, 'content');
      expect([before + (await taken(folder)), await there(folder, 'staging')]).toEqual([1, []]);
      await handOver(folder, key, 'content');
      expect(await taken(folder)).toBe(0);
    }));
});

test('two names are never one, and none leads out of the folder', () => {
  for (const odd of ['..', '../x', 'a/b', 'a.b', 'a~b', 'ü', '*', 'a%2eb', ''])
    expect(inAName(odd)).toMatch(/^[A-Za-z0-9%_-]*$/);
  expect(new Set(['a.b', 'a%2eb', 'a/b', 'a~b'].map(inAName)).size).toBe(4);
});
