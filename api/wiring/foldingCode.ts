import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

const sourcesIn = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .sort()
    .map((file) => join(folder, file));

/**
 * Fingerprint of everything that the fold of a stream depends on: the domain, today's shapes of stored events, and the
 * format in which states are kept. A state that other code folded is not trusted, whoever forgot to raise a version.
 */
export const foldingCode = (): string => {
  const hash = createHash('sha256').update(process.versions.v8);
  for (const file of [...sourcesIn('domain'), 'commands/codec.ts', 'commands/deciding/loadedStream.ts'])
    hash.update(file).update(readFileSync(join(root, file)));
  return hash.digest('base64url');
};
