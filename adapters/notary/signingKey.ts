import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { keyIdOf, type VerifySignature } from '../../domain/evidence/checkpoint.ts';
import type { Signer } from '../../domain/evidence/ports.ts';
import { makeOnce } from './ownFile.ts';

/** The 12 bytes of ASN.1 before the 32 bytes of an Ed25519 public key (RFC 8410). */
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');

const sha256 = (bytes: Uint8Array): Uint8Array => createHash('sha256').update(bytes).digest();

/** Throws `RangeError` for a key of another kind. */
export const signerOf = (key: KeyObject): Signer => {
  if (key.asymmetricKeyType !== 'ed25519')
    throw new RangeError(`the signing key is of type ${key.asymmetricKeyType}, not Ed25519`);
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  const publicKey = spki.subarray(spkiPrefix.length);
  return { keyId: keyIdOf(sha256, publicKey), publicKey, sign: (message) => sign(null, message, key) };
};

/** The Ed25519 private key (PEM, PKCS #8) of a file. Throws `RangeError` with a sentence for the operator. */
export const readSigner = async (file: string): Promise<Signer> => {
  const pem = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new RangeError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  });
  try {
    return signerOf(createPrivateKey(pem));
  } catch (error) {
    if (error instanceof RangeError) throw error;
    throw new RangeError(`${file} is not a private key in PEM form`);
  }
};

/** The key in `file`, made there on the first call; nobody but the owner may read it. */
export const ownSigner = async (file: string): Promise<Signer> => {
  await makeOnce(file, generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString());
  return readSigner(file);
};

export const verifyEd25519: VerifySignature = (publicKey, message, signature) => {
  const key = createPublicKey({ key: Buffer.concat([spkiPrefix, publicKey]), format: 'der', type: 'spki' });
  return verify(null, message, key, signature);
};
