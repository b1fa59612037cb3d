import { anOrderId, aReservationId, orderLine } from './given.ts';
import type { Samples } from './sample.ts';

/** Of orders and what is set aside for them. */
export const ordersSamples = {
  submitOrder: {
    path: '/v1/orders',
    body: {
      bu: 'ACME',
      channel: 'portal',
      customerPo: 'PO-7001',
      soldTo: 'C-1001',
      shipTo: { id: 'MAIN' },
      currency: 'USD',
      requestedDate: '2026-12-01',
      shipComplete: false,
      allowSplit: true,
      allowSubstitute: false,
      charges: [{ code: 'FREIGHT', amount: '1500' }],
      lines: [orderLine('10')],
    },
  },
  checkAvailability: {
    path: '/v1/availability-checks',
    body: {
      bu: 'ACME',
      channel: 'portal',
      lines: [{ item: 'BRG-6204', qty: '5', uom: 'EA', requestedDate: '2026-12-01' }],
    },
  },
  reserve: {
    path: '/v1/reservations',
    body: {
      ...{ bu: 'ACME', channel: 'portal', soldTo: 'C-1001', kind: 'CART', requestedDate: '2026-12-01', minutes: 30 },
      ...{ allowPartial: true, allowSplit: true },
      lines: [{ ...orderLine('10'), node: 'DC-EAST' }],
    },
  },
  extendReservation: { path: `/v1/reservations/${aReservationId}/extensions`, body: { minutes: 30 } },
  releaseReservation: {
    path: `/v1/reservations/${aReservationId}/releases`,
    body: { reason: 'ABANDONED', lineIds: ['10'] },
  },
  cancelOrder: {
    path: `/v1/orders/${anOrderId}/cancellations`,
    body: { reason: 'not needed', lines: [{ lineId: '10', qty: '3' }] },
  },
  cancelOrderLine: { path: `/v1/orders/${anOrderId}/lines/10/cancellations`, body: { reason: 'not needed', qty: '3' } },
  addOrderLines: {
    path: `/v1/orders/${anOrderId}/lines`,
    body: { reason: 'one more', lines: [{ ...orderLine('30'), requestedPrice: '12.50' }] },
  },
  repriceOrderLine: {
    path: `/v1/orders/${anOrderId}/lines/10/price-overrides`,
    body: { unitPrice: '11.50', reason: 'agreed by telephone' },
  },
  previewOrderChange: {
    path: `/v1/orders/${anOrderId}/change-previews`,
    body: { lines: [orderLine('30')], changes: [{ lineId: '10', qty: '12', uom: 'EA' }] },
  },
  changeOrderLine: {
    path: `/v1/orders/${anOrderId}/lines/10/changes`,
    body: { reason: 'more is needed', qty: '12', uom: 'EA' },
  },
  substituteOrderLine: {
    path: `/v1/orders/${anOrderId}/lines/10/substitutions`,
    body: {
      ...{ reason: 'short', item: 'BRG-6205', newLineId: '40', qty: '4', uom: 'EA' },
      consent: { reference: 'call of today' },
    },
  },
  releaseHold: { path: `/v1/orders/${anOrderId}/hold-releases`, body: { holdId: 'H-1', reason: 'paid' } },
} satisfies Samples;
