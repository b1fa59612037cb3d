import { sealedIn } from '../../domain/personal/sealedText.ts';
import type { Vault } from './vault.ts';

/** What is in force where it says the same as `given`, so that sending a definition again is no new one; else `given`. */
export const asInForce = async (
  { open }: Pick<Vault, 'open'>,
  inForce: string | undefined,
  given: string,
): Promise<string> => {
  const words = inForce === undefined ? [] : sealedIn(inForce);
  const [word] = words;
  if (word === undefined || word.text !== inForce) return given;
  return (await open(words)).get(word.text) === given ? word.text : given;
};
