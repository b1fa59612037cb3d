import { type Product, startProduct } from '../../support/productProcess.ts';
import { type Bench, interleaved, type Row } from '../harness/bench.ts';
import { onNewDatabase } from '../harness/database.ts';
import { compared, type Figure, measured, type Target } from '../harness/figures.ts';
import { orderBodies } from '../load/distributor.ts';
import type { LoadResult } from '../load/job.ts';
import { type Generator, requireAll, startGenerator } from '../load/load.ts';
import { startReference } from '../load/startReference.ts';

type Pair = { readonly ours: LoadResult; readonly reference: LoadResult };
type Setting = {
  readonly what: string;
  readonly connections: number;
  readonly customer?: string;
  readonly client?: 'http';
  /** The reference stores each order as one row, one commit each. */
  readonly stored?: true;
  readonly rate?: Target;
  readonly p99?: Target;
};

/** The levels of the table are judged; the rest is shown beside them. */
const captureSettings: readonly Setting[] = [
  { what: 'capture alone, 32 connections', connections: 32, rate: { atLeast: 0.5 }, p99: { atMost: 4 } },
  { what: 'capture alone, 128 connections', connections: 128, rate: { atLeast: 0.5 }, p99: { atMost: 4 } },
  { what: 'capture alone, 1 connection', connections: 1 },
  { what: 'capture alone, 32 connections, one customer', connections: 32, customer: 'C-1001' },
  { what: "capture alone, 32 connections of node's own client", connections: 32, client: 'http' },
  { what: 'capture alone, 32 connections / one-row commits', connections: 32, stored: true },
];

/** A quick run shows 32 and 128 connections, and not the whole product. */
const quickSettings = 2;

const wholeSetting: Setting = { what: 'whole product, 32 connections', connections: 32 };

const figuresOf = ({ what, rate, p99 }: Setting, rounds: readonly Pair[]): readonly Figure[] => [
  compared(
    { row: 'orders', what, unit: 'orders/s', ...(rate && { target: rate }) },
    rounds.map(({ ours, reference }) => ({ ours: ours.perSecond, reference: reference.perSecond })),
  ),
  compared(
    { row: 'orders', what: `${what}: p99`, unit: 'ms', ...(p99 && { target: p99 }) },
    rounds.map(({ ours, reference }) => ({ ours: ours.p99Ms, reference: reference.p99Ms })),
  ),
];

const post = async (
  generator: Generator,
  target: { readonly port: number; readonly token?: string },
  { connections, customer, client }: Setting,
  seconds: number,
): Promise<LoadResult> => {
  const job = { port: target.port, path: '/v1/orders', token: target.token ?? '', connections, seconds };
  const bodies = orderBodies({ lines: 1, ...(customer !== undefined && { customer }) });
  return requireAll(await generator.run({ ...job, bodies, ...(client && { client }) }), 201);
};

type Parties = { readonly generator: Generator; readonly reference: { readonly port: number } };

const memoryOf = async (product: Product, what: string): Promise<Figure> =>
  measured({ row: 'memory', what, unit: 'MB peak', target: { atMost: 350 } }, [await product.peakRssMb()]);

/** Only the API process runs: what taking an order costs by itself. */
const capture =
  (bench: Bench, { generator, reference }: Parties) =>
  async (connectionString: string) => {
    const product = await startProduct({ connectionString, role: 'api' });
    const storing = await startReference(connectionString);
    try {
      const figures: Figure[] = [];
      const settings = bench.quick ? captureSettings.slice(0, quickSettings) : captureSettings;
      for (const [index, setting] of settings.entries()) {
        const rounds = await interleaved(bench, {
          what: setting.what,
          ours: () => post(generator, product, setting, bench.seconds),
          reference: () => post(generator, setting.stored ? storing : reference, setting, bench.seconds),
          warmUp: index === 0,
        });
        figures.push(...figuresOf(setting, rounds));
      }
      return [...figures, await memoryOf(product, 'orders: API process')];
    } finally {
      storing.stop();
      await product.stop();
    }
  };

/** Everything runs: the same cores also source, ship, invoice, post and project what was taken before. */
const whole =
  (bench: Bench, { generator, reference }: Parties) =>
  async (connectionString: string) => {
    const product = await startProduct({ connectionString, role: 'all' });
    try {
      const rounds = await interleaved(bench, {
        what: wholeSetting.what,
        ours: () => post(generator, product, wholeSetting, bench.seconds),
        // The product still works off what it took; it is held still so that the reference has the machine to itself.
        reference: async () => {
          product.pause();
          try {
            return await post(generator, reference, wholeSetting, bench.seconds);
          } finally {
            product.resume();
          }
        },
      });
      return [...figuresOf(wholeSetting, rounds), await memoryOf(product, 'orders: whole product')];
    } finally {
      await product.stop();
    }
  };

export const orders: Row = {
  name: 'orders',
  run: async (bench) => {
    const server = await bench.server();
    const distributor = await bench.distributor();
    const generator = startGenerator();
    const reference = await startReference();
    try {
      const parties = { generator, reference };
      const captured = await onNewDatabase(server, capture(bench, parties), distributor);
      return bench.quick
        ? captured
        : [...captured, ...(await onNewDatabase(server, whole(bench, parties), distributor))];
    } finally {
      generator.stop();
      reference.stop();
    }
  },
};
