import { checkpointFault, fromBase64, parseNote, type VerifySignature } from '../../domain/evidence/checkpoint.ts';
import type { Hash } from '../../domain/evidence/merkle.ts';
import type { CheckpointEntry, OutsideNote, TreeReads } from '../../domain/evidence/ports.ts';
import type { LogFinding } from './logVerdict.ts';
import { sha256 } from './sha256.ts';

export type SignedPlaces = {
  readonly tree: TreeReads;
  /** What lies outside of the database, with the name of the place. */
  readonly outside: readonly (OutsideNote & { readonly place: string })[];
  readonly verifySignature: VerifySignature;
  /** Base64; absent: the keys that the checkpoints in the database name. */
  readonly trustedKeys?: readonly string[];
};

const pageEntries = 1_000;

/** A root that somebody signed, and where it is kept. */
export type SignedRoot = { readonly place: string; readonly treeSize: number; readonly root: Hash };

/** What is wrong with a checkpoint of the database by itself, as a finding. */
const faultOf = async (
  { checkpoint, revision, position }: CheckpointEntry,
  { verifySignature, trustedKeys }: SignedPlaces,
): Promise<LogFinding | undefined> => {
  const name = `Checkpoint ${revision} of the database, over ${checkpoint.treeSize} events,`;
  const fault = await checkpointFault(checkpoint, { sha256, verifySignature });
  if (fault !== undefined)
    return { code: 'CHECKPOINT_EDITED', detail: `${name} is not as it was signed: ${fault}.`, position };
  if (trustedKeys?.includes(checkpoint.publicKey) === false)
    return { code: 'NOTE_INVALID', detail: `${name} is not signed by a trusted key.`, position };
  return undefined;
};

/** The checkpoints of the database, page by page. */
const readInside = async (parts: SignedPlaces) => {
  const findings: LogFinding[] = [];
  const keys = new Set(parts.trustedKeys);
  const claims: SignedRoot[] = [];
  for (let after = -1; ; ) {
    const entries = await parts.tree.checkpointsAfter(after, pageEntries);
    for (const entry of entries) {
      const { checkpoint, revision } = entry;
      const fault = await faultOf(entry, parts);
      if (fault !== undefined) findings.push(fault);
      else if (parts.trustedKeys === undefined) keys.add(checkpoint.publicKey);
      claims.push({
        place: `checkpoint ${revision} of the database`,
        treeSize: checkpoint.treeSize,
        root: Buffer.from(checkpoint.root, 'hex'),
      });
      after = revision;
    }
    if (entries.length < pageEntries) return { findings, keys, claims };
  }
};

/** Roots that somebody signed, by tree size; what is not signed by a trusted key is a finding. */
export const readSignedRoots = async (parts: SignedPlaces) => {
  const inside = await readInside(parts);
  const findings = [...inside.findings];
  const outside: SignedRoot[] = [];
  for (const { place, treeSize, note } of parts.outside) {
    const parsed = parseNote(sha256, note);
    let signed = false;
    for (const key of inside.keys) {
      const signature = parsed?.signatureBy(fromBase64(key));
      if (parsed !== undefined && signature !== undefined)
        signed ||= await parts.verifySignature(fromBase64(key), parsed.body, signature);
    }
    if (parsed === undefined || !signed || parsed.treeSize !== treeSize)
      findings.push({
        code: 'NOTE_INVALID',
        detail: `The checkpoint over ${treeSize} events in ${place} is not signed by a trusted key.`,
        position: null,
      });
    else outside.push({ place, treeSize, root: parsed.root });
  }
  return { findings, inside: inside.claims, outside };
};
