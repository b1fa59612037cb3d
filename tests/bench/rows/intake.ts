import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type Product, startProduct } from '../../support/productProcess.ts';
import { type Bench, interleaved, type Row } from '../harness/bench.ts';
import { onNewDatabase } from '../harness/database.ts';
import { compared, type Figure, measured } from '../harness/figures.ts';
import { orderBodies } from '../load/distributor.ts';
import type { LoadResult } from '../load/job.ts';
import { type Generator, requireAll, startGenerator } from '../load/load.ts';

const row = 'intake';
/** A load that the whole product carries on two cores with room to spare. */
const ordersPerSecond = 10;
const fileRows = 100_000;
const startedWithinMs = 60_000;

type Import = { readonly importId: string; readonly state: string; readonly rows: { readonly done: number } };

/** Items that nobody has: each row is an append. */
const newFile = (): string => {
  const serial = randomUUID().slice(0, 8);
  const rows = Array.from({ length: fileRows }, (_, n) => `N-${serial}-${n},Item ${n} of a file,GENERAL,EA,TPP`);
  return ['item,description,group,baseUom,taxCode', ...rows].join('\n');
};

const send = async ({ url, keys }: Product): Promise<string> => {
  const answer = await fetch(`${url}/v1/imports?bu=ACME&kind=items`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${keys.admin}`,
      ...{ 'content-type': 'text/csv', 'idempotency-key': randomUUID() },
    },
    body: newFile(),
  });
  if (answer.status !== 202) throw new Error(`the file was answered ${answer.status}: ${await answer.text()}`);
  return ((await answer.json()) as Import).importId;
};

const see = ({ client }: Product, importId: string): Promise<Import> => client.get('ops', `/v1/imports/${importId}`);

const untilTaken = async (product: Product, importId: string): Promise<void> => {
  for (const deadline = Date.now() + startedWithinMs; (await see(product, importId)).rows.done === 0; await delay(100))
    if (Date.now() > deadline) throw new Error(`no row was taken within ${startedWithinMs} ms`);
};

const post = async (generator: Generator, { port, token }: Product, seconds: number): Promise<LoadResult> => {
  const job = { port, token, path: '/v1/orders', connections: 32, seconds, rate: ordersPerSecond };
  return requireAll(await generator.run({ ...job, bodies: orderBodies({ lines: 1 }) }), 201);
};

/** Orders while the rows of a file are taken all the time, and how many of these a second. */
const beside = async (generator: Generator, product: Product, seconds: number) => {
  const importId = await send(product);
  await untilTaken(product, importId);
  const [before, startedAt] = [await see(product, importId), performance.now()];
  const orders = await post(generator, product, seconds);
  const after = await see(product, importId);
  const rowsPerSecond = ((after.rows.done - before.rows.done) * 1_000) / (performance.now() - startedAt);
  if (after.state !== 'RUNNING') throw new Error(`the import was ${after.state} before the window was over`);
  const path = `/v1/imports/${importId}/cancellations`;
  await product.client.send('admin', 'POST', path, { reason: 'the window is over' });
  return { orders, rowsPerSecond };
};

const measure = async (bench: Bench, connectionString: string): Promise<readonly Figure[]> => {
  const product = await startProduct({ connectionString, role: 'all' });
  const generator = startGenerator();
  const seconds = bench.quick ? 10 : 30;
  try {
    const rounds = await interleaved(bench, {
      what: 'capture beside an import / alone',
      ours: () => beside(generator, product, seconds),
      reference: async () => ({ orders: await post(generator, product, seconds), rowsPerSecond: 0 }),
    });
    const what = `${ordersPerSecond} orders/s beside an import of ${fileRows.toLocaleString('en-US')} rows`;
    const figure = (name: string, of: (orders: LoadResult) => number, target = {}): Figure =>
      compared(
        { row, what: `${what} / alone: ${name} of capture`, unit: 'ms', ...target },
        rounds.map(({ ours, reference }) => ({ ours: of(ours.orders), reference: of(reference.orders) })),
      );
    return [
      figure('p95', ({ p95Ms }) => p95Ms, { target: { atMost: 1.2 } }),
      figure('p50', ({ p50Ms }) => p50Ms),
      measured(
        { row, what: `${what}: rows taken`, unit: 'rows/s' },
        rounds.map(({ ours }) => ours.rowsPerSecond),
      ),
      measured({ row: 'memory', what: row, unit: 'MB peak', target: { atMost: 350 } }, [await product.peakRssMb()]),
    ];
  } finally {
    generator.stop();
    await product.stop();
  }
};

export const intake: Row = {
  name: row,
  fullOnly: true,
  run: async (bench) => onNewDatabase(await bench.server(), (at) => measure(bench, at), await bench.distributor()),
};
