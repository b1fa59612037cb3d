import { setTimeout as delay } from 'node:timers/promises';
import { alarmNamed, alarmStates, type Scrape } from '../../support/alarms.ts';
import { type Product, startProduct } from '../../support/productProcess.ts';
import type { Bench, Row } from '../harness/bench.ts';
import { onNewDatabase } from '../harness/database.ts';
import { type Figure, measured } from '../harness/figures.ts';
import { orderBodies } from '../load/distributor.ts';
import type { LoadResult } from '../load/job.ts';
import { type Generator, startGenerator } from '../load/load.ts';
import { type LogWatch, openLogWatch } from '../load/logWatch.ts';

const row = 'burst';
/** A steady load that the whole product carries on two cores with room to spare, and ten times as much. */
const steadyPerSecond = 10;
const burstPerSecond = steadyPerSecond * 10;
const drainedWithinMs = 900_000;

const scrape = async (url: string): Promise<Scrape> => ({
  atMs: performance.now(),
  text: await (await fetch(`${url}/metrics`)).text(),
});

/** The highest value of a gauge, in seconds: of the slowest read model, of the oldest step. */
const highestOf = (gauge: string, { text }: Scrape): number =>
  Math.max(
    0,
    ...[...text.matchAll(new RegExp(`^${gauge}\\{[^}]*\\} (\\S+)$`, 'gm'))].map(([, value]) => Number(value)),
  );

/** How high it rose, where it is now, and whether its alarm fired. */
const story = async (gauge: string, alert: string, scrapes: readonly Scrape[]): Promise<string> => {
  const highest = Math.max(...scrapes.map((one) => highestOf(gauge, one)));
  const last = scrapes.at(-1);
  const states = alarmStates(await alarmNamed(alert), scrapes);
  const alarm = states.includes('firing') ? `fired and is ${states.at(-1)}` : 'did not fire';
  return `${gauge} rose to ${highest.toFixed(1)} and was ${(last === undefined ? 0 : highestOf(gauge, last)).toFixed(1)} at the end; ${alert} ${alarm}.`;
};

const post = (generator: Generator, product: Product, rate: number, seconds: number): Promise<LoadResult> =>
  generator.run({
    ...{ port: product.port, token: product.token, path: '/v1/orders', bodies: orderBodies({ lines: 1 }) },
    ...{ connections: 256, seconds, rate },
  });

const takenIn = ({ statuses }: LoadResult): number => statuses['201'] ?? 0;

/** Anything but 201 and an advised 503 is a failure, not a figure. */
const requireTakenOrAdvised = ({ statuses, unadvised }: LoadResult): void => {
  const other = Object.keys(statuses).filter((status) => status !== '201' && status !== '503');
  if (other.length > 0 || unadvised > 0)
    throw new Error(`answers in the burst: ${JSON.stringify(statuses)}, ${unadvised} of the 503 without Retry-After`);
};

const untilClosed = async (watch: LogWatch, orders: number): Promise<number> => {
  const startedAt = performance.now();
  while (watch.closed() < orders) {
    if (performance.now() - startedAt > drainedWithinMs)
      throw new Error(`${orders - watch.closed()} orders were not closed within ${drainedWithinMs} ms`);
    await delay(200);
    await watch.look();
  }
  return (performance.now() - startedAt) / 1_000;
};

const measure = async (bench: Bench, connectionString: string): Promise<readonly Figure[]> => {
  const product = await startProduct({ connectionString, role: 'all' });
  const generator = startGenerator();
  const watch = await openLogWatch(connectionString);
  const scrapes: Scrape[] = [];
  let watching = true;
  const following = async (): Promise<void> => {
    for (; watching; await delay(500)) scrapes.push(await scrape(product.url));
  };
  try {
    bench.progress('steady');
    const steady = await post(generator, product, steadyPerSecond, bench.quick ? 5 : 20);
    requireTakenOrAdvised(steady);
    await untilClosed(watch, takenIn(steady));
    bench.progress('burst');
    const followed = following();
    const burst = await post(generator, product, burstPerSecond, bench.quick ? 5 : 60);
    requireTakenOrAdvised(burst);
    bench.progress('draining');
    const drainSeconds = await untilClosed(watch, takenIn(steady) + takenIn(burst));
    watching = false;
    await followed;
    const due = burst.answered + burst.unsent;
    const what = `${burstPerSecond} orders/s after ${steadyPerSecond}`;
    scrapes.push(await scrape(product.url));
    const lag = await story('o2c_projection_lag_seconds', 'ReadModelLate', scrapes);
    const backlog = await story('o2c_step_backlog_seconds', 'StepsLate', scrapes);
    const note = `answers: ${JSON.stringify(burst.statuses)}; ${burst.unsent} of ${due} were due while all 256 connections waited. ${lag} ${backlog}`;
    return [
      measured({ row, what: `${what}: taken`, unit: 'orders/s', note }, [burst.perSecond]),
      measured({ row, what: `${what}: p99 of capture`, unit: 'ms' }, [burst.p99Ms]),
      measured({ row, what: `${what}: backlog gone after`, unit: 's' }, [drainSeconds]),
      measured({ row: 'memory', what: 'burst', unit: 'MB peak', target: { atMost: 350 } }, [await product.peakRssMb()]),
    ];
  } finally {
    watching = false;
    await watch.close();
    generator.stop();
    await product.stop();
  }
};

export const burst: Row = {
  name: 'burst',
  fullOnly: true,
  run: async (bench) => onNewDatabase(await bench.server(), (at) => measure(bench, at), await bench.distributor()),
};
