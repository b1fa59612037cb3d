import type { EventStore } from '../../domain/eventLog.ts';
import { checkpointStream } from '../../domain/evidence/checkpoint.ts';
import type { TreeState } from '../../domain/evidence/ports.ts';
import { isCheckpoint } from '../../domain/evidence/shape.ts';
import { NotAsSealed } from './notAsSealed.ts';

type Log = Pick<EventStore, 'read'>;
type At = Pick<TreeState, 'position'>;

/** A checkpoint of the log that the tree has come to, and that the database has no more. */
export type LostCheckpoint = { readonly revision: number; readonly position: string; readonly detail: string };

const lost = (revision: number, position: string): LostCheckpoint => ({
  ...{ revision, position },
  detail: `Checkpoint ${revision} of the log at position ${position} is not in the database any more.`,
});

/** The tree has come to every checkpoint of the log up to where it is; behind the last one it knows there is none. */
export const lostBehind = async (
  log: Log,
  { position }: At,
  lastRevision: number | undefined,
): Promise<LostCheckpoint | undefined> => {
  if (position === 'start') return undefined;
  for await (const event of log.read(checkpointStream, (lastRevision ?? -1) + 1))
    return event.position <= position ? lost(event.revision, event.position) : undefined;
  return undefined;
};

/** The checkpoint over `treeSize` events, when the log has one behind `lastRevision`, which is the last one over less. */
export const lostOfSize = async (
  log: Log,
  { position }: At,
  lastRevision: number | undefined,
  treeSize: number,
): Promise<LostCheckpoint | undefined> => {
  for await (const event of log.read(checkpointStream, (lastRevision ?? -1) + 1)) {
    const { data } = event;
    if (position === 'start' || event.position > position) return undefined;
    // What was put in the place of another one is named elsewhere.
    if (!isCheckpoint(data) || data.treeSize < treeSize) continue;
    return data.treeSize === treeSize ? lost(event.revision, event.position) : undefined;
  }
  return undefined;
};

/**
 * Without this a sealer whose checkpoints are gone would be refused by the log for ever, as if another one were always
 * faster. Throws `NotAsSealed`.
 */
export const noneMissing = async (log: Log, at: At, lastRevision: number | undefined): Promise<void> => {
  const first = await lostBehind(log, at, lastRevision);
  if (first !== undefined) throw new NotAsSealed('CHECKPOINT_MISSING', first.detail, first.position);
};
