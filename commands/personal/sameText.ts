import { withPersonalText } from '../../domain/personal/personalFields.ts';
import { type SealedText, sealedIn } from '../../domain/personal/sealedText.ts';
import type { Vault } from './vault.ts';

/**
 * What the sealed words of a definition in force say, by word, so that the same definition sent again is no new one. What is
 * erased says nothing any more. Throws `LogUnavailable`.
 */
export const wordsInForce = async (
  { open }: Pick<Vault, 'open'>,
  type: string,
  inForce: object | null,
): Promise<ReadonlyMap<string, string>> => {
  const words: SealedText[] = [];
  if (inForce !== null)
    withPersonalText(type, inForce, (text) => {
      const [word] = sealedIn(text);
      if (word?.text === text) words.push(word);
      return text;
    });
  if (words.length === 0) return new Map();
  return new Map([...(await open(words))].flatMap(([word, text]) => (text === null ? [] : [[word, text]])));
};
