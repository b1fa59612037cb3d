import { fromBase64, toBase64 } from './checkpoint.ts';

/** What the base64 of an Ed25519 key in SubjectPublicKeyInfo begins with (RFC 8410); the key's own base64 follows. */
const spkiStart = 'MCowBQYDK2VwAyEA';
const armour = /-----[A-Z ]+-----/g;
const form = /^[A-Za-z0-9+/]{43}=$/;

export type GivenKeys = {
  /** Base64 of 32 bytes each, as checkpoints carry them. */
  readonly keys: readonly string[];
  /** What was given and is no key. */
  readonly unreadable: readonly string[];
};

const isKey = (text: string): boolean => form.test(text) && toBase64(fromBase64(text)) === text;

/** Public keys as people have them at hand: base64, or whole PEM files, with spaces, line ends or commas between. */
export const givenKeys = (text: string): GivenKeys => {
  const words = text
    .replace(armour, ' ')
    .split(/[\s,]+/)
    .filter((word) => word !== '')
    .map((word) => (word.startsWith(spkiStart) ? word.slice(spkiStart.length) : word));
  return { keys: words.filter(isKey), unreadable: words.filter((word) => !isKey(word)) };
};
