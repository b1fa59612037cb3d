import { streamName } from '../../domain/eventLog.ts';
import { returnDecider } from '../../domain/returns/returns.ts';
import { businessDay } from '../businessDay.ts';
import type { Executor } from '../handle.ts';
import { inParallel } from '../inParallel.ts';
import type { Clock } from '../ports.ts';
import type { CatalogFollower } from './catalogFollower.ts';
import { ownContext } from './ownContext.ts';

export type ReturnDeadlinePorts = {
  readonly executor: Pick<Executor, 'execute'>;
  readonly catalog: Pick<CatalogFollower, 'current'>;
  /** Returns that may be over at `at`, of all time zones, the longest overdue first. */
  readonly due: (at: string, limit: number) => Promise<readonly { readonly bu: string; readonly rmaId: string }[]>;
  readonly clock: Clock;
};

const dueMax = 500;
const atOnce = 16;
const by = 'returns';

/**
 * Ends returns whose last day is over where their business unit is. Each decides for itself, so that it makes no difference
 * how old the read model is that names them, or how many do this. Answers with the number of those that ended.
 */
export const expireReturns = async ({ executor, catalog, due, clock }: ReturnDeadlinePorts): Promise<number> => {
  const at = clock();
  let ended = 0;
  await inParallel(await due(at, dueMax), atOnce, async ({ bu, rmaId }) => {
    const today = businessDay({ catalog }, bu, at);
    const stream = streamName('return', bu, rmaId);
    const id = `expire:${stream}:${today}`;
    const executed = await executor.execute(
      returnDecider,
      stream,
      { type: 'ExpireReturn', today, by },
      ownContext(by, id, at),
    );
    if (executed.kind === 'done' && executed.events.length > 0) ended += 1;
  });
  return ended;
};
