import { type Checkpoint, fromBase64, parseNote } from '../../domain/evidence/checkpoint.ts';
import type { Hash } from '../../domain/evidence/merkle.ts';
import type { OutsideNote } from '../../domain/evidence/ports.ts';
import type { LogFinding } from './logVerdict.ts';
import { database, type KnownSeal, missingBefore, missingIn, missingOutside, onlyOutside } from './missingSeals.ts';
import { faultOf, findingOf, type Judged } from './sealFaults.ts';
import { type Seal, type SealPlaces, sealsOf } from './seals.ts';
import { sha256 } from './sha256.ts';

type Note = OutsideNote & { readonly place: string };

export type SignedPlaces = SealPlaces &
  Judged & {
    /** What lies outside of the database, with the name of the place. */
    readonly outside: readonly Note[];
  };

/** A root that somebody signed, and where it is kept. */
export type SignedRoot = { readonly place: string; readonly treeSize: number; readonly root: Hash };

const rootOf = (place: string, { treeSize, root }: Checkpoint): SignedRoot => ({
  ...{ place, treeSize, root: Buffer.from(root, 'hex') },
});

/** The signed root of one checkpoint, from the database, or from the log where that has none. */
const claimOf = async ({ revision, stored, logged }: Seal, judged: Judged): Promise<SignedRoot | undefined> => {
  if (stored?.checkpoint !== undefined) return rootOf(`checkpoint ${revision} of the database`, stored.checkpoint);
  // One that was edited in the log is named by the walk over it.
  if (logged?.checkpoint === undefined || (await faultOf(logged.checkpoint, judged)) !== undefined) return undefined;
  return rootOf(`checkpoint ${revision} of the log`, logged.checkpoint);
};

const knownOf = ({ revision, stored, logged }: Seal): KnownSeal => ({
  revision,
  treeSize: stored?.checkpoint?.treeSize ?? logged?.checkpoint?.treeSize ?? stored?.treeSize ?? 0,
  position: logged?.position ?? null,
});

/** Checkpoints in the log and in the database, one after the other: what they claim, and where one is missing. */
const readInside = async (parts: SignedPlaces) => {
  // What the tree has come to is in the database for certain; a checkpoint behind it may be on its way there.
  const { position } = await parts.tree.state();
  const through = position === 'start' ? '' : position;
  const findings: LogFinding[] = [];
  const gaps: LogFinding[] = [];
  const keys = new Set(parts.trustedKeys);
  const claims: SignedRoot[] = [];
  const [known, notStored, notLogged]: [KnownSeal[], KnownSeal[], KnownSeal[]] = [[], [], []];
  let expected = 0;
  for await (const seal of sealsOf(parts)) {
    const { revision, stored, logged, isLogRead } = seal;
    const finding = await findingOf(seal, parts);
    if (finding !== undefined) findings.push(finding);
    const claim = await claimOf(seal, parts);
    if (claim !== undefined) claims.push(claim);
    if (parts.trustedKeys === undefined)
      for (const each of [stored?.checkpoint, logged?.checkpoint])
        if (each !== undefined && (await faultOf(each, parts)) === undefined) keys.add(each.publicKey);
    const seen = knownOf(seal);
    known.push(seen);
    gaps.push(...missingBefore(expected, revision, (stored ?? logged)?.checkpoint?.previousTreeSize));
    expected = revision + 1;
    if (stored === undefined && logged !== undefined && logged.position <= through) notStored.push(seen);
    if (logged === undefined && stored !== undefined && isLogRead && stored.position <= through)
      notLogged.push({ ...seen, position: stored.position });
  }
  return { findings, keys, claims, known, missing: { gaps, notStored, notLogged } };
};

/** The copies outside that a key of `keys` signed, and what is wrong with the others. */
const readOutside = async ({ outside, verifySignature }: SignedPlaces, keys: ReadonlySet<string>) => {
  const findings: LogFinding[] = [];
  const claims: SignedRoot[] = [];
  for (const { place, treeSize, note } of outside) {
    const parsed = parseNote(sha256, note);
    let signed = false;
    for (const key of keys) {
      const signature = parsed?.signatureBy(fromBase64(key));
      if (parsed !== undefined && signature !== undefined)
        signed ||= await verifySignature(fromBase64(key), parsed.body, signature);
    }
    if (parsed !== undefined && signed && parsed.treeSize === treeSize) {
      claims.push({ place, treeSize, root: parsed.root });
      continue;
    }
    const what = note === '' ? 'is empty' : 'is not signed by a trusted key';
    const detail = `The checkpoint over ${treeSize} events in ${place} ${what}.`;
    findings.push({ code: 'NOTE_INVALID', detail, position: null });
  }
  return { findings, claims };
};

/**
 * Roots that somebody signed; what is wrong with a checkpoint, in whatever place; and those that are missing in one. `cutAt`:
 * where a log ends that was cut, behind which there is nothing to be missed in it.
 */
export const readSignedRoots = async (parts: SignedPlaces) => {
  const { findings, keys, claims, known, missing } = await readInside(parts);
  const outside = await readOutside(parts, keys);
  return {
    findings: [...findings, ...outside.findings],
    keys,
    inside: claims,
    outside: outside.claims,
    missing: (cutAt: string | undefined): readonly LogFinding[] => [
      ...missingIn(database, missing.notStored),
      ...missingIn(
        'the log',
        missing.notLogged.filter(({ position }) => cutAt === undefined || (position ?? '') <= cutAt),
      ),
      ...missing.gaps,
      ...missingOutside(known, parts.outside),
      ...onlyOutside(known, outside.claims),
    ],
  };
};
