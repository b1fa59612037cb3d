import { sha256 } from '../../commands/evidence/sha256.ts';
import { type Bundle, bundleFormat, type InclusionProof, type ProvenEvent } from '../../domain/evidence/bundle.ts';
import type { Checkpoint } from '../../domain/evidence/checkpoint.ts';
import { leafText } from '../../domain/evidence/leaf.ts';
import { hex } from '../../domain/evidence/merkle.ts';
import type { CheckpointEntry, TreeReads } from '../../domain/evidence/ports.ts';
import { consistencyRanges, inclusionRanges, type LeafRange } from '../../domain/evidence/proofPaths.ts';
import { hashOfRange, tilesFor } from '../../domain/evidence/tiles.ts';
import type { ApiDeps } from '../deps.ts';
import { HttpProblem } from '../problem.ts';
import { damage, requireNoneLost } from './damage.ts';
import type { Place, Stored } from './stored.ts';

const notSealed = (detail: string): HttpProblem =>
  new HttpProblem('EVENT_NOT_SEALED', detail, { headers: { 'Retry-After': '10' }, retain: false });

const damaged = (error: unknown): unknown =>
  error instanceof RangeError ? damage(`The tree cannot be read: ${error.message}.`) : error;

/** The hashes of many ranges, from as few tiles as possible, read at once. */
const pathsOf = async (
  tree: TreeReads,
  ranges: readonly (readonly LeafRange[])[],
): Promise<readonly (readonly string[])[]> => {
  const tiles = await tree.tiles(tilesFor(ranges.flat()));
  try {
    return ranges.map((path) => path.map((range) => hex(hashOfRange(sha256, tiles, range))));
  } catch (error) {
    throw damaged(error);
  }
};

export const consistencyPath = async (tree: TreeReads, from: number, to: number): Promise<readonly string[]> =>
  (await pathsOf(tree, [consistencyRanges(from, to)]))[0] ?? [];

/** Why an event has no place in the tree. */
const notInTree = async (tree: TreeReads, { eventId, position, stream, revision }: Place): Promise<HttpProblem> => {
  const name = `${eventId} (${stream}@${revision})`;
  const { position: through } = await tree.state();
  return through !== 'start' && through >= position
    ? damage(`The tree has read the log beyond event ${name} and does not hold it.`, position)
    : notSealed(`Event ${name} is not in the tree yet.`);
};

const lookedUpAtOnce = 1_000;

/** Of each event its place in the tree, in the order of `stored`. */
const leafIndexesOf = async (tree: TreeReads, stored: readonly Stored[]): Promise<readonly number[]> => {
  const indexes: number[] = [];
  for (let from = 0; from < stored.length; from += lookedUpAtOnce) {
    const places = stored.slice(from, from + lookedUpAtOnce).map(({ place }) => place);
    const found = await tree.leafIndexesOf(places);
    for (const [at, place] of places.entries()) {
      const index = found[at];
      if (index === undefined) throw await notInTree(tree, place);
      indexes.push(index);
    }
  }
  return indexes;
};

type Proving = {
  readonly evidence: Pick<ApiDeps['evidence'], 'tree' | 'verifier'>;
  readonly log: Pick<ApiDeps['log'], 'store'>;
};

/** The first checkpoint over all leaves up to `lastLeaf`, and the latest one. Throws `EVENT_NOT_SEALED`. */
const checkpointsFor = async (
  deps: Proving,
  lastLeaf: number,
): Promise<readonly [CheckpointEntry, CheckpointEntry]> => {
  const { tree } = deps.evidence;
  const [checkpoint, latest] = await Promise.all([tree.checkpointCovering(lastLeaf), tree.latestCheckpoint()]);
  if (checkpoint !== undefined && latest !== undefined) return [checkpoint, latest];
  await requireNoneLost(deps);
  throw notSealed('No checkpoint covers these events yet.');
};

const publicKeysOf = (checkpoints: readonly Checkpoint[]): Bundle['publicKeys'] => [
  ...new Map(checkpoints.map(({ keyId, publicKey }) => [keyId, { keyId, publicKey }])).values(),
];

const proven = ({ event }: Stored, leafIndex: number): ProvenEvent => {
  try {
    return { leafIndex, leaf: leafText(event) };
  } catch (error) {
    throw damaged(error);
  }
};

type Parts = Pick<Bundle, 'subject'> & Partial<Pick<Bundle, 'journal' | 'journals' | 'population'>>;

/** Puts the proofs around events: everything that is needed to check them without us. Throws `EVENT_NOT_SEALED`. */
export const bundleOf = async (
  deps: Proving,
  parts: Parts,
  events: readonly Stored[],
  policyEvents: readonly Stored[],
): Promise<Bundle> => {
  const { tree, verifier } = deps.evidence;
  const all = [...events, ...policyEvents];
  const indexes = await leafIndexesOf(tree, all);
  const [{ checkpoint }, { checkpoint: latest }] = await checkpointsFor(deps, Math.max(...indexes));
  const size = checkpoint.treeSize;
  const paths = await pathsOf(
    tree,
    indexes.map((index) => inclusionRanges(index, size)),
  );
  const proofs = new Map(
    all.map(({ place }, at): [number, InclusionProof] => {
      const leafIndex = indexes[at] ?? 0;
      return [leafIndex, { leafIndex, eventId: place.eventId, path: paths[at] ?? [] }];
    }),
  );
  const leaves = all.map((stored, at) => proven(stored, indexes[at] ?? 0));
  const { version, sha256: evaluatorSha256 } = await verifier();
  return {
    format: bundleFormat,
    ...parts,
    events: leaves.slice(0, events.length),
    policyEvents: leaves.slice(events.length),
    inclusionProofs: [...proofs.values()],
    checkpoint,
    consistencyToLatest: { checkpoint: latest, path: await consistencyPath(tree, size, latest.treeSize) },
    evaluatorVersion: version,
    evaluatorSha256,
    publicKeys: publicKeysOf([checkpoint, latest]),
  };
};
