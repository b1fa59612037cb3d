import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Verifier } from '../deps.ts';
import { singleFile } from './singleFile.ts';

const root = join(import.meta.dirname, '../..');

const versionOf = async (): Promise<string> =>
  (JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { readonly version: string }).version;

const build = async (): Promise<Verifier> => {
  const [version, program, pageProgram, shell] = await Promise.all([
    versionOf(),
    singleFile(root, join(import.meta.dirname, 'program.ts')),
    singleFile(root, join(import.meta.dirname, 'page.ts')),
    readFile(join(import.meta.dirname, 'page.html'), 'utf8'),
  ]);
  // A function, because a text would have its dollar signs read as something else; and a script ends where HTML says so.
  const page = shell
    .replace('VERSION', () => version)
    .replace('PROGRAM', () => pageProgram.replaceAll('</script', '<\\/script'));
  const text = `#!/usr/bin/env node\n${program}`;
  return { version, program: text, page, sha256: createHash('sha256').update(text, 'utf8').digest('hex') };
};

let made: Promise<Verifier> | undefined;

/** The verifier out of the sources that this process runs, made once. */
export const buildVerifier = (): Promise<Verifier> => {
  made ??= build();
  return made;
};
