import { readFileSync } from 'node:fs';
import { givenKeys } from '../../domain/evidence/trustedKeys.ts';

/** Public keys of a command line: as they are, or the path of a file that holds them. Undefined: there is none. */
export const keysOfArgument = (given: string): readonly string[] | undefined => {
  const inline = givenKeys(given);
  if (inline.unreadable.length === 0) return inline.keys.length > 0 ? inline.keys : undefined;
  const { keys, unreadable } = givenKeys(readFileSync(given, 'utf8'));
  return keys.length > 0 && unreadable.length === 0 ? keys : undefined;
};
