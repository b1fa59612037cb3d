import { setTimeout as delay } from 'node:timers/promises';
import { startPartners } from '../../support/partners.ts';
import { type Product, startProduct } from '../../support/productProcess.ts';
import type { Bench, Row } from '../harness/bench.ts';
import { onNewDatabase } from '../harness/database.ts';
import { compared } from '../harness/figures.ts';
import { orderBodies } from '../load/distributor.ts';
import { requireAll, startGenerator } from '../load/load.ts';
import { keepOrdersUnderWay } from '../load/steadyOrders.ts';

const underWay = 300;

/** Orders closed a second with so many process workers; everything else runs once. */
const closedPerSecond = async (bench: Bench, workers: number): Promise<number> => {
  const partners = await startPartners();
  const started: Product[] = [];
  const generator = startGenerator();
  try {
    const work = async (connectionString: string): Promise<number> => {
      const start = async (role: 'api' | 'projector' | 'process' | 'adapter') => {
        const product = await startProduct({ connectionString, role, partners: partners.urls });
        started.push(product);
        return product;
      };
      try {
        const api = await start('api');
        await Promise.all([start('projector'), start('adapter')]);
        for (let n = 0; n < workers; n += 1) await start('process');
        const bodies = orderBodies({ lines: 1 });
        const flow = await keepOrdersUnderWay({ generator, target: api, connectionString, bodies, underWay });
        await delay(15_000);
        const [before, startedAt] = [flow.watch.closed(), performance.now()];
        await delay(bench.quick ? 15_000 : 30_000);
        const perSecond = (flow.watch.closed() - before) / ((performance.now() - startedAt) / 1_000);
        requireAll(await flow.end(), 201);
        return perSecond;
      } finally {
        await Promise.all(started.map((one) => one.stop()));
      }
    };
    return await onNewDatabase(await bench.server(), work, await bench.distributor());
  } finally {
    generator.stop();
    await partners.close();
  }
};

export const scaleOut: Row = {
  name: 'scaleout',
  fullOnly: true,
  run: async (bench) => {
    const rounds: { readonly ours: number; readonly reference: number }[] = [];
    for (let round = 1; round <= (bench.quick ? 1 : 3); round += 1) {
      bench.progress(`one process worker, round ${round}`);
      const reference = await closedPerSecond(bench, 1);
      bench.progress(`two process workers, round ${round}`);
      rounds.push({ ours: await closedPerSecond(bench, 2), reference });
    }
    const note =
      'API, projector and adapter run once each; the partners answer from the bench process. All share the cores.';
    return [compared({ row: 'scale out', what: 'two process workers / one', unit: 'orders closed/s', note }, rounds)];
  },
};
