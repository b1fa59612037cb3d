import { serveSimulator } from '../../adapters/http/simulatorHost.ts';
import { createKysely } from '../../adapters/postgres/pool.ts';
import { createWmsClient } from '../../adapters/wms/client.ts';
import { createWmsLookup } from '../../adapters/wms/lookup.ts';
import { startWmsSimulator } from '../../adapters/wms/simulator.ts';
import { createWarehouseStock } from '../../adapters/wms/stock.ts';
import { toDomain } from '../../commands/codec.ts';
import { newUlid } from '../../commands/eventIds.ts';
import { createWarehouseInbox } from '../../commands/inbox/warehouseInbox.ts';
import { tellRun } from '../../commands/reconciliation/execute.ts';
import type { ComparedPair } from '../../commands/reconciliation/ports.ts';
import { createStockPair, type StockPairPorts } from '../../commands/reconciliation/stockPair.ts';
import { createReconciler, type ReconciliationPorts } from '../../commands/reconciliation/worker.ts';
import { partnerOfPair, type ReconciliationPair } from '../../domain/reconciliation/pairs.ts';
import type { ReconciliationRun } from '../../domain/reconciliation/reconciliation.ts';
import { projections } from '../../projections/catalogue.ts';
import { listReconciliationBreaks, reconciliationById } from '../../projections/reconciliations/queries.ts';
import { lastRuns, runsUnderWay, standingBreaks } from '../../projections/reconciliations/standing.ts';
import { openReleasesOf, stockAfter, stockAt } from '../../projections/reconciliations/stock.ts';
import { catchUp } from '../../projections/runner.ts';
import { asking, byHand, quickHttp } from '../adapters/http/peer.ts';
import { createWorld, must } from './world.ts';

const models = ['inventory', 'orders', 'master_data', 'gl_staging', 'periods', 'reconciliations'];

/** The write side, the read models and a simulated warehouse that is moved by hand, worked off until nothing is due. */
export const createReconciliationRig = async () => {
  const world = await createWorld(() => new Date().toISOString());
  const wmsPeer = await startWmsSimulator({ serve: serveSimulator, mode: 'manual' });
  const db = createKysely<never>(world.pool);
  const http = quickHttp(wmsPeer.url);
  const wms = createWmsClient({ system: 'wms', send: http.send, sendFeed: http.send });
  Object.assign(world.partners.wms, { release: wms.release, stop: wms.stop });
  const lookup = createWmsLookup({ system: 'wms', ask: asking(http), askFeed: asking(http) });
  const signal = new AbortController().signal;
  const followed = projections.filter(({ name }) => models.includes(name));
  let following: Promise<unknown> = Promise.resolve();
  /** One follower at a time. */
  const follow = async (): Promise<boolean> => {
    const before = following;
    const { promise, resolve } = Promise.withResolvers<void>();
    following = promise;
    await before;
    try {
      for (const projection of followed) await catchUp({ db, feed: world.log, decode: toDomain }, projection);
    } finally {
      resolve();
    }
    return true;
  };
  const inbox = createWarehouseInbox({
    ...{ wms, application: world.app(), catalog: world.catalog, checkpoints: world.checkpoints, retryBaseMs: 1 },
    clock: world.clock,
    onError: (error) => world.problems.push(error),
  });
  /** Takes what the warehouse has told and lets everything follow from it. */
  const settle = async (): Promise<void> => {
    await world.settle();
    const { messages } = await wms.messages(
      String(await world.checkpoints.read('warehouse-inbox:wms')).replace('start', ''),
      0,
      signal,
    );
    if (messages.length > 0) await inbox.step(signal);
    await world.settle();
  };

  const warehouse = createWarehouseStock({ system: 'wms', send: http.send });
  const stockPair = (changes: Partial<StockPairPorts> = {}): ComparedPair =>
    createStockPair({
      warehouse,
      release: lookup.release,
      inboxCursor: async () => String(await world.checkpoints.read('warehouse-inbox:wms')).replace('start', ''),
      head: async () => String(await world.log.head()),
      caughtUp: follow,
      stockAt: (...of) => stockAt(db, ...of),
      stockAfter: (...of) => stockAfter(db, ...of),
      openReleases: (...of) => openReleasesOf(db, ...of),
      isPaused: () => false,
      inboxWaitsMs: [],
      settleWaitsMs: [],
      ...changes,
    });

  const reconciler = (changes: Partial<ReconciliationPorts> = {}) =>
    createReconciler({
      executor: world.executor(),
      pairs: [stockPair()],
      standing: async ({ bu, pair }, limit) => {
        await follow();
        return standingBreaks(db, bu, pair, limit);
      },
      underWay: async (limit) => {
        await follow();
        return runsUnderWay(db, limit);
      },
      lastRuns: async (pair) => {
        await follow();
        return lastRuns(db, pair);
      },
      businessUnits: () => [],
      everyMs: 0,
      clock: world.clock,
      ...changes,
    });

  const unit = async (): Promise<string> => {
    const bu = newUlid();
    await world.newBusinessUnit(bu);
    return bu;
  };

  /** Somebody asks for a run, which nobody takes yet. */
  const ask = async (bu: string, pair: ReconciliationPair = 'stock'): Promise<ReconciliationRun> => {
    const run = { bu, pair, runId: newUlid() };
    const whom = { system: partnerOfPair[pair], requestedBy: 'key:ops' };
    const ports = { executor: world.executor(), clock: world.clock };
    await tellRun(ports, { type: 'StartReconciliation', ...run, ...whom }, 'started');
    return run;
  };

  /** A run that was taken, with what differed when it looked. */
  const taken = async ({ bu, runId }: ReconciliationRun) => {
    await follow();
    const { items } = await listReconciliationBreaks(db, { bu, runId });
    return { ...(await reconciliationById(db, runId)), breaks: items };
  };

  /** Asks for a run and has it taken. */
  const compared = async (bu: string, pair: ComparedPair = stockPair()) => {
    const run = await ask(bu, pair.pair);
    await reconciler({ pairs: [pair] }).step(signal);
    return taken(run);
  };

  return {
    ...{ warehouse, world, db, follow, settle, stockPair, reconciler, signal, url: wmsPeer.url },
    ...{ unit, ask, taken, compared },
    /** What came here and lies there. */
    receive: async (bu: string, item: string, qty: string, reference: string): Promise<void> => {
      const place = { bu, node: 'DC-EAST', item, qty };
      await must(
        world
          .app()
          .recordStockMovement(
            { ...place, kind: 'RECEIPT', uom: 'EA', unitCost: '6.00', reference },
            world.as('warehouse'),
          ),
      );
      await shelve(bu, item, qty, reference);
    },
    shelve: (bu: string, item: string, qty: string, id: string): Promise<void> => shelve(bu, item, qty, id),
    close: async (): Promise<void> => {
      await wmsPeer.close();
      await world.close();
    },
  };

  async function shelve(bu: string, item: string, quantity: string, id: string): Promise<void> {
    const movement = { id: `${bu}:${id}`, depositorCode: bu, warehouseCode: 'DC-EAST', itemNumber: item, quantity };
    await byHand(wmsPeer.url, '/control/stock', { movements: [movement] });
  }
};

export type ReconciliationRig = Awaited<ReturnType<typeof createReconciliationRig>>;
