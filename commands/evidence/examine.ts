import type { EventFeed, EventStore, Position, Recorded } from '../../domain/eventLog.ts';
import { checkpointFault, parseNote, type VerifySignature } from '../../domain/evidence/checkpoint.ts';
import { fromHex, type Hash, isConsistent, sameHash } from '../../domain/evidence/merkle.ts';
import type { CheckpointEntry, CheckpointSink, TreeReads, TreeState } from '../../domain/evidence/ports.ts';
import { consistencyRanges } from '../../domain/evidence/proofPaths.ts';
import { hashAt, hashOfRange, tileKey, tilesFor, tileWidth } from '../../domain/evidence/tiles.ts';
import { hashOfEvent } from './growTree.ts';
import { noneMissing } from './noneMissing.ts';
import { NotAsSealed } from './notAsSealed.ts';
import { sha256 } from './sha256.ts';

export type Examined = {
  /** The log itself, not a copy in memory. */
  readonly log: Pick<EventStore, 'read'> & Pick<EventFeed, 'readAfter' | 'head'>;
  readonly tree: TreeReads;
  readonly sinks: readonly CheckpointSink[];
  readonly verifySignature: VerifySignature;
};

const pageEvents = 500;

/** The hash over the first `size` leaves, from the stored tiles. */
export const rootAt = async (tree: TreeReads, size: number): Promise<Hash> => {
  const range = { start: 0, end: size };
  const tiles = await tree.tiles(tilesFor([range]));
  try {
    return hashOfRange(sha256, tiles, range);
  } catch (error) {
    if (error instanceof RangeError) throw new NotAsSealed('TREE_DAMAGED', error.message);
    throw error;
  }
};

/** The stored leaf hashes from `start` up to before `end`. */
const storedLeaves = async (tree: TreeReads, start: number, end: number): Promise<readonly (Hash | undefined)[]> => {
  const first = Math.floor(start / tileWidth);
  const count = Math.floor((end - 1) / tileWidth) - first + 1;
  const tiles = await tree.tiles(Array.from({ length: count }, (_, index) => ({ level: 0, number: first + index })));
  return Array.from({ length: end - start }, (_, index) => {
    const leaf = start + index;
    const hashes = tiles.get(tileKey({ level: 0, number: Math.floor(leaf / tileWidth) }));
    const hash = hashes === undefined ? undefined : hashAt(hashes, leaf % tileWidth);
    return hash?.length === 32 ? hash : undefined;
  });
};

const compare = async (tree: TreeReads, from: number, events: readonly Recorded[]): Promise<void> => {
  if (events.length === 0) return;
  const stored = await storedLeaves(tree, from, from + events.length);
  const at = events.findIndex((event, index) => {
    const hash = stored[index];
    return hash === undefined || !sameHash(hash, hashOfEvent(event));
  });
  const event = events[at];
  if (event === undefined) return;
  throw new NotAsSealed(
    'EVENT_CHANGED',
    `${event.type} (${event.stream}@${event.revision}) at position ${event.position} is not what leaf ${from + at} was made of.`,
    event.position,
  );
};

/** An event that was sealed is JSON; one that is none any more was edited. */
const unreadable =
  (what: string, position: string) =>
  (error: unknown): never => {
    if (!(error instanceof SyntaxError)) throw error;
    throw new NotAsSealed('EVENT_UNREADABLE', `${what} cannot be read any more: its text is no JSON.`, position);
  };

/** How far the log was read again: leaves before `leaf` are as they were sealed, and the last of them lies at `position`. */
export type Through = { readonly leaf: number; readonly position: Position | 'start' };

/** Reads the events of the leaves up to before `end` again and compares them with the tree. */
export const reread = async (
  { log, tree }: Pick<Examined, 'log' | 'tree'>,
  from: Through,
  end: number,
): Promise<Through> => {
  let { leaf, position } = from;
  while (leaf < end) {
    const { events } = await log
      .readAfter(position, Math.min(pageEvents, end - leaf))
      .catch(unreadable(`Of the ${pageEvents} events behind position ${position} one`, position));
    const last = events.at(-1);
    if (last === undefined)
      throw new NotAsSealed(
        'LOG_TRUNCATED',
        `The log ends after position ${position}; ${end - leaf} events of the tree are gone.`,
        position,
      );
    await compare(tree, leaf, events);
    leaf += events.length;
    position = last.position;
  }
  return { leaf, position };
};

