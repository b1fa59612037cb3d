import { createCheckpoints } from '../../adapters/postgres/checkpoints.ts';
import { createOutbox } from '../../adapters/postgres/outbox.ts';
import { createExecutor } from '../../commands/handle.ts';
import { createProcessRunner } from '../../commands/processes.ts';
import { runStep } from '../../commands/steps/runStep.ts';
import { createCatalogFollower } from '../../commands/workers/catalogFollower.ts';
import { createOutboxFeeder } from '../../commands/workers/outboxFeeder.ts';
import { processes } from '../../domain/orderToCash/processes.ts';
import { makePartners } from '../commands/partners.ts';
import type { RealApi } from './realApi.ts';

const roundsMax = 40;

/** What a running service does behind the API: process managers and steps, until nothing is due. Throws what went wrong. */
export const workingOff = ({ log, database }: Pick<RealApi, 'log' | 'database'>) => {
  const [checkpoints, outbox] = [createCheckpoints(database.db), createOutbox(database.db)];
  const failed: unknown[] = [];
  const onError = (error: unknown): void => void failed.push(error);
  const executor = createExecutor(log);
  const catalog = createCatalogFollower(log, onError);
  const clock = () => new Date().toISOString();
  const followed = { feed: log, checkpoints, onError, onStuck: onError };
  const runners = processes.map((process) => createProcessRunner(process, executor, followed));
  const feed = createOutboxFeeder({ feed: log, checkpoints, outbox, onError });
  const partners = makePartners();
  const signal = new AbortController().signal;

  return async (): Promise<void> => {
    await catalog.ready();
    for (let round = 0; round < roundsMax; round += 1) {
      for (const runner of runners) while (await runner.step(signal));
      while (await feed());
      const items = await outbox.take('test', 64, 60_000);
      if (failed.length > 0) throw failed[0];
      if (items.length === 0) return;
      for (const item of items) {
        await runStep({ executor, store: log, catalog, clock, ...partners }, item, String(await log.head()));
        await outbox.done([item.intentId]);
      }
    }
    throw new Error('there is always something more to do');
  };
};
