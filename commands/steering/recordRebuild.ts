import { type RebuildCommand, rebuildDecider } from '../../domain/rebuild/rebuild.ts';
import { rebuildStream } from '../calls/rebuilds.ts';
import { newUlid } from '../eventIds.ts';
import type { Executor } from '../handle.ts';
import type { Clock } from '../ports.ts';
import { ownContext } from '../workers/ownContext.ts';

/** How the worker tells the log what it did. The decider knows what was told before, so the command's id may be a new one. */
export const recordRebuild =
  ({ execute }: Pick<Executor, 'execute'>, clock: Clock) =>
  async (projection: string, command: RebuildCommand): Promise<void> => {
    const context = ownContext('rebuild', newUlid(), clock());
    await execute(rebuildDecider, rebuildStream(projection), command, context);
  };
