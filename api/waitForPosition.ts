import type { Position } from '../domain/eventLog.ts';
import type { ApiDeps } from './deps.ts';
import { HttpProblem } from './problem.ts';
import type { ReadModel } from './reads.ts';

/**
 * Resolves when all of `models` have applied `position`: read-your-writes without tying writers to readers. Throws
 * `HttpProblem` 503 when they have not within the configured wait, which includes a position that never was.
 */
export const waitForPosition = async (deps: ApiDeps, models: readonly ReadModel[], position: string): Promise<void> => {
  if (await deps.reads.waitForPosition(models, position, deps.config.minPositionWaitMs)) return;
  const { asOfPosition, lagMs } = await deps.reads.freshness(models);
  throw new HttpProblem('READ_MODEL_BEHIND', 'The read model has not applied this position yet. Ask again.', {
    headers: { 'Retry-After': '1' },
    data: { asOfPosition, lagMs },
    retain: false,
  });
};

/** Everything that is in the log now is in `models` afterwards. Throws as `waitForPosition`. */
export const catchUp = async (deps: ApiDeps, models: readonly ReadModel[]): Promise<void> => {
  const head: Position | 'start' = await deps.log.feed.head();
  if (head !== 'start') await waitForPosition(deps, models, head);
};
