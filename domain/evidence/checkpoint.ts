import type { StreamName } from '../eventLog.ts';
import { canonicalJson } from './canonicalJson.ts';
import type { CheckpointSealed } from './events.ts';
import { fromHex, type Hash, hex, type Sha256 } from './merkle.ts';

/** One stream, one writer: its expected revision refuses a second sealer. */
export const checkpointStream = 'ledger-checkpoints' as StreamName;

export type Checkpoint = CheckpointSealed['data'];
export type Statement = Omit<Checkpoint, 'signature' | 'note'>;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Bytes and base64, without anything of a platform. */
export const toBase64 = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
export const fromBase64 = (text: string): Uint8Array => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));

/** The bytes that `signature` signs. The first line keeps them apart from everything else this key signs. */
export const statementBytes = (checkpoint: Statement): Uint8Array => {
  const { origin, treeSize, root, previousTreeSize, previousRoot, position, signedAt, keyId, publicKey } = checkpoint;
  const statement = { origin, treeSize, root, previousTreeSize, previousRoot, position, signedAt, keyId, publicKey };
  return encoder.encode(`throughline-checkpoint/1\n${canonicalJson(statement)}`);
};

/** The text that a C2SP checkpoint signs: origin, size and root, one a line. */
export const noteBody = (origin: string, treeSize: number, root: Hash): string =>
  `${origin}\n${treeSize}\n${toBase64(root)}\n`;

/** How we name a key: the first 8 bytes of the SHA-256 of its 32 bytes. */
export const keyIdOf = (sha256: Sha256, publicKey: Uint8Array): string => hex(sha256(publicKey)).slice(0, 16);

/** How a signed note names it (C2SP signed-note, Ed25519): 4 bytes over the key's name and the key. */
const noteKeyHash = (sha256: Sha256, name: string, publicKey: Uint8Array): Uint8Array =>
  sha256(Uint8Array.from([...encoder.encode(`${name}\n`), 1, ...publicKey])).subarray(0, 4);

export const signedNote = (
  sha256: Sha256,
  body: string,
  key: { readonly name: string; readonly publicKey: Uint8Array },
  signature: Uint8Array,
): string => {
  const line = toBase64(Uint8Array.from([...noteKeyHash(sha256, key.name, key.publicKey), ...signature]));
  return `${body}\n\u2014 ${key.name} ${line}\n`;
};

export type Note = {
  readonly origin: string;
  readonly treeSize: number;
  readonly root: Hash;
  readonly body: Uint8Array;
  /** Of the key with this name and hash; other signatures on the note, a witness's for example, are passed over. */
  readonly signatureBy: (publicKey: Uint8Array) => Uint8Array | undefined;
};

const notePattern = /^(([^\n]+)\n(0|[1-9]\d*)\n([A-Za-z0-9+/]{43}=)\n)\n((?:\u2014 \S+ [A-Za-z0-9+/=]+\n)+)$/;

/** A C2SP checkpoint without extension lines; undefined: it is none. */
export const parseNote = (sha256: Sha256, text: string): Note | undefined => {
  const match = notePattern.exec(text);
  const [, body = '', origin = '', size = '', root = '', signatures = ''] = match ?? [];
  if (match === null || !Number.isSafeInteger(Number(size))) return undefined;
  const signatureBy = (publicKey: Uint8Array): Uint8Array | undefined => {
    const expected = noteKeyHash(sha256, origin, publicKey);
    for (const line of signatures.split('\n')) {
      const [, name, encoded = ''] = line.split(' ');
      if (name !== origin) continue;
      const bytes = fromBase64(encoded);
      if (bytes.length === 68 && expected.every((byte, index) => byte === bytes[index])) return bytes.subarray(4);
    }
    return undefined;
  };
  return { origin, treeSize: Number(size), root: fromBase64(root), body: encoder.encode(body), signatureBy };
};

export type VerifySignature = (
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
) => boolean | Promise<boolean>;

const bytesOf = (text: string): Uint8Array | undefined => {
  try {
    return fromBase64(text);
  } catch {
    return undefined;
  }
};

/** What is wrong with a checkpoint by itself: its key, its signature, its note; undefined: nothing. */
export const checkpointFault = async (
  checkpoint: Checkpoint,
  { sha256, verifySignature }: { readonly sha256: Sha256; readonly verifySignature: VerifySignature },
): Promise<string | undefined> => {
  const publicKey = bytesOf(checkpoint.publicKey);
  const signature = bytesOf(checkpoint.signature);
  if (publicKey?.length !== 32 || keyIdOf(sha256, publicKey) !== checkpoint.keyId)
    return 'its key id is not that of its public key';
  if (signature?.length !== 64 || !(await verifySignature(publicKey, statementBytes(checkpoint), signature)))
    return 'its signature does not match its content';
  const note = parseNote(sha256, checkpoint.note);
  if (note === undefined) return 'its note is not a C2SP checkpoint';
  const says = decoder.decode(note.body) === noteBody(checkpoint.origin, checkpoint.treeSize, fromHex(checkpoint.root));
  if (!says) return 'its note speaks of another tree';
  const ofNote = note.signatureBy(publicKey);
  if (ofNote === undefined || !(await verifySignature(publicKey, note.body, ofNote)))
    return 'its note is not signed by its key';
  return undefined;
};
