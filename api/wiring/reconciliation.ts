import { orLogUnavailable } from '../../adapters/postgres/failures.ts';
import { inboxOf } from '../../commands/inbox/warehouseInboxPorts.ts';
import { waitOf } from '../../commands/keepGoing.ts';
import type { PartnerLookups } from '../../commands/ports.ts';
import { type ComparedPair, type SystemOf, usualSystem } from '../../commands/reconciliation/ports.ts';
import { createStockPair } from '../../commands/reconciliation/stockPair.ts';
import { runReconciler } from '../../commands/reconciliation/worker.ts';
import { isAdapterPaused } from '../../commands/steering/controls.ts';
import { LogUnavailable } from '../../domain/eventLog.ts';
import { businessUnits, type Catalog, nodeOf } from '../../domain/masterData/catalog.ts';
import { warehouseOfNode } from '../../domain/masterData/warehousePartners.ts';
import { partnerOfPair } from '../../domain/reconciliation/pairs.ts';
import { waitForPosition } from '../../projections/freshness.ts';
import { lastRuns, runsUnderWay, standingBreaks } from '../../projections/reconciliations/standing.ts';
import { openReleasesOf, stockAfter, stockAt } from '../../projections/reconciliations/stock.ts';
import { onceHoldsAreKnown } from './pauses.ts';
import { journalsPair, ordersPair } from './reconciledErp.ts';
import { snapshotsPair } from './reconciledSnapshots.ts';
import type { Parts, Worker } from './stepWorkers.ts';
import { systemClock } from './writeSide.ts';

/** Somebody may wait for the run that he asked for. */
const lookEveryMs = 2_000;
const catchUpTriesMax = 30;
const catchUpTryMs = 1_000;

/** Whether read models show all that is in the log now, soon; false also when the service stops, and they with it. */
const catchingUp =
  ({ database }: Pick<Parts, 'database'>, signal: AbortSignal) =>
  async (models: readonly string[]): Promise<boolean> => {
    const head = await database.log.head();
    if (head === 'start') return true;
    for (let tries = 0; tries < catchUpTriesMax && !signal.aborted; tries += 1) {
      const look = () => waitForPosition(database.projectionDb, models, head, catchUpTryMs);
      if (await orLogUnavailable(look)) return true;
    }
    return false;
  };

export type CatchingUp = ReturnType<typeof catchingUp>;

/** Warehouses that are told by EDI, or tell of their stock by themselves, have shelves of which this system knows nothing. */
const isOfWarehouseSystem = (catalog: Catalog, bu: string, node: string): boolean =>
  warehouseOfNode(catalog, bu, node) === undefined && nodeOf(catalog, bu, node)?.stockDialect === undefined;

const stockPair = ({ database, partners, writeSide }: Parts, caughtUp: CatchingUp): ComparedPair => {
  const { projectionDb: db, checkpoints, controls, log } = database;
  const place = async (asked: Promise<string>): Promise<string> => {
    const found = await asked;
    return found === 'start' ? '' : found;
  };
  return createStockPair({
    warehouse: partners.warehouseStock,
    release: partners.lookups.wms.release,
    inboxCursor: () => place(checkpoints.read(inboxOf(partners.wms.system))),
    head: () => place(log.head()),
    caughtUp: () => caughtUp(['inventory', 'orders']),
    stockAt: (...of) => orLogUnavailable(() => stockAt(db, ...of)),
    stockAfter: (...of) => orLogUnavailable(() => stockAfter(db, ...of)),
    isOfSystem: (bu, node) => isOfWarehouseSystem(writeSide.catalog.current(), bu, node),
    openReleases: (...of) => orLogUnavailable(() => openReleasesOf(db, ...of)),
    isPaused: () => ['wms', 'wms-feed'].some((name) => isAdapterPaused(controls, name)),
  });
};

/** Of several ERPs the one that has the business unit. */
export const systemsOf =
  ({ partnerFor }: Pick<PartnerLookups, 'partnerFor'>): SystemOf =>
  (pair, bu) =>
    (partnerOfPair[pair] === 'erp' ? partnerFor?.('registerErp', bu) : undefined) ?? usualSystem(pair, bu);

/** The write side's own database is asked: a replica may be behind, and would find again what was healed. */
export const reconciliation = (parts: Parts): Worker => {
  const { config, database, writeSide, partners, metrics, logger } = parts;
  return onceHoldsAreKnown(database, async (signal) => {
    const { projectionDb: db } = database;
    const caughtUp = catchingUp(parts, signal);
    const known = async <T>(ask: () => Promise<T>): Promise<T> => {
      if (!(await caughtUp(['reconciliations']))) throw new LogUnavailable('the reconciliations are behind the log');
      return orLogUnavailable(ask);
    };
    await runReconciler(
      {
        executor: writeSide.executor,
        pairs: [stockPair, snapshotsPair, ordersPair, journalsPair].map((pair) => pair(parts, caughtUp)),
        systemOf: systemsOf(partners.lookups),
        standing: ({ bu, pair }, limit) => known(() => standingBreaks(db, bu, pair, limit)),
        underWay: (limit) => known(() => runsUnderWay(db, limit)),
        lastRuns: (pair) => known(() => lastRuns(db, pair)),
        businessUnits: () => businessUnits(writeSide.catalog.current()).map(({ bu }) => bu),
        everyMs: config.reconcileMs,
        clock: systemClock,
        onRun: metrics.countReconciliation,
        untilNext: waitOf(lookEveryMs),
        onError: (error, failures) => logger.warn({ err: error, failures }, 'partners could not be compared with'),
      },
      signal,
    );
  });
};
