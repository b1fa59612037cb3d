import { orLogUnavailable } from '../../adapters/postgres/failures.ts';
import type { ComparedPair } from '../../commands/reconciliation/ports.ts';
import { createSnapshotsPair } from '../../commands/reconciliation/snapshotsPair.ts';
import { stockOfMoment } from '../../commands/reconciliation/stockOfMoment.ts';
import { nodesWithDialect } from '../../domain/masterData/stockDialects.ts';
import { openReleasesOf } from '../../projections/reconciliations/stock.ts';
import { snapshotFeeds, toldBeside, unlistedBeside } from '../../projections/reconciliations/toldStock.ts';
import type { CatchingUp } from './reconciliation.ts';
import type { Parts } from './stepWorkers.ts';
import { systemClock } from './writeSide.ts';

export const snapshotsPair = ({ database, writeSide }: Parts, caughtUp: CatchingUp): ComparedPair => {
  const { projectionDb: db, log } = database;
  const { executor, store, catalog } = writeSide;
  return createSnapshotsPair({
    nodes: (bu) => nodesWithDialect(catalog.current(), bu),
    feeds: (bu) => orLogUnavailable(() => snapshotFeeds(db, bu)),
    told: (...of) => orLogUnavailable(() => toldBeside(db, ...of)),
    unlisted: (...of) => orLogUnavailable(() => unlistedBeside(db, ...of)),
    oursAt: stockOfMoment({ executor, store }),
    openReleases: (...of) => orLogUnavailable(() => openReleasesOf(db, ...of)),
    head: async () => String(await log.head()).replace('start', ''),
    caughtUp: () => caughtUp(['inventory', 'orders', 'reconciliations']),
    clock: systemClock,
  });
};
