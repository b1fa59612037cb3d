import { addDays, type Day } from '../../domain/calendar.ts';
import type { Operation } from '../permissions.ts';

const anOrder = '01K40000000000000000000001';
const place = { bu: 'ACME', node: 'DC-EAST', item: 'BRG-6204' };
const piece = { item: 'BRG-6204', qty: '10', uom: 'EA' };
const shippedLine = { orderId: anOrder, lineId: '10', qty: '7', uom: 'EA' };

/**
 * What the reference shows as the body of the commands that a new integrator sends first: the demonstration distributor takes
 * them as they are, but for the ids of an order. Dates lie ahead of `today`, so that they are no violation when they are read.
 */
export const requestExamples = (today: Day): Readonly<Partial<Record<Operation, object>>> => ({
  submitOrder: {
    ...{ bu: 'ACME', channel: 'portal', customerPo: 'PO-7001', soldTo: 'C-1001', shipTo: { id: 'MAIN' } },
    ...{ currency: 'USD', requestedDate: addDays(today, 7) },
    charges: [{ code: 'FREIGHT', amount: '1500' }],
    lines: [{ lineId: '10', ...piece }],
  },
  cancelOrder: { reason: 'Ordered too many', lines: [{ lineId: '10', qty: '3' }] },
  cancelOrderLine: { reason: 'Ordered too many', qty: '3' },
  addOrderLines: { reason: 'Forgotten', lines: [{ lineId: '30', item: 'BELT-A42', qty: '2', uom: 'EA' }] },
  previewOrderChange: {
    lines: [{ lineId: '30', item: 'BELT-A42', qty: '2', uom: 'EA' }],
    changes: [{ lineId: '10', qty: '12', uom: 'EA' }],
  },
  changeOrderLine: { reason: 'More is needed', qty: '12', uom: 'EA' },
  substituteOrderLine: {
    ...{ reason: 'Short', item: 'BRG-6205', newLineId: '40', qty: '4', uom: 'EA' },
    consent: { reference: 'Call of 12 May' },
  },
  checkAvailability: { bu: 'ACME', channel: 'portal', lines: [piece] },
  recordStockMovement: { ...place, kind: 'RECEIPT', qty: '7', uom: 'EA', unitCost: '6.00', reference: 'GR-1001' },
  expectSupply: {
    ...{ ...place, supplyId: 'PO-9001', type: 'PO', qty: '100', uom: 'EA' },
    availableDate: addDays(today, 14),
  },
  recordStockCount: {
    ...{ bu: 'ACME', node: 'DC-EAST', countId: 'COUNT-1001', countedAt: `${today}T00:00:00Z` },
    lines: [{ item: 'BRG-6205', counted: '119', believed: '120', uom: 'EA' }],
  },
  confirmShipment: {
    ...{ confirmationId: 'CONF-1001', shippedAt: `${today}T00:00:00Z`, carrier: 'UPS', tracking: ['1Z999'] },
    lines: [shippedLine],
  },
  reportShortage: { lines: [{ ...shippedLine, cause: 'NOT_FOUND' }] },
  sealGlBatch: { bu: 'ACME', ledger: 'PRIMARY', period: today.slice(0, 7).replace('-', '') },
});
