import { priorities } from '../../domain/orderToCash/priorities.ts';
import type { GroupRate, Outbox, OutboxItem, Paused } from '../ports.ts';
import type { WorkerBudgets } from './workerBudgets.ts';

export type StepTakerPorts = {
  readonly outbox: Pick<Outbox, 'take'>;
  readonly worker: string;
  readonly leaseMs: number;
  readonly budgets: Pick<WorkerBudgets, 'full' | 'room'>;
  /** What is not taken whoever waits: operators' pauses, and partners whose lines are full. */
  readonly held: () => readonly Paused[];
  readonly rates: () => readonly GroupRate[];
  /** Milliseconds of a clock that never runs backwards. */
  readonly now?: () => number;
};

export type Taken = {
  readonly items: readonly OutboxItem[];
  /** There may be more to take at once. */
  readonly more: boolean;
};

/** A look for others that found nobody is repeated after so many times what it took: it costs a twentieth of the time. */
const looksApart = 20;
const lookAgainMs = { min: 10, max: 250 };

/** After so many takes that left something waiting, one goes to a lower priority, so that none of them waits for ever. */
const takesPerTurn = 8;
const turnShare = 1 / 4;
const turns = [priorities.shipment, priorities.invoice, priorities.bulk] as const;

/**
 * Takes steps so that no business unit, channel or node has more than its share of the workers while others wait. Who is
 * alone may use all workers: steps that stay inside end within milliseconds and give their worker to the next who comes,
 * and steps that could hang wait for a partner, whose share is a hard one. What is known of the groups is in memory, so an
 * outbox in which nobody has more than a share is asked once, as without shares.
 */
export const createStepTaker = (ports: StepTakerPorts) => {
  const { outbox, worker, leaseMs, budgets, held, rates, now = () => performance.now() } = ports;
  let aloneUntilMs = Number.NEGATIVE_INFINITY;
  /** The last look for others found nobody: who has a share or more has the workers to himself. */
  let isAlone = false;
  let takesInFull = 0;
  let turn = 0;

  const take = async (limit: number, more: readonly Paused[], priority?: number): Promise<readonly OutboxItem[]> => {
    const items = await outbox.take(worker, limit, leaseMs, { held: [...held(), ...more], rates: rates(), priority });
    if (items.length === limit) takesInFull += 1;
    // A look that passed somebody over does not say that nothing was left waiting.
    else if (more.length === 0) takesInFull = 0;
    return items;
  };

  /** Nobody beyond `full` is left waiting when fewer come than were asked for. */
  const takeOfOthers = async (free: number): Promise<Taken> => {
    const full = budgets.full();
    const limit = Math.min(free, budgets.room());
    const startedAtMs = now();
    const items = await take(limit, full);
    isAlone = full.length > 0 && items.length < limit;
    if (items.length === limit) return { items, more: true };
    if (full.length === 0) return { items, more: false };
    const pauseMs = Math.max(lookAgainMs.min, Math.min(lookAgainMs.max, (now() - startedAtMs) * looksApart));
    aloneUntilMs = now() + pauseMs;
    return { items, more: true };
  };

  const takeOfAnybody = async (free: number): Promise<Taken> => {
    const items = await take(free, []);
    return { items, more: items.length === free };
  };

  const takeOfLower = async (free: number): Promise<Taken> => {
    const priority = turns[turn % turns.length];
    turn += 1;
    const limit = Math.max(1, Math.floor(Math.min(free, budgets.room()) * turnShare));
    const items = await take(limit, isAlone ? [] : budgets.full(), priority);
    takesInFull = 0;
    return { items, more: true };
  };

  /** `free`: workers without a step, at least one. */
  return (free: number): Promise<Taken> => {
    if (takesInFull >= takesPerTurn) return takeOfLower(free);
    return now() < aloneUntilMs ? takeOfAnybody(free) : takeOfOthers(free);
  };
};
