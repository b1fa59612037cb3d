import type { EventFeed, Position, Recorded } from '../../domain/eventLog.ts';
import { fromBase64, parseNote, type VerifySignature } from '../../domain/evidence/checkpoint.ts';
import { addLeaf, emptyFrontier, rootOfFrontier } from '../../domain/evidence/frontier.ts';
import { type Hash, hex, sameHash } from '../../domain/evidence/merkle.ts';
import type { OutsideNote, TreeReads } from '../../domain/evidence/ports.ts';
import { hashAt, tileKey, tileWidth } from '../../domain/evidence/tiles.ts';
import { hashOfEvent } from './growTree.ts';
import { sha256 } from './sha256.ts';

export type LogFinding = {
  readonly code:
    | 'EVENT_EDITED'
    | 'EVENT_DELETED'
    | 'EVENT_INSERTED'
    | 'EVENTS_REORDERED'
    | 'EVENT_REPLACED'
    | 'LOG_TRUNCATED'
    | 'ROOT_DIFFERS'
    | 'NOTE_INVALID';
  readonly detail: string;
  /** The first position that differs, where one can be named. */
  readonly position: string | null;
};

export type LogVerdict = {
  readonly verified: boolean;
  readonly events: number;
  readonly root: string;
  readonly checkpointsInside: number;
  readonly checkpointsOutside: number;
  readonly findings: readonly LogFinding[];
  /** Events behind the last signed checkpoint: nothing vouches for them yet. */
  readonly unsealed: { readonly events: number; readonly firstPosition: string | null };
};

export type RecomputeParts = {
  readonly feed: Pick<EventFeed, 'readAfter'>;
  readonly tree: TreeReads;
  /** What lies outside of the database, with the name of the place. */
  readonly outside: readonly (OutsideNote & { readonly place: string })[];
  readonly verifySignature: VerifySignature;
  /** Base64; absent: the keys that the checkpoints in the database name. */
  readonly trustedKeys?: readonly string[];
  readonly onProgress?: (events: number) => void;
};

const pageEvents = 1_000;

type Claim = { readonly place: string; readonly treeSize: number; readonly root: Hash };

/** Roots that somebody signed, by tree size; what is not signed by a trusted key is a finding. */
const readClaims = async ({ tree, outside, verifySignature, trustedKeys }: RecomputeParts) => {
  const findings: LogFinding[] = [];
  const inside: Claim[] = [];
  const keys = new Set(trustedKeys);
  for (let after = -1; ; ) {
    const entries = await tree.checkpointsAfter(after, pageEvents);
    for (const { checkpoint, revision } of entries) {
      if (trustedKeys === undefined) keys.add(checkpoint.publicKey);
      inside.push({
        place: `checkpoint ${revision} in the log`,
        treeSize: checkpoint.treeSize,
        root: Buffer.from(checkpoint.root, 'hex'),
      });
      after = revision;
    }
    if (entries.length < pageEvents) break;
  }
  const claims: Claim[] = [];
  for (const { place, treeSize, note } of outside) {
    const parsed = parseNote(sha256, note);
    let signed = false;
    for (const key of keys) {
      const signature = parsed?.signatureBy(fromBase64(key));
      if (parsed !== undefined && signature !== undefined)
        signed ||= await verifySignature(fromBase64(key), parsed.body, signature);
    }
    if (parsed === undefined || !signed || parsed.treeSize !== treeSize)
      findings.push({
        code: 'NOTE_INVALID',
        detail: `The checkpoint over ${treeSize} events in ${place} is not signed by a trusted key.`,
        position: null,
      });
    else claims.push({ place, treeSize, root: parsed.root });
  }
  return { findings, inside, outside: claims };
};

/** The leaf hashes and event ids that the tree has for the next leaves; empty where it has none. */
const storedPage = async (tree: TreeReads, from: number, count: number) => {
  const first = Math.floor(from / tileWidth);
  const numbers = Array.from(
    { length: Math.floor((from + count - 1) / tileWidth) - first + 1 },
    (_, index) => first + index,
  );
  const [tiles, pages] = await Promise.all([
    tree.tiles(numbers.map((number) => ({ level: 0, number }))),
    Promise.all(numbers.map((number) => tree.page(number))),
  ]);
  const ids = new Map(pages.flatMap((page) => (page === undefined ? [] : [[page.number, page.eventIds] as const])));
  return Array.from({ length: count }, (_, index) => {
    const leaf = from + index;
    const number = Math.floor(leaf / tileWidth);
    const hashes = tiles.get(tileKey({ level: 0, number }));
    const hash = hashes === undefined ? undefined : hashAt(hashes, leaf % tileWidth);
    return { hash: hash?.length === 32 ? hash : undefined, eventId: ids.get(number)?.[leaf % tileWidth] };
  });
};

