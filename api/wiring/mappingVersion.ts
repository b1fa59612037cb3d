import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** A simulator says what the other side would. */
const translates = (file: string): boolean => /\.(ts|wsdl)$/.test(file) && !file.startsWith('simulator');

/**
 * Fingerprint of the code in these folders that says our things in a partner's words and reads theirs, so that nobody has to
 * remember to raise a number.
 */
export const mappingVersionOf = (...folders: readonly string[]): string => {
  const hash = createHash('sha256');
  for (const folder of folders)
    for (const file of readdirSync(join(root, folder)).filter(translates).sort())
      hash.update(join(folder, file)).update(readFileSync(join(root, folder, file)));
  return hash.digest('hex').slice(0, 12);
};