/** Is the event of the last leaf still the last that was read? A log that was put back to an older state is noticed here. */
const sameEnd = async ({ log }: Pick<Examined, 'log'>, { position, last }: TreeState): Promise<void> => {
  if (last === null || position === 'start') return;
  const head = await log.head();
  if (head === 'start' || head < position)
    throw new NotAsSealed('LOG_TRUNCATED', `The log ends at position ${head}, the tree at ${position}.`, position);
  for await (const event of log.read(last.stream, last.revision)) {
    if (event.eventId === last.eventId && event.position === position) return;
    break;
  }
  throw new NotAsSealed(
    'LOG_REPLACED',
    `Another event than ${last.eventId} lies at ${last.stream}@${last.revision}.`,
    position,
  );
};

const outside = async (
  { tree, sinks, verifySignature }: Examined,
  state: TreeState,
  { checkpoint }: CheckpointEntry,
): Promise<void> => {
  for (const sink of sinks) {
    const newest = await sink.newest(checkpoint.origin).catch((error: unknown): never => {
      const detail = error instanceof Error ? error.message : String(error);
      throw new NotAsSealed('CHECKPOINT_NOT_PUBLISHED', `The checkpoints in ${sink.name} cannot be read: ${detail}`);
    });
    if (newest === undefined) continue;
    const note = parseNote(sha256, newest.note);
    if (note === undefined)
      throw new NotAsSealed('NOTE_DAMAGED', `The newest checkpoint in ${sink.name} cannot be read.`);
    if (note.treeSize > state.size)
      throw new NotAsSealed(
        'LOG_TRUNCATED',
        `${sink.name} has a checkpoint over ${note.treeSize} events, the log only ${state.size}: it was put back to an older state.`,
      );
    const entry = await tree.checkpointOfSize(note.treeSize);
    const publicKey = entry === undefined ? undefined : Buffer.from(entry.checkpoint.publicKey, 'base64');
    const signature = publicKey === undefined ? undefined : note.signatureBy(publicKey);
    const signed =
      publicKey !== undefined && signature !== undefined && (await verifySignature(publicKey, note.body, signature));
    if (!signed || !sameHash(note.root, await rootAt(tree, note.treeSize)))
      throw new NotAsSealed(
        'CHECKPOINT_FORKED',
        `${sink.name} has another checkpoint over ${note.treeSize} events than this log.`,
      );
  }
};

/** Does the tree still begin with what was signed last? Cheap whatever its size. Throws `NotAsSealed`. */
export const examineSealed = async (
  examined: Examined,
  state: TreeState,
  last: CheckpointEntry | undefined,
): Promise<void> => {
  await sameEnd(examined, state);
  await noneMissing(examined.log, state, last?.revision);
  if (last === undefined) return;
  const { tree, verifySignature } = examined;
  const { treeSize, root } = last.checkpoint;
  const fault = await checkpointFault(last.checkpoint, { sha256, verifySignature });
  if (fault !== undefined)
    throw new NotAsSealed(
      'CHECKPOINT_DAMAGED',
      `Checkpoint ${last.revision} over ${treeSize} events: ${fault}.`,
      last.position,
    );
  if (treeSize > state.size)
    throw new NotAsSealed('LOG_TRUNCATED', `The last checkpoint covers ${treeSize} events, the tree ${state.size}.`);
  const ranges = consistencyRanges(treeSize, state.size);
  const tiles = await tree.tiles(tilesFor(ranges));
  const path = ranges.map((range) => hashOfRange(sha256, tiles, range));
  const toRoot = await rootAt(tree, state.size);
  if (!isConsistent(sha256, { from: treeSize, fromRoot: fromHex(root), to: state.size, toRoot, path }))
    throw new NotAsSealed(
      'TREE_CHANGED',
      `The tree no longer begins with what checkpoint ${last.revision} over ${treeSize} events signed.`,
    );
  await outside(examined, state, last);
};

/** What was signed last: everything behind it is read again before the next signature. */
export const signedThrough = (last: CheckpointEntry | undefined): Through => ({
  leaf: last?.checkpoint.treeSize ?? 0,
  position: (last?.checkpoint.position as Position | undefined) ?? 'start',
});

/** Reads one page of leaves that are signed already again; over time, all of them. Throws `NotAsSealed`. */
export const examineOlder = async (
  examined: Examined,
  last: CheckpointEntry | undefined,
  turn: number,
): Promise<void> => {
  const sealed = last?.checkpoint.treeSize ?? 0;
  const page = sealed === 0 ? undefined : await examined.tree.page(turn % Math.ceil(sealed / tileWidth));
  if (page === undefined) return;
  const start = page.number * tileWidth;
  // The feed answers what comes after a position, so the first event of a page is passed over; the page before it ends there.
  const from = { leaf: start + 1, position: page.firstPosition };
  await reread(examined, from, Math.min(sealed, start + tileWidth));
};
