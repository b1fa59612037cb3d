import { randomUUID } from 'node:crypto';
import { createPostgresLog } from '../../../adapters/postgres/eventLog.ts';
import { createPool } from '../../../adapters/postgres/pool.ts';
import { createExecutor, type Executor } from '../../../commands/handle.ts';
import type { CommandContext } from '../../../commands/ports.ts';
import { type StreamName, streamName } from '../../../domain/eventLog.ts';
import type { StockCommand } from '../../../domain/stock/commands.ts';
import { stockDecider } from '../../../domain/stock/stock.ts';
import { type Bench, interleaved, type Row } from '../harness/bench.ts';
import { onNewDatabase } from '../harness/database.ts';
import { compared, type Figure } from '../harness/figures.ts';
import { openOptimisticStore } from './optimisticStore.ts';

const requests = 1_000;
/** Of every five requests three find stock. */
const unitsFor = (count: number): number => (count / 5) * 3;

const contextOf = (commandId: string): CommandContext => ({
  commandId,
  occurredAt: '2026-11-23T08:00:00.000Z',
  correlationId: commandId,
  causationId: commandId,
  actor: { kind: 'SYSTEM', id: 'bench', roles: [] },
  source: { system: 'bench' },
});

const receiptOf = (item: string, units: number): StockCommand => ({
  type: 'RecordReceipt',
  bu: 'ACME',
  node: 'DC-EAST',
  item,
  reference: `OPENING-${item}`,
  qty: String(units),
  status: 'SELLABLE',
  unitCost: '6.00',
  currency: 'USD',
  costMethod: 'MOVING_AVERAGE',
});

const requestOf = (item: string, n: number): StockCommand => ({
  type: 'Reserve',
  bu: 'ACME',
  node: 'DC-EAST',
  item,
  orderId: `O${n}`,
  lineId: '10',
  reservationId: `R${n}`,
  qty: '1',
  needDate: '2026-12-01',
  purpose: 'ORDER',
  expiresAt: null,
  at: '2026-11-23T08:00:00.000Z',
});

/** Throws unless exactly the units that were there are taken. */
const requireNotOversold = (whose: string, count: number, types: readonly string[]): void => {
  const units = unitsFor(count);
  const taken = types.filter((type) => type === 'StockReserved').length;
  const refused = types.filter((type) => type === 'ReservationRefused').length;
  if (taken !== units || refused !== count - units)
    throw new Error(`${whose}: ${taken} reserved and ${refused} refused of ${count} for ${units} units`);
};

/** All at once, on a position nobody has touched: requests per second. */
const throughExecutor = async (executor: Executor, read: (stream: StreamName) => AsyncIterable<{ type: string }>) => {
  const item = `HOT-${randomUUID()}`;
  const stream = streamName('stock', 'ACME', 'DC-EAST', item);
  await executor.execute(stockDecider, stream, receiptOf(item, unitsFor(requests)), contextOf(`receipt:${item}`));
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: requests }, (_, n) =>
      executor.execute(stockDecider, stream, requestOf(item, n), contextOf(`reserve:${item}:${n}`)),
    ),
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  const types: string[] = [];
  for await (const { type } of read(stream)) types.push(type);
  requireNotOversold('through the executor', requests, types);
  return requests / seconds;
};

const measure = async (bench: Bench, connectionString: string): Promise<readonly Figure[]> => {
  const pool = createPool({ connectionString });
  const log = createPostgresLog({ connectionString, pool });
  const executor = createExecutor(log);
  const optimistic = await openOptimisticStore(connectionString);
  // Its rate does not depend on how many there are, only on how many run at a time.
  const byRetryingCount = bench.quick ? 200 : requests;
  const byRetrying = async (): Promise<number> => {
    const item = `HOT-${randomUUID()}`;
    await optimistic.open(item, receiptOf(item, unitsFor(byRetryingCount)));
    const startedAt = performance.now();
    await optimistic.inParallel(Array.from({ length: byRetryingCount }, (_, n) => requestOf(item, n)));
    const seconds = (performance.now() - startedAt) / 1_000;
    requireNotOversold('by retrying', byRetryingCount, await optimistic.typesOf(item));
    return byRetryingCount / seconds;
  };
  try {
    const rounds = await interleaved(bench, {
      what: `${requests} reservations`,
      ours: () => throughExecutor(executor, log.read),
      reference: byRetrying,
    });
    return [
      compared(
        {
          row: 'hot item',
          what: `${requests} at once on one stock stream / read, decide, append, retry`,
          unit: 'requests/s',
          target: { atLeast: 20 },
          note: `Stock for three of five requests: exactly that much was reserved on both sides in every round. The reference runs ${optimistic.clients} at a time and reads only what is new when it tries again, which is its best case.`,
        },
        rounds,
      ),
    ];
  } finally {
    await log.close();
    await Promise.all([pool.end(), optimistic.close()]);
  }
};

export const hotItem: Row = {
  name: 'hot',
  run: async (bench) => onNewDatabase(await bench.server(), (connectionString) => measure(bench, connectionString)),
};
