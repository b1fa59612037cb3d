import type { Position, Recorded } from '../../domain/eventLog.ts';
import { addLeaf, emptyFrontier, rootOfFrontier } from '../../domain/evidence/frontier.ts';
import { type Hash, hex, sameHash } from '../../domain/evidence/merkle.ts';
import type { TreeReads } from '../../domain/evidence/ports.ts';
import { hashOfEvent } from './growTree.ts';
import type { LogFinding, LogState, LogVerdict } from './logVerdict.ts';
import { differencesIn, unreadableAt } from './nameDifference.ts';
import { sha256 } from './sha256.ts';
import { readSignedRoots, type SignedPlaces, type SignedRoot } from './signedRoots.ts';

export type RecomputeParts = SignedPlaces & {
  /** What was found wrong where the signed roots lie. */
  readonly alsoFound?: readonly LogFinding[];
  readonly onProgress?: (events: number) => void;
};

const pageEvents = 1_000;

/** The next events; undefined: the very next one cannot be read. */
const readPage = async (feed: RecomputeParts['feed'], after: Position | 'start') => {
  for (let limit = pageEvents; ; limit = Math.ceil(limit / 2)) {
    try {
      return (await feed.readAfter(after, limit)).events;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      if (limit === 1) return undefined;
    }
  }
};

/** No hash of anything, for what has no canonical form: such an event was never sealed. */
const noHash: Hash = new Uint8Array(32);

const hashOf = (event: Recorded): Hash => {
  try {
    return hashOfEvent(event);
  } catch (error) {
    if (error instanceof RangeError) return noHash;
    throw error;
  }
};

type Walked = {
  readonly size: number;
  readonly position: Position | 'start';
  readonly root: Hash;
  readonly wrong: readonly SignedRoot[];
  readonly firstUnsealed: string | null;
  /** What is wrong, in the log's order, where the tables of the tree can name it. */
  readonly differences: readonly LogFinding[];
  /** Whether the walk came to the end of the log. */
  readonly whole: boolean;
};

/** So many are named; of the others it is told how many there are. */
const namedMax = 100;

/** Collects what the tables of the tree can name, until something moved the leaves behind it. */
const nameEach = (tree: TreeReads) => {
  const findings: LogFinding[] = [];
  let more = 0;
  let aligned = true;
  return {
    look: async (size: number, events: readonly Recorded[], hashes: readonly Hash[]): Promise<void> => {
      if (!aligned) return;
      const differences = await differencesIn(tree, size, events, hashes);
      const named = differences.findings.slice(0, namedMax - findings.length);
      findings.push(...named);
      more += differences.findings.length - named.length;
      aligned = differences.aligned;
    },
    unreadable: async (size: number, after: Position | 'start'): Promise<void> => {
      if (aligned) findings.push(await unreadableAt(tree, size, after));
    },
    differences: (): readonly LogFinding[] =>
      more === 0
        ? findings
        : [...findings, { code: 'EVENT_EDITED', detail: `${more} more events differ.`, position: null }],
  };
};

const walk = async (
  { feed, tree, onProgress }: RecomputeParts,
  bySize: ReadonlyMap<number, readonly SignedRoot[]>,
  sealed: number,
): Promise<Walked> => {
  const wrong: SignedRoot[] = [];
  let frontier = emptyFrontier;
  let size = 0;
  let position: Position | 'start' = 'start';
  const named = nameEach(tree);
  let firstUnsealed: string | null = null;
  const walked = (whole: boolean): Walked => {
    const root = rootOfFrontier(sha256, frontier);
    return { size, position, root, wrong, firstUnsealed, differences: named.differences(), whole };
  };
  for (;;) {
    const events = await readPage(feed, position);
    if (events === undefined) {
      await named.unreadable(size, position);
      return walked(false);
    }
    if (events.length === 0) return walked(true);
    const hashes = events.map(hashOf);
    await named.look(size, events, hashes);
    for (const [index, hash] of hashes.entries()) {
      frontier = addLeaf(sha256, frontier, hash);
      size += 1;
      if (size > sealed) firstUnsealed ??= events[index]?.position ?? null;
      const claims = bySize.get(size) ?? [];
      const root = claims.length === 0 ? undefined : rootOfFrontier(sha256, frontier);
      if (root !== undefined) wrong.push(...claims.filter((claim) => !sameHash(claim.root, root)));
    }
    position = (events.at(-1) as Recorded).position;
    onProgress?.(size);
  }
};

/** Where a log ends that has less than was sealed. */
const cutAt = ({ size, position, whole }: Walked, sealed: number): string | undefined =>
  whole && size < sealed ? position : undefined;

const findingsOf = (walked: Walked, sealed: number): readonly LogFinding[] => {
  const { wrong, differences, size, position } = walked;
  const [first] = wrong.toSorted((a, b) => a.treeSize - b.treeSize);
  const differs: LogFinding | undefined = first && {
    code: 'ROOT_DIFFERS',
    detail: `The first ${first.treeSize} events have another root than the one signed in ${first.place}.`,
    position: differences[0]?.position ?? null,
  };
  const truncated: LogFinding | undefined =
    cutAt(walked, sealed) !== undefined
      ? {
          code: 'LOG_TRUNCATED',
          detail: `The log ends after ${size} events at position ${position}; ${sealed} were sealed.`,
          position,
        }
      : undefined;
  return [...differences, ...[differs, truncated].filter((finding) => finding !== undefined)];
};

type Vouching = { readonly trustedKeys?: readonly string[]; readonly outside: number; readonly inside: number };

const stateOf = (findings: readonly LogFinding[], { trustedKeys, outside, inside }: Vouching): LogState => {
  if (findings.length > 0) return 'NOT_VERIFIED';
  if (outside + inside === 0) return 'NOT_SEALED';
  return trustedKeys === undefined && outside === 0 ? 'AGREES_WITH_ITSELF' : 'VERIFIED';
};

/**
 * Reads the whole log, makes the tree again from nothing, and holds every signed root against it: those outside of the
 * database and those inside. What the tables of the tree say is believed only to name the first position that differs.
 * Memory is bounded: one page of events, one hash for each power of two, and the signed roots.
 */
export const recompute = async (parts: RecomputeParts): Promise<LogVerdict> => {
  const { findings, inside, outside, keys, missing } = await readSignedRoots(parts);
  const bySize = Map.groupBy([...outside, ...inside], ({ treeSize }) => treeSize);
  const sealed = bySize.size === 0 ? 0 : [...bySize.keys()].reduce((a, b) => Math.max(a, b));
  const walked = await walk(parts, bySize, sealed);
  const copied = new Set(outside.map(({ treeSize }) => treeSize));
  const all = [
    ...findings,
    ...findingsOf(walked, sealed),
    ...missing(cutAt(walked, sealed)),
    ...(parts.alsoFound ?? []),
  ];
  const { trustedKeys } = parts;
  const counts = { inside: inside.length, outside: outside.length };
  const state = stateOf(all, { ...counts, ...(trustedKeys !== undefined && { trustedKeys }) });
  return {
    state,
    verified: state === 'VERIFIED',
    events: walked.size,
    root: hex(walked.root),
    checkpointsInside: inside.length,
    checkpointsOutside: outside.length,
    withoutCopy: inside.filter(({ treeSize }) => !copied.has(treeSize)).length,
    keys: [...keys],
    findings: all,
    unsealed: { events: Math.max(0, walked.size - sealed), firstPosition: walked.firstUnsealed },
  };
};
