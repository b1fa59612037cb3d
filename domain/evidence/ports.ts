import type { Position, StreamName } from '../eventLog.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Tile, TileId, Tiles } from './tiles.ts';

/** How far the tree has come. `last` names the event of its last leaf, by which a log that was replaced is recognised. */
export type TreeState = {
  readonly size: number;
  readonly position: Position | 'start';
  readonly last: { readonly eventId: string; readonly stream: StreamName; readonly revision: number } | null;
};

/** A checkpoint as the log holds it. `leafIndex` is its own place in the tree, at or after the end of what it covers. */
export type CheckpointEntry = {
  readonly revision: number;
  readonly leafIndex: number;
  readonly eventId: string;
  readonly position: Position;
  readonly checkpoint: Checkpoint;
};

/** A checkpoint as the database keeps it, whatever has become of it. `checkpoint` is undefined where its text is none any more. */
export type StoredCheckpoint = Omit<CheckpointEntry, 'checkpoint'> & {
  readonly treeSize: number;
  readonly checkpoint: Checkpoint | undefined;
  readonly isEmpty: boolean;
};

/** Whose leaves are the hashes of the level-0 tile of the same number, in their order. */
export type LeafPage = {
  readonly number: number;
  readonly firstPosition: Position;
  readonly eventIds: readonly string[];
};

export type Growth = {
  readonly from: TreeState;
  readonly to: TreeState;
  readonly tiles: readonly Tile[];
  readonly pages: readonly LeafPage[];
  readonly checkpoints: readonly CheckpointEntry[];
};

/** Why nothing is signed any more: what the log or a checkpoint says is not what was sealed. */
export type SealAlarm = { readonly code: string; readonly detail: string; readonly position: string | null };

/**
 * What is asked of the tree; bounded work whatever its size. All throw `LogUnavailable` when the database is away, and those
 * that give a checkpoint `CheckpointUnreadable` when it is none any more.
 */
export type TreeReads = {
  readonly state: () => Promise<TreeState & { readonly alarm: SealAlarm | null }>;
  /** Tiles that do not exist are left out. */
  readonly tiles: (wanted: readonly TileId[]) => Promise<Tiles>;
  readonly page: (number: number) => Promise<LeafPage | undefined>;
  /** In the order of `events`. Undefined: the event is not in the tree yet. */
  readonly leafIndexesOf: (
    events: readonly { readonly eventId: string; readonly position: string }[],
  ) => Promise<readonly (number | undefined)[]>;
  readonly latestCheckpoint: () => Promise<CheckpointEntry | undefined>;
  /** The first checkpoint that covers the leaf. */
  readonly checkpointCovering: (leafIndex: number) => Promise<CheckpointEntry | undefined>;
  readonly checkpointOfSize: (treeSize: number) => Promise<CheckpointEntry | undefined>;
  /** In order of revision, after `revision`. */
  readonly checkpointsAfter: (revision: number, limit: number) => Promise<readonly CheckpointEntry[]>;
  /** The same for whoever looks into what is wrong with them: nothing that was put in their place is refused. */
  readonly storedCheckpoints: (afterRevision: number, limit: number) => Promise<readonly StoredCheckpoint[]>;
  /** Of the last checkpoint over less than so many events; undefined: there is none. */
  readonly revisionBefore: (treeSize: number) => Promise<number | undefined>;
  /** Leaves that no checkpoint covers, and how many of them are not checkpoints themselves. */
  readonly unsealed: () => Promise<{ readonly leaves: number; readonly facts: number }>;
};

export type TreeStore = TreeReads & {
  /** All of it or nothing. False: another sealer was faster; read the state again. */
  readonly grow: (growth: Growth) => Promise<boolean>;
  readonly setAlarm: (alarm: SealAlarm | null) => Promise<void>;
};

/** The signing key. The private part never leaves the adapter. */
export type Signer = {
  readonly keyId: string;
  readonly publicKey: Uint8Array;
  readonly sign: (message: Uint8Array) => Uint8Array;
};

export type OutsideNote = { readonly treeSize: number; readonly note: string };

/** A place outside the database where signed checkpoints are put and never changed. */
export type CheckpointSink = {
  readonly name: string;
  /** The checkpoint of this log with the largest tree. */
  readonly newest: (origin: string) => Promise<OutsideNote | undefined>;
  /** Repeating it has one effect. Throws `CheckpointForked` when another checkpoint of the same size lies there. */
  readonly publish: (checkpoint: Checkpoint) => Promise<void>;
};

type UnreadableCheckpoint = Pick<StoredCheckpoint, 'revision' | 'treeSize' | 'isEmpty' | 'position'>;

/** What the database keeps as a checkpoint is none any more. */
export class CheckpointUnreadable extends Error {
  override readonly name = 'CheckpointUnreadable';
  readonly position: string;
  constructor({ revision, treeSize, isEmpty, position }: UnreadableCheckpoint) {
    const what = isEmpty ? 'is empty' : 'cannot be read as one';
    super(
      `Checkpoint ${revision} of the database, over ${treeSize} events, ${what}. Its event is at position ${position}.`,
    );
    this.position = position;
  }
}

/** Two different checkpoints of one size: somebody signed another history. */
export class CheckpointForked extends Error {
  override readonly name = 'CheckpointForked';
}

/** Exports as they were handed over, as text. */
export type ExportStore = {
  /** Keeps the bundle unless one is kept under this id already. */
  readonly keep: (exportId: string, bu: string, bundle: string) => Promise<void>;
  readonly kept: (exportId: string) => Promise<string | undefined>;
  /** The log says who has it: from now on it can be read. */
  readonly handOver: (exportId: string, position: string) => Promise<void>;
  /** Of one of these business units; absent: of any. */
  readonly read: (exportId: string, bus: readonly string[] | undefined) => Promise<string | undefined>;
};
