import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Verifier } from '../deps.ts';
import { singleFile } from './singleFile.ts';

const root = join(import.meta.dirname, '../..');

const versionOf = async (): Promise<string> =>
  (JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { readonly version: string }).version;

/** How a page allows exactly this text to run or to style: the browser refuses anything else, and every connection. */
const allowed = (text: string): string => `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`;

const pageOf = async (version: string): Promise<string> => {
  const [program, style, shell] = await Promise.all([
    singleFile(root, join(import.meta.dirname, 'page.ts')),
    readFile(join(import.meta.dirname, 'page.css'), 'utf8'),
    readFile(join(import.meta.dirname, 'page.html'), 'utf8'),
  ]);
  // A script ends where HTML says so.
  const script = `\n${program.replaceAll('</script', '<\\/script')}`;
  // Functions, because a text would have its dollar signs read as something else.
  return shell
    .replace('SCRIPT_HASH', () => allowed(script))
    .replace('STYLE_HASH', () => allowed(style))
    .replace('VERSION', () => version)
    .replace('/* STYLE */', () => style)
    .replace('PROGRAM', () => script);
};

const build = async (): Promise<Verifier> => {
  const version = await versionOf();
  const [program, page] = await Promise.all([
    singleFile(root, join(import.meta.dirname, 'program.ts')),
    pageOf(version),
  ]);
  const text = `#!/usr/bin/env node\n${program}`;
  return { version, program: text, page, sha256: createHash('sha256').update(text, 'utf8').digest('hex') };
};

let made: Promise<Verifier> | undefined;

/** The verifier out of the sources that this process runs, made once. */
export const buildVerifier = (): Promise<Verifier> => {
  made ??= build();
  return made;
};
