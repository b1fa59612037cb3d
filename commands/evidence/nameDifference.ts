import type { Recorded } from '../../domain/eventLog.ts';
import { type Hash, sameHash } from '../../domain/evidence/merkle.ts';
import type { TreeReads } from '../../domain/evidence/ports.ts';
import { hashAt, tileKey, tileWidth } from '../../domain/evidence/tiles.ts';
import type { LogFinding } from './logVerdict.ts';

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

/** Names what happened at a leaf that differs, from what comes after it here and in the tree. */
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

export type Differences = {
  readonly findings: readonly LogFinding[];
  /** Whether every leaf of the page still lies where it was sealed: behind one that does not, all would seem changed. */
  readonly aligned: boolean;
};

/** What differs in a page from what the tree holds: every edited event, and what first moved the others. */
export const differencesIn = async (
  tree: TreeReads,
  size: number,
  events: readonly Recorded[],
  hashes: readonly Hash[],
): Promise<Differences> => {
  const stored = await storedPage(tree, size, events.length);
  const findings: LogFinding[] = [];
  for (const [index, { hash }] of stored.entries()) {
    if (hash === undefined || sameHash(hash, hashes[index] as Hash)) continue;
    const finding = nameDifference(index, events, stored, size + index);
    findings.push(finding);
    if (finding.code !== 'EVENT_EDITED') return { findings, aligned: false };
  }
  return { findings, aligned: true };
};

/** Of an event whose text is no JSON any more there is nothing to name but its place and what was sealed there. */
export const unreadableAt = async (tree: TreeReads, leaf: number, after: string): Promise<LogFinding> => {
  const sealed = (await storedPage(tree, leaf, 1))[0]?.eventId;
  const was = sealed === undefined ? '' : `, where event ${sealed} was sealed`;
  return {
    code: 'EVENT_UNREADABLE',
    detail: `The event behind position ${after}, leaf ${leaf}${was}, cannot be read any more: its text is no JSON. Nothing behind it could be checked.`,
    position: null,
  };
};
