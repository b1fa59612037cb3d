import { createRecentEvents } from '../../commands/deciding/recentEvents.ts';
import { createExecutor, type Executor } from '../../commands/handle.ts';
import type { OutboxItem } from '../../commands/ports.ts';
import { runStep } from '../../commands/steps/runStep.ts';
import type { Position } from '../../domain/eventLog.ts';
import { type Execute, Killed, type World } from './world.ts';

/**
 * A process of its own that takes steps: with states and a tail of its own, which is as new as its last take. Steps that it
 * has taken run when the test says so, and not at all when it is killed first.
 */
export const createStepper = (world: World, worker: string) => {
  const { log, outbox, catalog, clock, partners, pool } = world;
  let taken: { readonly item: OutboxItem; readonly seen: string }[] = [];
  let commandsLeft = Number.POSITIVE_INFINITY;

  const start = () => {
    const { observe, recent } = createRecentEvents();
    const store = { ...log, recent };
    const real = createExecutor(store);
    const execute: Execute = async (...args) => {
      if (commandsLeft <= 0) throw new Killed(worker);
      commandsLeft -= 1;
      return real.execute(...args);
    };
    const executor: Executor = { execute, load: real.load };
    let through: Position | 'start' = 'start';
    const follow = async (): Promise<string> => {
      for (;;) {
        const { events, throughPosition } = await log.readAfter(through, 1_000);
        if (throughPosition === through) return through === 'start' ? '' : through;
        const page = { after: through, events, through: throughPosition };
        observe(page);
        real.observe(page);
        through = throughPosition;
      }
    };
    return { store, executor, follow };
  };
  let process = start();

  const take = async (limit: number): Promise<void> => {
    const items = await outbox.take(worker, limit, 600_000);
    const seen = await process.follow();
    taken.push(...items.map((item) => ({ item, seen })));
  };

  const kill = async (): Promise<void> => {
    taken = [];
    process = start();
    commandsLeft = Number.POSITIVE_INFINITY;
    await pool.query('update ops.outbox set lease_until = null where worker = $1 and done_at is null', [worker]);
  };

  const runOne = async ({ item, seen }: (typeof taken)[number]): Promise<void> => {
    await runStep({ ...process, catalog, clock, ...partners }, item, seen);
    await outbox.done([item.intentId]);
  };

  /** All at once. `commandsMax`: it is killed in the middle, after so many commands. */
  const run = async (commandsMax = Number.POSITIVE_INFINITY): Promise<void> => {
    commandsLeft = commandsMax;
    const runs = await Promise.allSettled(taken.map(runOne));
    taken = [];
    const failures = runs.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
    for (const failure of failures) if (!(failure instanceof Killed)) throw failure;
    if (failures.length > 0) await kill();
  };

  return { take, run, kill };
};

export type Stepper = ReturnType<typeof createStepper>;
