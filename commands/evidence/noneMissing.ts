import type { EventStore } from '../../domain/eventLog.ts';
import { checkpointStream } from '../../domain/evidence/checkpoint.ts';
import type { CheckpointEntry, TreeState } from '../../domain/evidence/ports.ts';
import { NotAsSealed } from './notAsSealed.ts';

/**
 * The tree has come to every checkpoint of the log up to where it is; behind the last one it knows there is none. Without this a
 * sealer whose checkpoints are gone would be refused by the log for ever, as if another one were always faster. Throws `NotAsSealed`.
 */
export const noneMissing = async (
  log: Pick<EventStore, 'read'>,
  { position }: TreeState,
  last: CheckpointEntry | undefined,
): Promise<void> => {
  if (position === 'start') return;
  const next = (last?.revision ?? -1) + 1;
  for await (const event of log.read(checkpointStream, next)) {
    if (event.position <= position)
      throw new NotAsSealed(
        'CHECKPOINT_MISSING',
        `Checkpoint ${event.revision} of the log at position ${event.position} is not in the database any more.`,
        event.position,
      );
    return;
  }
};
