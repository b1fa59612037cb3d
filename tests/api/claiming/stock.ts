import { randomUUID } from 'node:crypto';
import type { Operation } from '../../../api/permissions.ts';
import { addDays } from '../../../domain/calendar.ts';
import { type ClaimingApi, next, type Prepared, sampleBody, taken } from '../claimingApi.ts';
import type { ClaimingRoutes } from './row.ts';

const keyedStock = (operation: Operation, path: string): Prepared => ({
  path,
  body: { ...sampleBody(operation), reference: randomUUID() },
});

const received = (): Prepared => keyedStock('recordStockMovement', '/v1/stock-movements');

/** Of a supply of its own, which is announced; the item has its cost. */
const ofSupply =
  (operation: Operation, noun: string) =>
  async (api: ClaimingApi): Promise<Prepared> => {
    await taken(api, 'recordStockMovement', received());
    const supplyId = `PO-${next()}`;
    const availableDate = addDays(new Date().toISOString().slice(0, 10), 8);
    await taken(api, 'expectSupply', {
      path: '/v1/supplies',
      body: { ...sampleBody('expectSupply'), supplyId, availableDate },
    });
    return { path: `/v1/supplies/${supplyId}/${noun}`, body: sampleBody(operation) };
  };

/** The first receipt sets the cost, and is there. */
const afterReceipt = (prepare: () => Prepared) => async (api: ClaimingApi) => {
  await taken(api, 'recordStockMovement', received());
  return prepare();
};

/** A transfer of its own, ordered under a number of its own. */
const orderedTransfer = (): Prepared => keyedStock('orderTransfer', '/v1/transfers');

const ofTransfer =
  (operation: Operation, noun: string, changes: () => object = () => ({})) =>
  async (api: ClaimingApi): Promise<Prepared> => {
    const { transferId } = (await taken(api, 'orderTransfer', orderedTransfer())).body as { transferId: string };
    return { path: `/v1/transfers/${transferId}/${noun}`, body: { ...sampleBody(operation), ...changes() } };
  };

/** Of stock and supply. */
export const stockRoutes = {
  recordStockMovement: {
    prepare: afterReceipt(received),
    ...{ events: ['StockReceived'], reads: 0, keys: 2 },
  },
  changeStockStatus: {
    prepare: afterReceipt(() => keyedStock('changeStockStatus', '/v1/stock-status-changes')),
    ...{ events: ['StockStatusChanged'], reads: 0, keys: 2 },
  },
  recordStockSnapshot: {
    prepare: async (api) => {
      const node = `SNAP${next()}`;
      const stockDialect = { words: [{ word: 'ON HAND', measure: 'ON_HAND' }], unsaid: 'UNKNOWN' };
      const body = { ...sampleBody('defineNode'), stockDialect };
      await taken(api, 'defineNode', { path: `/v1/nodes/ACME/${node}`, body });
      const takenAt = new Date().toISOString();
      return { path: '/v1/stock-snapshots', body: { ...sampleBody('recordStockSnapshot'), node, takenAt } };
    },
    ...{ events: ['StockSnapshotTold'], reads: 1, keys: 2 },
  },
  expectSupply: {
    prepare: async () => ({
      path: '/v1/supplies',
      body: {
        ...sampleBody('expectSupply'),
        supplyId: `PO-${next()}`,
        availableDate: addDays(new Date().toISOString().slice(0, 10), 8),
      },
    }),
    ...{ events: ['SupplyExpected'], reads: 0 },
  },
  rescheduleSupply: {
    prepare: ofSupply('rescheduleSupply', 'reschedules'),
    ...{ events: ['SupplyRescheduled'], reads: 0 },
  },
  receiveSupply: {
    prepare: async (api) => {
      const { path, body } = await ofSupply('receiveSupply', 'receipts')(api);
      return { path, body: { ...body, reference: `GR-${next()}` } };
    },
    ...{ events: ['StockReceived'], reads: 0, keys: 2 },
  },
  cancelSupply: {
    prepare: ofSupply('cancelSupply', 'cancellations'),
    ...{ events: ['SupplyCancelled'], reads: 0 },
  },
  orderTransfer: {
    prepare: async () => orderedTransfer(),
    ...{ events: ['TransferOrdered'], reads: 1, keys: 2 },
  },
  rescheduleTransfer: {
    prepare: ofTransfer('rescheduleTransfer', 'reschedules'),
    ...{ events: ['TransferRescheduled'], reads: 1 },
  },
  shipTransfer: {
    prepare: ofTransfer('shipTransfer', 'shipments', () => ({ shippedAt: new Date().toISOString() })),
    ...{ events: ['TransferShipped'], reads: 2 },
  },
  receiveTransfer: {
    prepare: ofTransfer('receiveTransfer', 'receipts', () => ({ receivedAt: new Date().toISOString() })),
    ...{ events: ['TransferReceived'], reads: 2 },
  },
  closeTransfer: {
    prepare: ofTransfer('closeTransfer', 'closures'),
    ...{ events: ['TransferClosed'], reads: 1 },
  },
  setSafetyStock: {
    prepare: async () => ({ path: '/v1/safety-stocks/ACME/DC-EAST/BRG-6204', body: { qty: String(100 + next()) } }),
    ...{ events: ['SafetyStockSet'], reads: 0 },
  },
} satisfies ClaimingRoutes;
