import type { Place } from '../../domain/stock/place.ts';
import { stockDecider } from '../../domain/stock/stock.ts';
import type { Executor } from '../handle.ts';
import { inParallel } from '../inParallel.ts';
import type { Clock } from '../ports.ts';
import { stockAtOnce } from '../steps/stockScripts.ts';
import { ownContext } from '../workers/ownContext.ts';
import { stockStream } from './setAside.ts';

export type DeadlinePorts = {
  readonly executor: Pick<Executor, 'execute'>;
  /** Positions at which a channel's reservation is overdue, of `limit` reservations, the longest overdue first. */
  readonly due: (at: string, limit: number) => Promise<readonly Place[]>;
  readonly clock: Clock;
};

/** Reservations that are looked at together. */
const dueMax = 500;

/**
 * Frees goods whose time is over. Each position decides by itself what is overdue, so it makes no difference who else has
 * freed them, how old the read model is that names them, or how many do this: nothing is freed twice. Answers with the
 * number of events, 0 when there was nothing to do.
 */
export const expireDue = async ({ executor, due, clock }: DeadlinePorts): Promise<number> => {
  const at = clock();
  const places = await due(at, dueMax);
  let events = 0;
  await inParallel(places, stockAtOnce, async ({ bu, node, item }) => {
    const command = { type: 'ExpireReservations', bu, node, item, at } as const;
    const id = `expire:${stockStream(command)}:${at}`;
    const executed = await executor.execute(
      stockDecider,
      stockStream(command),
      command,
      ownContext('reservations', id, at),
    );
    if (executed.kind === 'done') events += executed.events.length;
  });
  return events;
};
