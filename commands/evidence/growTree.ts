import type { Recorded } from '../../domain/eventLog.ts';
import { type Checkpoint, checkpointStream } from '../../domain/evidence/checkpoint.ts';
import { leafText } from '../../domain/evidence/leaf.ts';
import { type Hash, leafHash } from '../../domain/evidence/merkle.ts';
import type { CheckpointEntry, Growth, LeafPage, TreeState } from '../../domain/evidence/ports.ts';
import { addLeaves, type Tile, type Tiles, tileWidth } from '../../domain/evidence/tiles.ts';
import { NotAsSealed } from './notAsSealed.ts';
import { sha256 } from './sha256.ts';

export const hashOfEvent = (event: Recorded): Hash => leafHash(sha256, leafText(event));

const pagesOf = (size: number, events: readonly Recorded[]): readonly LeafPage[] => {
  const pages = Map.groupBy(
    events.map((event, index) => ({ event, number: Math.floor((size + index) / tileWidth) })),
    ({ number }) => number,
  );
  return [...pages].map(([number, leaves]) => ({
    number,
    // Of a page that is there already the store keeps its own.
    firstPosition: (leaves[0] as (typeof leaves)[number]).event.position,
    eventIds: leaves.map(({ event }) => event.eventId),
  }));
};

const checkpointsOf = (size: number, events: readonly Recorded[]): readonly CheckpointEntry[] =>
  events.flatMap(({ stream, type, revision, eventId, position, data }, index) =>
    stream === checkpointStream && type === 'CheckpointSealed'
      ? [{ revision, leafIndex: size + index, eventId, position, checkpoint: data as Checkpoint }]
      : [],
  );

const hashesOf = (events: readonly Recorded[]): readonly Hash[] =>
  events.map((event) => {
    try {
      return hashOfEvent(event);
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      throw new NotAsSealed('EVENT_NOT_CANONICAL', `${event.stream}@${event.revision}: ${detail}.`, event.position);
    }
  });

const tilesAfter = (from: TreeState, open: Tiles, events: readonly Recorded[]): readonly Tile[] => {
  const hashes = hashesOf(events);
  try {
    return addLeaves(sha256, open, from.size, hashes);
  } catch (error) {
    if (error instanceof RangeError) throw new NotAsSealed('TREE_DAMAGED', error.message);
    throw error;
  }
};

/** What the tree becomes when the next events of the feed are added to it. `open`: its `openTiles`. */
export const growthOf = (from: TreeState, open: Tiles, events: readonly [Recorded, ...Recorded[]]): Growth => {
  const { eventId, stream, revision, position } = events.at(-1) as Recorded;
  return {
    from,
    to: { size: from.size + events.length, position, last: { eventId, stream, revision } },
    tiles: tilesAfter(from, open, events),
    pages: pagesOf(from.size, events),
    checkpoints: checkpointsOf(from.size, events),
  };
};
