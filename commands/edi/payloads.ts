import { createHash } from 'node:crypto';
import { sealedIn } from '../../domain/personal/sealedText.ts';
import { customerSubject } from '../../domain/personal/subject.ts';
import { uuidV5 } from '../eventIds.ts';
import type { Vault } from '../personal/vault.ts';
import type { PayloadStore } from '../ports.ts';

export type PayloadPorts = {
  readonly payloads: Pick<PayloadStore, 'put'>;
  readonly vault: Pick<Vault, 'sealsFor'>;
};
export type PayloadReads = {
  readonly payloads: Pick<PayloadStore, 'content'>;
  readonly vault: Pick<Vault, 'open'>;
};

/** Whose customer a message is about: the key that seals it, and its end with that customer's erasure. */
export type PayloadOwner = { readonly bu: string; readonly soldTo: string };

export const sha256OfBytes = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/**
 * Keeps the bytes of a message and answers with their SHA-256. A message names people and addresses, so it is sealed with the
 * key of the customer it is about, and an erasure ends it like everything that was written about that customer; its hash
 * stays. Throws `LogUnavailable`.
 */
export const keepPayload = async (
  { payloads, vault }: PayloadPorts,
  bytes: Uint8Array,
  { bu, soldTo, mediaType }: PayloadOwner & { readonly mediaType: string },
): Promise<string> => {
  const sha256 = sha256OfBytes(bytes);
  const subject = customerSubject(bu, soldTo);
  const seal = (await vault.sealsFor([subject])).get(subject);
  if (seal === undefined) throw new Error(`${subject} has no key`);
  const place = { eventId: uuidV5(`payload/${sha256}`), field: 'payload' };
  const content = seal(Buffer.from(bytes).toString('base64'), place);
  await payloads.put({ sha256, bu, soldTo, mediaType, size: bytes.length, content });
  return sha256;
};

/** The bytes of a message that was kept. Undefined: its customer was erased, or it is not kept any more. Throws `LogUnavailable`. */
export const keptPayload = async (
  { payloads, vault }: PayloadReads,
  of: PayloadOwner & { readonly sha256: string },
): Promise<Buffer | undefined> => {
  const words = sealedIn((await payloads.content(of)) ?? '');
  const [word] = words;
  const opened = word === undefined ? undefined : (await vault.open(words)).get(word.text);
  return typeof opened === 'string' ? Buffer.from(opened, 'base64') : undefined;
};
