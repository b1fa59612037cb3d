import { createErpBook } from '../../adapters/erp/book.ts';
import { createErpClient } from '../../adapters/erp/client.ts';
import { startErpSimulator } from '../../adapters/erp/simulator.ts';
import { serveSimulator } from '../../adapters/http/simulatorHost.ts';
import { newUlid } from '../../commands/eventIds.ts';
import { createJournalsPair, type JournalsPairPorts } from '../../commands/reconciliation/journalsPair.ts';
import { createOrderPages } from '../../commands/reconciliation/orderPages.ts';
import { createOrdersPair, type OrdersPairPorts } from '../../commands/reconciliation/ordersPair.ts';
import { createOrderUpdates, type OrderUpdatesPorts, orderUpdatesOf } from '../../commands/workers/orderUpdates.ts';
import { demoAccountMap, demoPostingRules } from '../../domain/masterData/demoAccounts.ts';
import { sealableJournals } from '../../projections/glStaging/queries.ts';
import { batchesAfter, journalsIn } from '../../projections/reconciliations/journals.ts';
import { closedOrdersAfter, openOrdersAfter, ordersOf } from '../../projections/reconciliations/orders.ts';
import { byHand, quickHttp } from '../adapters/http/peer.ts';
import { eventsOf, line, ofType, orderInput } from './facts.ts';
import { createReconciliationRig } from './reconciliationRig.ts';
import { must } from './world.ts';

const ledger = 'PRIMARY';

