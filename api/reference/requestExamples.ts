import { addDays, type Day } from '../../domain/calendar.ts';
import type { Operation } from '../permissions.ts';

type Examples = Readonly<Partial<Record<Operation, object>>>;

const anOrder = '01K40000000000000000000001';
const place = { bu: 'ACME', node: 'DC-EAST', item: 'BRG-6204' };
const piece = { item: 'BRG-6204', qty: '10', uom: 'EA' };
const shippedLine = { orderId: anOrder, lineId: '10', qty: '7', uom: 'EA' };

const anotherId = '01K40000000000000000000002';
const reason = 'Asked for by the customer';

/** What is set aside before an order, asked of it afterwards, and expected for it. */
const beforeAndBesideOrders = (today: Day): Examples => ({
  reserve: {
    ...{ bu: 'ACME', channel: 'portal', soldTo: 'C-1001', kind: 'CART' },
    lines: [{ lineId: '10', item: 'BRG-6205', qty: '2', uom: 'EA' }],
  },
  extendReservation: { minutes: 30 },
  releaseReservation: { reason: 'ABANDONED' },
  releaseHold: { holdId: 'CREDIT-1', reason },
  repriceOrderLine: { unitPrice: '11.90', reason },
  rescheduleSupply: { ...place, availableDate: addDays(today, 21) },
  receiveSupply: { ...place, reference: 'GR-1002', qty: '40', uom: 'EA', unitCost: '6.00' },
  cancelSupply: { ...place, reason: 'The maker has no more' },
});

/** What warehouses and carriers tell of a shipment, and what comes back of it. */
const goodsOnTheirWay = (today: Day): Examples => ({
  recordPick: { pickId: 'PICK-1001', lines: [shippedLine] },
  recordPack: {
    packId: 'PACK-1001',
    cartons: [{ cartonId: 'CARTON-1', tracking: '1Z999', weight: { value: '12.5', unit: 'KG' }, lines: [shippedLine] }],
  },
  recordTracking: { trackingEventId: 'UPS-1001', code: 'IN_TRANSIT', at: `${today}T00:00:00Z`, tracking: '1Z999' },
  recordDelivery: { deliveryId: 'POD-1001', deliveredAt: `${today}T00:00:00Z`, proof: { reference: 'POD-1001' } },
  voidShipment: { reason: 'Wrong truck' },
  authoriseReturn: {
    ...{ orderId: anOrder, shipmentId: anotherId },
    lines: [{ shipmentLineId: '10', qty: '2', uom: 'EA', reason: 'NO_LONGER_NEEDED' }],
  },
  recordReturnReceipt: {
    ...{ receiptId: 'RECEIPT-1001', receivedAt: `${today}T00:00:00Z` },
    lines: [{ shipmentLineId: '10', qty: '2', uom: 'EA' }],
  },
  inspectReturn: {
    ...{ inspectionId: 'LOOK-1001', inspectedAt: `${today}T00:00:00Z` },
    lines: [{ shipmentLineId: '10', qty: '2', uom: 'EA', disposition: 'RESTOCK' }],
  },
});

const money = (today: Day): Examples => ({
  recordPayment: {
    ...{ invoiceId: anotherId, reference: 'BANK-1001', amount: '5000', currency: 'USD' },
    paidAt: `${today}T00:00:00Z`,
  },
  recordDeposit: {
    ...{ orderId: anOrder, reference: 'BANK-1002', amount: '5000', currency: 'USD' },
    receivedAt: `${today}T00:00:00Z`,
  },
  creditInvoice: {
    ...{ invoiceId: anotherId, cause: 'PRICE', reason: 'Another price was agreed' },
    lines: [{ invoiceLineId: '1', amount: '1200' }],
  },
  disputeInvoice: { cause: 'PRICE', reason: 'Another price was agreed', invoiceLineIds: ['1'] },
});

/** How others are told. */
const listening: Examples = {
  subscribeWebhook: {
    ...{ bu: 'ACME', url: 'https://hooks.nord-bearings.example/throughline' },
    events: ['SHIPMENT_CONFIRMED', 'INVOICE_ISSUED'],
  },
  rotateWebhookSecret: { reason: 'Somebody left us' },
  redeliverWebhook: { reason: 'The receiver is mended' },
  registerEventConsumer: { bu: 'ACME', name: 'warehouse-of-figures', types: ['SHIPMENT_CONFIRMED', 'INVOICE_ISSUED'] },
  acknowledgeEvents: { sequence: '00000000000000000042-0' },
};

/**
 * What the reference shows as the body of the commands that integrators send: the demonstration distributor takes them as they
 * are, but for ids of what has to be there first. Dates lie ahead of `today`, so that they are no violation when they are read.
 */
export const requestExamples = (today: Day): Examples => ({
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
  ...beforeAndBesideOrders(today),
  ...goodsOnTheirWay(today),
  ...money(today),
  ...listening,
});
