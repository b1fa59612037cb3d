import { anOrderId, anRmaId, aPoId, aShipmentId, confirmed } from './given.ts';
import type { Samples } from './sample.ts';

/** Of goods on their way, and back. */
export const goodsSamples = {
  recordPick: {
    path: `/v1/shipments/${aShipmentId}/picks`,
    body: { pickId: 'P-1', lines: [{ ...confirmed, uom: 'EA' }] },
  },
  recordPack: {
    path: `/v1/shipments/${aShipmentId}/packs`,
    body: {
      packId: 'PK-1',
      cartons: [
        {
          ...{ cartonId: 'C-1', sscc: '003456789012345670', tracking: '1Z999', weight: { value: '12.5', unit: 'KG' } },
          lines: [{ ...confirmed, uom: 'EA', lots: ['L7'], serials: [] }],
        },
      ],
    },
  },
  recordTracking: {
    path: `/v1/shipments/${aShipmentId}/tracking-events`,
    body: {
      trackingEventId: 'UPS-1',
      code: 'IN_TRANSIT',
      at: '2026-11-23T09:00:00Z',
      tracking: '1Z999',
      place: 'Memphis',
    },
  },
  recordDelivery: {
    path: `/v1/shipments/${aShipmentId}/deliveries`,
    body: { deliveryId: 'D-1', deliveredAt: '2026-11-23T10:00:00Z', proof: { name: 'J. Doe', reference: 'POD-1' } },
  },
  recordLoss: {
    path: `/v1/shipments/${aShipmentId}/losses`,
    body: {
      ...{ lossId: 'LOSS-1', kind: 'LOST', at: '2026-11-23T10:00:00Z', liability: 'CARRIER', reference: 'CLAIM-1' },
      lines: [{ shipmentLineId: '10', qty: '1', confirmationId: 'CONF-1' }],
    },
  },
  decideLoss: { path: `/v1/shipments/${aShipmentId}/losses/LOSS-1/decisions`, body: { outcome: 'RESHIP' } },
  reassignLoss: {
    path: `/v1/shipments/${aShipmentId}/losses/LOSS-1/reassignments`,
    body: { liability: 'OURS', reason: 'The carrier proved that it was packed badly.' },
  },
  recordFound: { path: `/v1/shipments/${aShipmentId}/losses/LOSS-1/findings`, body: { at: '2026-11-24T10:00:00Z' } },
  confirmShipment: {
    path: `/v1/shipments/${aShipmentId}/confirmations`,
    body: {
      confirmationId: 'CONF-1',
      shippedAt: '2026-11-23T08:00:00Z',
      carrier: 'UPS',
      tracking: ['1Z999'],
      freightCost: { amount: '1200', currency: 'USD' },
      lines: [{ ...confirmed, uom: 'EA', lots: ['L7'], serials: [] }],
    },
  },
  authoriseReturn: {
    path: '/v1/returns',
    body: {
      orderId: anOrderId,
      shipmentId: aShipmentId,
      lines: [{ shipmentLineId: '10', qty: '2', uom: 'EA', reason: 'NO_LONGER_NEEDED' }],
    },
  },
  recordReturnReceipt: {
    path: `/v1/returns/${anRmaId}/receipts`,
    body: {
      receiptId: 'RC-1',
      receivedAt: '2026-11-23T08:00:00Z',
      lines: [{ shipmentLineId: '10', qty: '2', uom: 'EA' }],
      others: [{ item: 'BELT-A42', qty: '1', uom: 'EA' }],
    },
  },
  inspectReturn: {
    path: `/v1/returns/${anRmaId}/inspections`,
    body: {
      inspectionId: 'IN-1',
      inspectedAt: '2026-11-23T08:00:00Z',
      lines: [{ shipmentLineId: '10', qty: '1', uom: 'EA', disposition: 'RESTOCK' }],
    },
  },
  closeReturn: { path: `/v1/returns/${anRmaId}/closures`, body: { reason: 'nothing more will come' } },
  acknowledgeDropShip: {
    path: `/v1/dropship-orders/${aPoId}/acknowledgements`,
    body: {
      ...{ acknowledgementId: 'A-1', supplierReference: 'N-1' },
      accepted: [{ lineId: '10', qty: '2', uom: 'EA', shipDate: '2026-12-10' }],
      refused: [{ lineId: '10', qty: '1', uom: 'EA', code: 'DISCONTINUED' }],
    },
  },
  recordDropShipNotice: {
    path: `/v1/dropship-orders/${aPoId}/shipments`,
    body: {
      ...{ supplierAsn: 'ASN-1', shippedAt: '2026-11-23T08:00:00Z', carrier: 'UPS', tracking: ['1Z999'] },
      lines: [{ lineId: '10', qty: '2', uom: 'EA', lots: [], serials: ['S-1'] }],
    },
  },
  matchSupplierBill: {
    path: `/v1/dropship-orders/${aPoId}/bills`,
    body: {
      ...{ billId: 'B-1', billDate: '2026-11-23', currency: 'USD' },
      lines: [{ lineId: '10', qty: '2', uom: 'EA', amount: '28000' }],
    },
  },
  reportShortage: {
    path: `/v1/shipments/${aShipmentId}/shortages`,
    body: { lines: [{ ...confirmed, cause: 'NOT_FOUND' }] },
  },
  resolveOvershipment: {
    path: `/v1/shipments/${aShipmentId}/overshipment-resolutions`,
    body: { confirmationId: 'CONF-1', lineId: '10', outcome: 'GIFT', reason: 'not worth the way back' },
  },
  voidShipment: { path: `/v1/shipments/${aShipmentId}/voids`, body: { reason: 'wrong truck' } },
} satisfies Samples;