/** The reconciliation rig with a simulated ERP whose books can be asked. */
export const createErpRig = async () => {
  const rig = await createReconciliationRig();
  const { world, db, follow } = rig;
  const peer = await startErpSimulator({ serve: serveSimulator, importDelayMs: 0 });
  const { send } = quickHttp(peer.url);
  const erp = createErpClient({ system: 'erp', send, settleMs: 500, settlePollMs: 20 });
  const { registerOrder, changeOrder, importJournals, journalOutcomes } = erp;
  Object.assign(world.partners.erp, { registerOrder, changeOrder, importJournals, journalOutcomes });
  const book = createErpBook({ system: 'erp', send });
  const books = { of: () => book, named: (system: string) => (system === 'erp' ? book : undefined) };
  const now = (): string => new Date().toISOString();

  const updates = (changes: Partial<OrderUpdatesPorts> = {}) =>
    createOrderUpdates({
      ...{ book, feed: world.log, checkpoints: world.checkpoints },
      progress: async (orderIds) => {
        await follow();
        return ordersOf(db, orderIds);
      },
      hasUnit: () => true,
      isPaused: () => false,
      onUntaken: () => {},
      ...changes,
    });

  const tellAll = async (): Promise<void> => {
    const { step } = updates();
    while (await step(rig.signal));
  };

  const throughTold = async (): Promise<string> => {
    await tellAll();
    await follow();
    return String(await world.checkpoints.read(orderUpdatesOf('erp')));
  };

  const ordersPair = (changes: Partial<OrdersPairPorts> = {}) =>
    createOrdersPair({
      books,
      ordersIn: createOrderPages({
        openAfter: (...of) => openOrdersAfter(db, ...of),
        closedAfter: (...of) => closedOrdersAfter(db, ...of),
        ordersOf: (...of) => ordersOf(db, ...of),
        closedSince: () => '2000-01-01T00:00:00.000Z',
      }),
      ordersOf: (orderIds) => ordersOf(db, orderIds),
      ...{ throughTold, isPaused: () => false, clock: world.clock, settleWaitsMs: [] },
      ...changes,
    });

  const journalsPair = (changes: Partial<JournalsPairPorts> = {}) =>
    createJournalsPair({
      ...{ books, erps: world.partners.erps, executor: world.executor(), clock: world.clock },
      batchesAfter: (bu, system, after, limit) =>
        batchesAfter(db, { bu, system, since: '2000-01-01T00:00:00.000Z', quietSince: now() }, after, limit),
      journalsIn: (...of) => journalsIn(db, ...of),
      throughKnown: async () => {
        await follow();
        return String(await world.log.head());
      },
      isPaused: () => false,
      ...changes,
    });

  const period = world.clock().slice(0, 7).replace('-', '');

  /** With accounts, rules and an open period. */
  const openBooks = async (bu: string): Promise<void> => {
    await must(world.app().publishAccountMap({ ...demoAccountMap, bu }, world.as('admin')));
    await must(world.app().publishPostingRules({ ...demoPostingRules, bu }, world.as('admin')));
    await must(world.app().openPeriod({ bu, ledger, period }, world.as('finance')));
  };

  /** One journal for each: a piece is missing. */
  const postJournals = async (bu: string, count: number): Promise<void> => {
    await rig.receive(bu, 'BELT-A42', String(count), 'belts');
    const piece = { bu, node: 'DC-EAST', item: 'BELT-A42', kind: 'ADJUSTMENT', qty: '-1', uom: 'EA' } as const;
    for (let n = 1; n <= count; n += 1)
      await must(
        world.app().recordStockMovement({ ...piece, reason: 'COUNT', reference: `C-${n}` }, world.as('warehouse')),
      );
    await rig.shelve(bu, 'BELT-A42', String(-count), 'counted');
    await follow();
  };

  const seal = async (bu: string) => {
    world.sealed.next = await sealableJournals(db, { bu, ledger, period });
    const { batchId } = await must(world.app().sealGlBatch({ bu, ledger, period }, world.as('finance')));
    return { batchId, journalIds: world.sealed.next.journals.map(({ journalId }) => journalId) };
  };

  /** Works until the ERP has told of every journal of the batch. */
  const answered = async (bu: string, count: number): Promise<void> => {
    for (;;) {
      await world.settle();
      const events = await eventsOf(world, bu);
      const told = [...ofType(events, 'GlBatchAcknowledged'), ...ofType(events, 'GlEntriesRejected')];
      if (told.reduce((sum, { data }) => sum + data.journals.length, 0) >= count) return follow().then(() => {});
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  /** An order of ten pieces of which seven are there and leave; the other three wait for the next ones of their item. */
  const sevenOfTen = async (bu: string, item = 'BRG-6204'): Promise<string> => {
    await rig.receive(bu, item, '7', `R-${newUlid()}`);
    const lines = [line('10', item, '10')];
    const input = orderInput(bu, { customerPo: newUlid(), charges: [], lines });
    const { orderId } = await must(world.app().submitOrder(input, world.as('channel')));
    await rig.settle();
    const release = ofType(await eventsOf(world, bu), 'AllocationReleased').find(
      ({ data }) => data.orderId === orderId,
    );
    await byHand(rig.url, '/control/ship', { releaseId: release?.data.releaseId });
    await rig.settle();
    return orderId;
  };

  /** The order as the ERP has it: once. */
  const heldOf = async (bu: string, orderId: string) => {
    const [held, ...more] = (await book.orders(bu, [orderId], rig.signal)) ?? [];
    if (more.length > 0) throw new Error(`the ERP has ${orderId} ${more.length + 1} times`);
    return held;
  };

  return {
    ...rig,
    ...{ sevenOfTen, heldOf },
    ...{
      book,
      erp,
      erpUrl: peer.url,
      period,
      updates,
      tellAll,
      ordersPair,
      journalsPair,
      openBooks,
      postJournals,
      seal,
      answered,
    },
    /** Somebody in the ERP changes what documents there are of a journal. */
    post: (company: string, batchId: string, journalId: string, documents: readonly (readonly [string, string])[]) =>
      byHand(peer.url, '/control/documents', {
        ...{ company, batchId, journalId },
        documents: documents.map(([documentNumber, debitAmount]) => ({
          ...{ journalId, documentNumber, currencyCode: 'USD', debitAmount },
        })),
      }),
    close: async (): Promise<void> => {
      await peer.close();
      await rig.close();
    },
  };
};

export type ErpRig = Awaited<ReturnType<typeof createErpRig>>;
