import { aTransferId, place } from './given.ts';
import type { Samples } from './sample.ts';

/** Of stock and supply. */
export const stockSamples = {
  recordStockMovement: {
    path: '/v1/stock-movements',
    body: { ...place, kind: 'RECEIPT', qty: '7', uom: 'EA', unitCost: '6.00', reference: 'R-1' },
  },
  changeStockStatus: {
    path: '/v1/stock-status-changes',
    body: { ...place, qty: '1', uom: 'EA', from: 'SELLABLE', to: 'DAMAGED', reason: 'dropped', reference: 'S-1' },
  },
  correctCost: {
    path: '/v1/cost-corrections',
    body: {
      ...{ ...place, reference: 'INV-77', amount: '500', currency: 'USD', cause: 'SUPPLIER_INVOICE' },
      about: { kind: 'RECEIPT', reference: 'R-1' },
    },
  },
  expectSupply: {
    path: '/v1/supplies',
    body: { ...place, supplyId: 'PO-9', type: 'PO', qty: '100', uom: 'EA', availableDate: '2026-12-24' },
  },
  recordStockCount: {
    path: '/v1/stock-counts',
    body: {
      ...{ bu: 'ACME', node: 'DC-EAST', countId: 'CC-1', countedAt: '2026-11-23T07:00:00Z' },
      lines: [{ item: 'BRG-6204', counted: '7', believed: '7', uom: 'EA' }],
    },
  },
  recordStockSnapshot: {
    path: '/v1/stock-snapshots',
    body: {
      ...{ bu: 'ACME', node: 'DC-EAST', snapshotId: 'SN-1', takenAt: '2026-11-23T07:00:00Z', scope: 'PARTIAL' },
      lines: [{ item: 'BRG-6204', uom: 'EA', said: [{ word: 'ON HAND', qty: '7', lot: 'L-1' }] }],
    },
  },
  rescheduleSupply: {
    path: '/v1/supplies/PO-9/reschedules',
    body: { ...place, qty: '90', uom: 'EA', availableDate: '2026-12-28' },
  },
  receiveSupply: {
    path: '/v1/supplies/PO-9/receipts',
    body: { ...place, reference: 'GR-9', qty: '40', uom: 'EA', unitCost: '6.00' },
  },
  cancelSupply: { path: '/v1/supplies/PO-9/cancellations', body: { ...place, reason: 'the maker has no more' } },
  orderTransfer: {
    path: '/v1/transfers',
    body: {
      ...{ bu: 'ACME', reference: 'TO-1', from: 'DC-EAST', to: 'DC-WEST', expectedOn: '2026-12-01' },
      lines: [{ item: 'BRG-6204', qty: '10', uom: 'EA' }],
    },
  },
  rescheduleTransfer: { path: `/v1/transfers/${aTransferId}/reschedules`, body: { expectedOn: '2026-12-04' } },
  shipTransfer: {
    path: `/v1/transfers/${aTransferId}/shipments`,
    body: {
      ...{ shippingId: 'SH-1', shippedAt: '2026-11-23T08:00:00Z', complete: true, expectedOn: '2026-12-02' },
      lines: [{ item: 'BRG-6204', qty: '10', uom: 'EA' }],
    },
  },
  receiveTransfer: {
    path: `/v1/transfers/${aTransferId}/receipts`,
    body: {
      ...{ receiptId: 'RC-1', receivedAt: '2026-11-24T08:00:00Z', complete: true },
      lines: [{ item: 'BRG-6204', qty: '9', uom: 'EA', status: 'SELLABLE' }],
    },
  },
  closeTransfer: { path: `/v1/transfers/${aTransferId}/closures`, body: { reason: 'fell off the truck' } },
  setSafetyStock: { path: '/v1/safety-stocks/ACME/DC-EAST/BRG-6204', body: { qty: '5' } },
} satisfies Samples;
