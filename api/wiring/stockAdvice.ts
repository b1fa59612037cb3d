import { orLogUnavailable } from '../../adapters/postgres/failures.ts';
import { type AdvisableStockReads, adviseStock } from '../../commands/edi/stockAdvice.ts';
import { keepLooking, waitOf } from '../../commands/keepGoing.ts';
import { advisableStock, stockStanding } from '../../projections/inventory/advisable.ts';
import type { ReadHandle } from '../../projections/readModel.ts';
import type { Parts, Worker } from './stepWorkers.ts';
import { systemClock } from './writeSide.ts';

/** Plans are in minutes. */
const lookEveryMs = 10_000;

/** Stock as partners may be told of it. */
export const stockReads = (db: ReadHandle): AdvisableStockReads => ({
  stock: async (places) => {
    const rows = await orLogUnavailable(() => advisableStock(db, places));
    return rows.map(({ free, queuedBackorders, ...row }) => ({
      ...{ ...row, free: BigInt(free), queuedBackorders: BigInt(queuedBackorders) },
    }));
  },
  standing: (places, after) => orLogUnavailable(() => stockStanding(db, places, after)),
});

/** Asks for what EDI partners are due to be told of stock. The write side's own database is asked: a replica may be behind. */
export const stockAdvice =
  ({ database, writeSide, logger }: Parts): Worker =>
  (signal) => {
    const { executor, catalog } = writeSide;
    const { standing } = stockReads(database.projectionDb);
    const failed = (error: unknown, of: object): void =>
      logger.warn({ err: error, ...of }, 'a partner could not be told of stock');
    return keepLooking(
      {
        look: () => adviseStock({ executor, catalog, standing, clock: systemClock, onError: failed }),
        untilNext: waitOf(lookEveryMs),
        onError: (error, failures) => failed(error, { failures }),
      },
      signal,
    );
  };
