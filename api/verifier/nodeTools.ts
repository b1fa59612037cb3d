import { createHash, createPublicKey, verify } from 'node:crypto';
import { toDomain } from '../../commands/codec.ts';
import type { Tools } from '../../domain/evidence/findings.ts';

/** The 12 bytes of ASN.1 before the 32 bytes of an Ed25519 public key (RFC 8410). */
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');

const hashWith = (algorithm: string) => (bytes: Uint8Array) => createHash(algorithm).update(bytes).digest();

/** What the checks need, from Node's own library. */
export const nodeTools: Tools = {
  sha256: hashWith('sha256'),
  sha1: hashWith('sha1'),
  verifySignature: (publicKey, message, signature) => {
    const key = { key: Buffer.concat([spkiPrefix, publicKey]), format: 'der', type: 'spki' } as const;
    return verify(null, message, createPublicKey(key), signature);
  },
  decode: toDomain,
};
