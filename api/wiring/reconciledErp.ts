import { setTimeout as delay } from 'node:timers/promises';
import { orLogUnavailable } from '../../adapters/postgres/failures.ts';
import type { ErpBook } from '../../commands/ports/erpBook.ts';
import { createJournalsPair } from '../../commands/reconciliation/journalsPair.ts';
import { createOrderPages } from '../../commands/reconciliation/orderPages.ts';
import { createOrdersPair } from '../../commands/reconciliation/ordersPair.ts';
import { CannotCompare, type ComparedPair } from '../../commands/reconciliation/ports.ts';
import { isAdapterPaused } from '../../commands/steering/controls.ts';
import { orderUpdatesOf, runOrderUpdates } from '../../commands/workers/orderUpdates.ts';
import { waitForPosition } from '../../projections/freshness.ts';
import { batchesAfter, journalsIn } from '../../projections/reconciliations/journals.ts';
import { closedOrdersAfter, openOrdersAfter, ordersOf } from '../../projections/reconciliations/orders.ts';
import { bookAdapter } from './erps.ts';
import { onceHoldsAreKnown } from './pauses.ts';
import type { CatchingUp } from './reconciliation.ts';
import type { Parts, Worker } from './stepWorkers.ts';
import { systemClock } from './writeSide.ts';

const day = 86_400_000;
/** How long an order that is closed, and a batch of a closed period, is still compared. */
const closedOrderMs = 7 * day;
const closedBatchMs = 40 * day;
/** What became of a batch within this time may be under way. */
const quietMs = 60_000;

const ago = (ms: number): string => new Date(Date.parse(systemClock()) - ms).toISOString();

const toldWaitsMs: readonly number[] = [0, 100, 200, 500, ...Array<number>(29).fill(1_000)];

/** Who pauses an ERP wants it left alone, by whichever of its names. */
const isPausedOf =
  ({ database }: Pick<Parts, 'database'>) =>
  (system: string): boolean =>
    [system, bookAdapter(system)].some((name) => isAdapterPaused(database.controls, name));

/** The place of the log's last event, once everybody who has to has come so far. */
const throughKnown = async (
  { database }: Pick<Parts, 'database'>,
  caughtUp: CatchingUp,
  models: readonly string[],
): Promise<string> => {
  const head = await database.log.head();
  if (!(await caughtUp(models))) throw new CannotCompare('READ_MODEL_BEHIND');
  return head === 'start' ? '' : head;
};

export const ordersPair = (parts: Parts, caughtUp: CatchingUp): ComparedPair => {
  const { database, partners } = parts;
  const { projectionDb: db, checkpoints } = database;
  const throughTold = async (bu: string, signal: AbortSignal): Promise<string> => {
    const head = await throughKnown(parts, caughtUp, ['orders']);
    const name = orderUpdatesOf(partners.erpBooks.of(bu)?.system ?? '');
    for (const waitMs of toldWaitsMs) {
      await delay(waitMs, undefined, { signal });
      const place = await checkpoints.read(name);
      if (head === '' || (place !== 'start' && place >= head)) return head;
    }
    throw new CannotCompare('UPDATES_WAITING');
  };
  return createOrdersPair({
    books: partners.erpBooks,
    ordersIn: createOrderPages({
      openAfter: (...of) => orLogUnavailable(() => openOrdersAfter(db, ...of)),
      closedAfter: (...of) => orLogUnavailable(() => closedOrdersAfter(db, ...of)),
      ordersOf: (...of) => orLogUnavailable(() => ordersOf(db, ...of)),
      closedSince: () => ago(closedOrderMs),
    }),
    ordersOf: (orderIds) => orLogUnavailable(() => ordersOf(db, orderIds)),
    throughTold,
    isPaused: isPausedOf(parts),
    clock: systemClock,
  });
};

export const journalsPair = (parts: Parts, caughtUp: CatchingUp): ComparedPair => {
  const { database, partners, writeSide } = parts;
  const { projectionDb: db } = database;
  return createJournalsPair({
    ...{ books: partners.erpBooks, erps: partners.erps, executor: writeSide.executor, clock: systemClock },
    batchesAfter: (bu, system, after, limit) => {
      const of = { bu, system, since: ago(closedBatchMs), quietSince: ago(quietMs) };
      return orLogUnavailable(() => batchesAfter(db, of, after, limit));
    },
    journalsIn: (...of) => orLogUnavailable(() => journalsIn(db, ...of)),
    throughKnown: () => throughKnown(parts, caughtUp, ['gl_staging', 'periods', 'reconciliations']),
    isPaused: isPausedOf(parts),
  });
};

const shownWithinMs = 5_000;

/** Tells an ERP how far its orders are. */
const orderUpdates = (parts: Parts, book: ErpBook): Worker => {
  const { database, partners, logger } = parts;
  const { projectionDb: db, checkpoints, tail } = database;
  const { system } = book;
  return onceHoldsAreKnown(database, (signal) =>
    runOrderUpdates(
      {
        ...{ book, feed: tail, checkpoints, changed: tail.changed },
        progress: async (orderIds, position) => {
          if (!(await orLogUnavailable(() => waitForPosition(db, ['orders'], position, shownWithinMs)))) return false;
          return orLogUnavailable(() => ordersOf(db, orderIds));
        },
        hasUnit: (bu) => partners.erpBooks.of(bu)?.system === system,
        isPaused: () => isPausedOf(parts)(system),
        onUntaken: (bu, orderId, code) =>
          logger.warn({ system, bu, orderId, code }, 'the ERP does not take how far an order is'),
        onError: (error, failures) =>
          logger.warn({ err: error, failures, system }, 'the ERP could not be told how far orders are'),
      },
      signal,
    ),
  );
};

/** One for each ERP that can be told, by the name of its lease: none of them waits for another. */
export const orderUpdateWorkers = (parts: Parts): readonly (readonly [name: string, worker: Worker])[] =>
  parts.partners.erpBooks.systems.flatMap((system) => {
    const book = parts.partners.erpBooks.named(system);
    return book === undefined ? [] : [[orderUpdatesOf(system), orderUpdates(parts, book)] as const];
  });