const where = ({ type, stream, revision, position }: Recorded): string =>
  `${type} (${stream}@${revision}, position ${position})`;

/** Names what happened at the first leaf that differs, from what comes after it here and in the tree. */
const nameDifference = (
  at: number,
  events: readonly Recorded[],
  stored: readonly { readonly eventId: string | undefined }[],
  leaf: number,
): LogFinding => {
  const event = events[at] as Recorded;
  const expected = stored[at]?.eventId;
  const position = event.position;
  if (expected === event.eventId)
    return { code: 'EVENT_EDITED', detail: `${where(event)} is not what was sealed as leaf ${leaf}.`, position };
  const isKnown = stored.slice(at).some(({ eventId }) => eventId === event.eventId);
  const comesLater = events.slice(at).some(({ eventId }) => eventId === expected);
  if (isKnown && comesLater)
    return {
      code: 'EVENTS_REORDERED',
      detail: `At leaf ${leaf}, ${where(event)} lies where event ${expected} was sealed.`,
      position,
    };
  if (isKnown)
    return {
      code: 'EVENT_DELETED',
      detail: `Event ${expected}, sealed as leaf ${leaf}, is gone; ${where(event)} lies there now.`,
      position,
    };
  if (comesLater)
    return {
      code: 'EVENT_INSERTED',
      detail: `${where(event)} at leaf ${leaf} was never sealed; event ${expected} was.`,
      position,
    };
  return {
    code: 'EVENT_REPLACED',
    detail: `${where(event)} lies where event ${expected} was sealed as leaf ${leaf}.`,
    position,
  };
};

/** The first difference of a page from what the tree holds, if there is one. */
const differenceIn = async (tree: TreeReads, size: number, events: readonly Recorded[], hashes: readonly Hash[]) => {
  const stored = await storedPage(tree, size, events.length);
  const at = stored.findIndex(({ hash }, index) => hash !== undefined && !sameHash(hash, hashes[index] as Hash));
  return at < 0 ? undefined : nameDifference(at, events, stored, size + at);
};

/**
 * Reads the whole log, makes the tree again from nothing, and holds every signed root against it: those outside of the
 * database and those inside. What the tables of the tree say is believed only to name the first position that differs.
 */
export const recompute = async (parts: RecomputeParts): Promise<LogVerdict> => {
  const { feed, tree } = parts;
  const claims = await readClaims(parts);
  const bySize = Map.groupBy([...claims.outside, ...claims.inside], ({ treeSize }) => treeSize);
  const sealed = Math.max(0, ...bySize.keys());
  const wrong: Claim[] = [];
  let frontier = emptyFrontier;
  let size = 0;
  let position: Position | 'start' = 'start';
  let difference: LogFinding | undefined;
  let firstUnsealed: string | null = null;
  for (;;) {
    const { events } = await feed.readAfter(position, pageEvents);
    if (events.length === 0) break;
    const hashes = events.map(hashOfEvent);
    difference ??= await differenceIn(tree, size, events, hashes);
    for (const hash of hashes) {
      frontier = addLeaf(sha256, frontier, hash);
      size += 1;
      const root = bySize.has(size) ? rootOfFrontier(sha256, frontier) : undefined;
      if (root !== undefined) wrong.push(...(bySize.get(size) ?? []).filter((claim) => !sameHash(claim.root, root)));
    }
    if (firstUnsealed === null && size > sealed)
      firstUnsealed = events[events.length - (size - sealed)]?.position ?? events[0]?.position ?? null;
    position = (events.at(-1) as Recorded).position;
    parts.onProgress?.(size);
  }
  const findings = [...claims.findings, ...(difference === undefined ? [] : [difference])];
  const [first] = [...wrong].sort((a, b) => a.treeSize - b.treeSize);
  if (first !== undefined)
    findings.push({
      code: 'ROOT_DIFFERS',
      detail: `The first ${first.treeSize} events have another root than the one signed in ${first.place}.`,
      position: difference?.position ?? null,
    });
  if (size < sealed)
    findings.push({
      code: 'LOG_TRUNCATED',
      detail: `The log ends after ${size} events at position ${position}; ${sealed} were sealed.`,
      position,
    });
  return {
    verified: findings.length === 0,
    events: size,
    root: hex(rootOfFrontier(sha256, frontier)),
    checkpointsInside: claims.inside.length,
    checkpointsOutside: claims.outside.length,
    findings,
    unsealed: { events: Math.max(0, size - sealed), firstPosition: firstUnsealed },
  };
};
