import { generateKeyPairSync } from 'node:crypto';
import { signerOf, verifyEd25519 } from '../../adapters/notary/signingKey.ts';
import { contentSha256 } from '../../commands/canonicalJson.ts';
import { signedArtefact, type Trust } from '../../commands/promotion/artefact.ts';
import { toBase64 } from '../../domain/evidence/checkpoint.ts';
import type { Signer } from '../../domain/evidence/ports.ts';
import { type Artefact, type ArtefactObject, idOfDefinition } from '../../domain/promotion/artefact.ts';
import type { PromotedDefinition } from '../../domain/promotion/events.ts';

const newSigner = (): Signer => signerOf(generateKeyPairSync('ed25519').privateKey);

/** An environment that tests trust, and somebody whom nobody knows. */
export const otherEnvironment = newSigner();
export const stranger = newSigner();

export const trustIn = (...signers: readonly Signer[]): Trust => ({
  keys: signers.map(({ publicKey }) => toBase64(publicKey)),
  verifySignature: verifyEd25519,
});

/** A definition as it lies in an artefact; `madeFrom` are the contents before it, newest first. */
export const objectOf = (
  promoted: PromotedDefinition,
  madeFrom: readonly object[] = [],
  version = madeFrom.length + 1,
): ArtefactObject => ({
  ...promoted,
  id: idOfDefinition(promoted),
  version,
  contentSha256: contentSha256(promoted.definition),
  ancestors: madeFrom.map(contentSha256),
});

export const artefactOf = (bu: string, objects: readonly ArtefactObject[], signer = otherEnvironment): Artefact =>
  signedArtefact(bu, objects, signer);
