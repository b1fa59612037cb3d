import { type Refusal, refuse } from '../../domain/decider.ts';
import { fromBase64, keyIdOf, toBase64, type VerifySignature } from '../../domain/evidence/checkpoint.ts';
import type { Signer } from '../../domain/evidence/ports.ts';
import {
  type Artefact,
  type ArtefactObject,
  artefactBytes,
  artefactFormat,
  idOfDefinition,
  nameOfObject,
} from '../../domain/promotion/artefact.ts';
import type { Violation } from '../application.ts';
import { contentSha256 } from '../canonicalJson.ts';
import { sha256 } from '../evidence/sha256.ts';
import { violation } from '../outcome.ts';

/** Whose artefacts are taken: public keys as base64 of 32 bytes, this environment's own among them. */
export type Trust = { readonly keys: readonly string[]; readonly verifySignature: VerifySignature };

/** The same objects give the same artefact, to the byte of its canonical JSON. */
export const signedArtefact = (
  bu: string,
  objects: readonly ArtefactObject[],
  { keyId, publicKey, sign }: Signer,
): Artefact => {
  const content = { format: artefactFormat, bu, source: { keyId, publicKey: toBase64(publicKey) }, objects } as const;
  const hash = contentSha256(content);
  return { ...content, sha256: hash, signature: toBase64(sign(artefactBytes(hash))) };
};

const altered = (detail: string, data?: Readonly<Record<string, unknown>>): Refusal =>
  refuse('ARTEFACT_ALTERED', detail, data);

const hashFault = ({ sha256: said, signature: _, ...content }: Artefact): Refusal | undefined => {
  if (contentSha256(content) !== said) return altered('It is not what its hash was made of; export it again.');
  const wrong = content.objects.filter(({ definition, contentSha256: hash }) => contentSha256(definition) !== hash);
  if (wrong.length === 0) return undefined;
  const names = wrong.map(nameOfObject);
  return altered(`${names.join(', ')}: not what its hash was made of.`, { objects: names });
};

/** Why an artefact is not to be believed: it was edited, or signed by nobody who is trusted here; undefined: it is. */
export const artefactFault = async (artefact: Artefact, trust: Trust): Promise<Refusal | undefined> => {
  const fault = hashFault(artefact);
  if (fault !== undefined) return fault;
  const { keyId, publicKey } = artefact.source;
  const key = fromBase64(publicKey);
  if (!trust.keys.includes(publicKey) || keyIdOf(sha256, key) !== keyId) {
    return refuse('ARTEFACT_UNTRUSTED', `It is signed by the key ${keyId}, which is not trusted here.`, { keyId });
  }
  const isSigned = await trust.verifySignature(key, artefactBytes(artefact.sha256), fromBase64(artefact.signature));
  return isSigned ? undefined : altered('Its signature is not that of the key that it names.');
};

/** An artefact is of one business unit and names nothing twice: whoever may propose for one unit writes to no other. */
export const artefactViolations = ({ bu, objects }: Artefact, of: string): readonly Violation[] => {
  const names = objects.map(nameOfObject);
  return [
    ...(bu === of ? [] : [violation('/artefact/bu', 'VALUE_INVALID', `It is of ${bu}, and this address of ${of}.`)]),
    ...objects.flatMap((object, index) => {
      const at = `/artefact/objects/${index}`;
      const isOwn = object.definition.bu === bu && object.id === idOfDefinition(object);
      return [
        ...(isOwn ? [] : [violation(`${at}/id`, 'VALUE_INVALID', 'It does not name what the definition is of.')]),
        ...(names.indexOf(names[index] ?? '') === index
          ? []
          : [violation(at, 'DUPLICATE', `${names[index]} is there twice.`)]),
      ];
    }),
  ];
};
