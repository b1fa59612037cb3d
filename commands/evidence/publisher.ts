import { LogUnavailable } from '../../domain/eventLog.ts';
import { CheckpointForked, type CheckpointSink, type TreeReads } from '../../domain/evidence/ports.ts';
import { NotAsSealed } from './notAsSealed.ts';

const batch = 200;

/** What cannot be put outside is worth little, so it is as loud as a changed log; an absent database is not the place's fault. */
const troubleOf = (sink: CheckpointSink, error: unknown): Error => {
  if (error instanceof CheckpointForked || error instanceof LogUnavailable) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new NotAsSealed('CHECKPOINT_NOT_PUBLISHED', `No checkpoint can be put in ${sink.name}: ${detail}`);
};

/**
 * Puts checkpoints that are in the log outside of the database, oldest first. Where it stopped is seen from what lies
 * there, so a kill between the log and the outside is made up for, and a new place gets every checkpoint there is.
 */
export const createPublisher = (tree: TreeReads, sinks: readonly CheckpointSink[]) => {
  /** The revision of the last checkpoint that lies there, by place. */
  const published = new Map<string, number>();

  const startOf = async (sink: CheckpointSink, origin: string): Promise<number> => {
    const newest = await sink.newest(origin);
    const entry = newest === undefined ? undefined : await tree.checkpointOfSize(newest.treeSize);
    // A note that this log does not know is found, and told, by the examination before the next signature.
    return entry?.revision ?? -1;
  };

  const publishTo = async (sink: CheckpointSink, origin: string, latest: number): Promise<void> => {
    let through = published.get(sink.name) ?? (await startOf(sink, origin));
    published.set(sink.name, through);
    while (through < latest) {
      for (const { checkpoint, revision } of await tree.checkpointsAfter(through, batch)) {
        await sink.publish(checkpoint);
        through = revision;
        published.set(sink.name, through);
      }
    }
  };

  return {
    publish: async (): Promise<void> => {
      const latest = await tree.latestCheckpoint();
      if (latest === undefined) return;
      const troubles: Error[] = [];
      // One place that is away does not keep the checkpoint from the others.
      for (const sink of sinks) {
        await publishTo(sink, latest.checkpoint.origin, latest.revision).catch((error: unknown) => {
          troubles.push(troubleOf(sink, error));
        });
      }
      if (troubles[0] !== undefined) throw troubles[0];
    },
  };
};
