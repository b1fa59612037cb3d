import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { startProduct } from '../../support/productProcess.ts';
import type { Bench, Row } from '../harness/bench.ts';
import { onNewDatabase } from '../harness/database.ts';
import { compared, type Figure, measured } from '../harness/figures.ts';
import { orderBodies } from '../load/distributor.ts';
import { requireAll, startGenerator } from '../load/load.ts';
import type { Acknowledged } from '../load/logWatch.ts';
import { keepSealing } from '../load/sealing.ts';
import { keepOrdersUnderWay } from '../load/steadyOrders.ts';

/** Oracle's published order-to-cash batch, order import to accounting: 100,000 lines in 31.65 minutes on 16 cores. */
const oracleLinesPerHour = 189_573;
const oracleCores = 16;

/** `underWay`: orders that are taken and not closed; a quick run fills up with fewer of them. */
type Kind = { readonly what: string; readonly lines: number; readonly underWay: number; readonly quickly: number };

const kinds: readonly Kind[] = [
  { what: 'orders of 1 line', lines: 1, underWay: 300, quickly: 120 },
  { what: 'orders of 10 lines', lines: 10, underWay: 100, quickly: 30 },
];

/** Of a quick run, of a full one. */
const batchesMin = { quick: 5, full: 6 };
const startedWithinMs = 60_000;

/**
 * Lines an hour between one acknowledged batch and a later one, for three stretches of the window. Whole batches are
 * counted from acknowledgement to acknowledgement, so what was sealed before the window is not in it.
 */
const linesPerHour = (batches: readonly Acknowledged[]): readonly number[] => {
  const stretches = Math.min(3, batches.length - 1);
  if (stretches < 1) throw new Error('too few batches were acknowledged within the window to tell a rate');
  return Array.from({ length: stretches }, (_, index) => {
    const from = Math.floor((index * (batches.length - 1)) / stretches);
    const to = Math.floor(((index + 1) * (batches.length - 1)) / stretches);
    const lines = batches.slice(from + 1, to + 1).reduce((sum, batch) => sum + batch.lines, 0);
    const ms = (batches[to]?.atMs ?? 0) - (batches[from]?.atMs ?? 0);
    return (lines / ms) * 3_600_000;
  });
};

const measureKind = async (bench: Bench, kind: Kind, connectionString: string) => {
  const { what, lines } = kind;
  const underWay = bench.quick ? kind.quickly : kind.underWay;
  const product = await startProduct({ connectionString, role: 'all' });
  const generator = startGenerator();
  try {
    const bodies = orderBodies({ lines });
    const flow = await keepOrdersUnderWay({ generator, target: product, connectionString, bodies, underWay });
    const sealing = keepSealing(product.client, bench.quick ? 1_000 : 3_000);
    bench.progress(`${what}: filling up`);
    for (const deadline = Date.now() + startedWithinMs; flow.watch.batches() < 2; await delay(100))
      if (Date.now() > deadline) throw new Error(`no batch was acknowledged within ${startedWithinMs} ms`);
    bench.progress(`${what}: steady`);
    await delay(bench.quick ? 8_000 : 60_000);
    const enough = bench.quick ? batchesMin.quick : batchesMin.full;
    // A slow machine gets the time that it needs for a rate that can be told.
    for (const deadline = Date.now() + startedWithinMs; flow.watch.batches() < enough && Date.now() < deadline; )
      await delay(100);
    const batches = await flow.watch.acknowledged();
    await sealing.end();
    bench.progress(`${what}: ending`);
    requireAll(await flow.end(), 201);
    // The first batches hold what was ready while the processes were still filling up.
    return { rates: linesPerHour(batches.slice(1)), peakRssMb: await product.peakRssMb() };
  } finally {
    generator.stop();
    await product.stop();
  }
};

export const orderToJournal: Row = {
  name: 'o2c',
  run: async (bench) => {
    const server = await bench.server();
    const distributor = await bench.distributor();
    const cores = availableParallelism();
    const reference = oracleLinesPerHour / oracleCores;
    const figures: Figure[] = [];
    for (const kind of kinds) {
      const { rates, peakRssMb } = await onNewDatabase(server, (at) => measureKind(bench, kind, at), distributor);
      const row = 'order to journal';
      figures.push(
        compared(
          { row, what: `${kind.what}, acknowledged`, unit: 'lines/h/core', target: { atLeast: 20 } },
          rates.map((rate) => ({ ours: rate / cores, reference })),
        ),
        measured(
          { row, what: `${kind.what}: orders`, unit: 'orders/s' },
          rates.map((rate) => rate / 3_600 / kind.lines),
        ),
        measured({ row: 'memory', what: `order to journal: ${kind.what}`, unit: 'MB peak', target: { atMost: 350 } }, [
          peakRssMb,
        ]),
      );
    }
    return figures;
  },
};
