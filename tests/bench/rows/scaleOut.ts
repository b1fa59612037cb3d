import { setTimeout as delay } from 'node:timers/promises';
import { startPartners } from '../../support/partners.ts';
import { type Product, startProduct } from '../../support/productProcess.ts';
import type { Bench, Row } from '../harness/bench.ts';
import { onNewDatabase } from '../harness/database.ts';
import { compared, type Figure } from '../harness/figures.ts';
import { orderBodies } from '../load/distributor.ts';
import { requireAll, startGenerator } from '../load/load.ts';
import { keepOrdersUnderWay } from '../load/steadyOrders.ts';

type Setting = {
  readonly what: string;
  /** How long the tax engine lets each question wait. */
  readonly taxMs: number;
  /** Orders that are taken and not closed: enough that no worker waits for work. */
  readonly underWay: number;
  readonly note: string;
};

const settings: readonly Setting[] = [
  {
    what: 'two process workers / one',
    taxMs: 0,
    underWay: 300,
    note: 'API, projector and adapter run once each; the partners answer at once, from the bench process. All share the cores, so this shows what dividing the steps costs where no core is free.',
  },
  {
    what: 'two process workers / one, a tax engine that takes 3 s',
    taxMs: 3_000,
    underWay: 120,
    note: 'A worker asks a partner for so many steps at a time and no more, so here the partner and not the cores decides what one worker can do.',
  },
];

const slowDown = async (url: string, ms: number): Promise<void> => {
  const response = await fetch(`${url}/control/faults`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ mode: 'delay', ms }),
  });
  if (!response.ok) throw new Error(`the simulated tax engine answered ${response.status}`);
};

/** Orders closed a second with so many process workers; everything else runs once. */
const closedPerSecond = async (bench: Bench, { taxMs, underWay }: Setting, workers: number): Promise<number> => {
  const partners = await startPartners();
  const started: Product[] = [];
  const generator = startGenerator();
  try {
    if (taxMs > 0) await slowDown(partners.urls.tax, taxMs);
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
        await delay(20_000);
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

const measure = async (bench: Bench, setting: Setting): Promise<Figure> => {
  const rounds: { readonly ours: number; readonly reference: number }[] = [];
  for (let round = 1; round <= (bench.quick ? 1 : 2); round += 1) {
    bench.progress(`${setting.what}: one, round ${round}`);
    const reference = await closedPerSecond(bench, setting, 1);
    bench.progress(`${setting.what}: two, round ${round}`);
    rounds.push({ ours: await closedPerSecond(bench, setting, 2), reference });
  }
  const { what, note } = setting;
  return compared({ row: 'scale out', what, unit: 'orders closed/s', note }, rounds);
};

export const scaleOut: Row = {
  name: 'scaleout',
  fullOnly: true,
  run: async (bench) => {
    const figures: Figure[] = [];
    for (const setting of settings) figures.push(await measure(bench, setting));
    return figures;
  },
};
