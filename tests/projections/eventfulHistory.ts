import { journalIdFor } from '../../projections/glStaging/journalId.ts';
import { addedAndRaised, substituted } from './changeHistory.ts';
import { repost, restage, reverse } from './correctionHistory.ts';
import { checkForFraud } from './fraudHistory.ts';
import { receive, release, ship } from './fulfilmentHistory.ts';
import type { MemoryLog } from './memoryLog.ts';
import { placeOrder } from './orderHistory.ts';
import { defineCustomer, moveSupplies } from './supplyHistory.ts';

const bu = 'ACME';
const node = 'DC-EAST';
const item = 'BRG-6204';
const place = { bu, node, item };
const stock = `stock-${bu}.${node}.${item}`;

export const heldAndCancelled = (log: MemoryLog, orderId: string): void => {
  const stream = `order-${bu}.${orderId}`;
  const from = { unsourced: '0', backordered: '2', reserved: '0', allocated: '0' };
  const hold = { orderId, bu, soldTo: 'C-1001', holdId: `${orderId}-h1`, type: 'MANUAL' } as const;
  log.append(stream, 'OrderHeld', { ...hold, scope: { kind: 'ORDER' }, note: 'asked by sales' });
  log.append(stream, 'OrderHoldReleased', { ...hold, reason: 'CLEARED' });
  log.append(stream, 'OrderHeld', {
    ...hold,
    holdId: `${orderId}-h2`,
    scope: { kind: 'LINE', lineId: '10' },
    note: 'stays',
  });
  const change = { orderId, changeId: `${orderId}-ch1`, lineId: '10', reason: 'CUSTOMER' };
  log.append(stream, 'OrderLineCancelRequested', { ...change, bu, requestedQty: '3' });
  log.append(stock, 'BackorderWithdrawn', { ...place, orderId, lineId: '10', qty: '2', cause: 'CANCEL' });
  log.append(stream, 'OrderLineCancelled', { ...change, cancelledQty: '2', from });
  log.append(stream, 'OrderLineCancelRefused', { ...change, refusedQty: '1', reason: 'SHIPPED' });
};

const shortedAndOvershipped = (log: MemoryLog, orderId: string): void => {
  const [shipmentId, releaseId, reservationId] = [`${orderId}-s1`, `${orderId}-rel1`, `${orderId}-r1`];
  const key = { orderId, bu, node, shipmentId };
  const shipment = `shipment-${bu}.${shipmentId}`;
  const line = { lineId: '10', item, reservationId };
  log.append(shipment, 'ItemsPicked', { ...key, pickId: 'p1', lines: [{ ...line, qty: '4' }] });
  log.append(stock, 'StockPicked', { ...place, reservationId, qty: '4', pickId: 'p1' });
  log.append(shipment, 'ShipmentShorted', {
    ...key,
    shortageId: 'sh1',
    releaseId,
    lines: [{ ...line, qty: '2', cause: 'NOT_FOUND' }],
  });
  log.append(`allocation-${bu}.${orderId}`, 'AllocationShorted', {
    ...key,
    releaseId,
    shortageId: 'sh1',
    lineId: '10',
    item,
    reservationId,
    shortQty: '2',
    cause: 'NOT_FOUND',
  });
  log.append(stock, 'ReservationReleased', {
    ...place,
    orderId,
    lineId: '10',
    reservationId,
    qty: '2',
    cause: 'SHORT',
  });
  log.append(stock, 'StockIssued', {
    ...place,
    orderId,
    lineId: '10',
    shipmentId,
    confirmationId: 'c1',
    reservationId,
    qty: '6',
    fromReservation: '5',
    lots: [],
    serials: [],
    unitCost: '6.321429',
    cost: '3793',
    currency: 'USD',
    costMethod: 'MOVING_AVERAGE',
  });
  const shipped = {
    ...line,
    shipmentLineId: '10',
    qty: '6',
    excess: '1',
    lots: [],
    serials: ['S1'],
    unitCost: '6.321429',
    cost: '3793',
  };
  log.append(shipment, 'ShipmentConfirmed', {
    ...key,
    confirmationId: 'c1',
    contentSha256: 'x',
    releaseId,
    soldTo: 'C-1001',
    shippedAt: '2026-11-23T12:00:00.000Z',
    tracking: [],
    freightCost: { amount: '900', currency: 'USD' },
    currency: 'USD',
    lines: [shipped],
  });
  log.append(shipment, 'ShipmentOvershipped', { ...key, confirmationId: 'c1', lineId: '10', item, excess: '1' });
};

/** The first shipment, 7 of the order, comes back. */
export const voidShipment = (log: MemoryLog, orderId: string): void => {
  const shipmentId = `${orderId}-s1`;
  const reservationId = `${orderId}-r1`;
  const line = {
    lineId: '10',
    shipmentLineId: '10',
    item,
    reservationId,
    qty: '7',
    excess: '0',
    lots: ['L7'],
    serials: [],
    unitCost: '6.00',
    cost: '4200',
    confirmationId: `${shipmentId}-c1`,
  };
  const confirmed = log.events.filter(
    (event) => event.type === 'ShipmentConfirmed' && event.stream === `shipment-${bu}.${shipmentId}`,
  );
  log.append(`shipment-${bu}.${shipmentId}`, 'ShipmentVoided', {
    orderId,
    bu,
    node,
    shipmentId,
    reason: 'WRONG_TRUCK',
    currency: 'USD',
    confirmationIds: [line.confirmationId],
    lines: [line],
    confirmed: confirmed.map(({ eventId, position }) => ({ confirmationId: line.confirmationId, eventId, position })),
  });
  log.append(stock, 'StockReinstated', {
    ...place,
    shipmentId,
    lineId: '10',
    qty: '7',
    unitCost: '6.00',
    cost: '4200',
    currency: 'USD',
  });
};

const firstJournal = (log: MemoryLog, orderId: string, templateId: 'T02' | 'T14'): string => {
  const source = log.events.find(
    (event) => event.type === 'ShipmentConfirmed' && (event.data as { orderId?: string }).orderId === orderId,
  );
  return journalIdFor(source?.eventId ?? '', templateId, 'PRIMARY');
};

/** Seals the journal of the first confirmation of `orderId`, whatever else is READY. */
export const sealFirst = (log: MemoryLog, orderId: string): void => {
  const journalId = firstJournal(log, orderId, 'T02');
  const key = { bu, ledger: 'PRIMARY', batchId: 'PRIMARY-202611-0001' };
  const journal = {
    journalId,
    accountingDate: '2026-11-23',
    templateId: 'T02',
    documentRef: 'd',
    orderId,
    invoiceId: null,
    currency: 'USD',
    lines: [],
  };
  const stream = 'glbatch-ACME.PRIMARY-202611-0001';
  log.append(stream, 'GlBatchSealed', {
    ...key,
    period: '202611',
    sequence: 1,
    journals: [journal],
    controlTotals: [],
    merkleRoot: 'm',
    contentSha256: 's',
    throughPosition: '1',
  });
  log.append(stream, 'GlBatchExported', { ...key, erpSystem: 'sim-erp', fileSha256: 'f' });
  log.append(stream, 'GlBatchAcknowledged', {
    ...key,
    erpSystem: 'sim-erp',
    journals: [{ journalId, erpDocument: '1900004711' }],
  });
};

/** What the worked example leaves out: holds, cancellations, additions, supplies, shortages, over-shipment, a void, a batch and corrections. */
export const playEventfulOrders = (log: MemoryLog): void => {
  defineCustomer(log);
  receive(log, '20', 'rcpt-eventful');
  moveSupplies(log);
  placeOrder(log, 'HELD');
  heldAndCancelled(log, 'HELD');
  checkForFraud(log, 'HELD');
  placeOrder(log, 'SHORT');
  release(log, 'SHORT', 1, '7');
  shortedAndOvershipped(log, 'SHORT');
  placeOrder(log, 'VOID');
  release(log, 'VOID', 1, '7');
  ship(log, 'VOID', 1, '7', '4200');
  voidShipment(log, 'VOID');
  sealFirst(log, 'SHORT');
  restage(log, firstJournal(log, 'SHORT', 'T14'));
  reverse(log, firstJournal(log, 'SHORT', 'T02'));
  repost(log, firstJournal(log, 'SHORT', 'T02'));
  placeOrder(log, 'GROWN');
  addedAndRaised(log, 'GROWN');
  substituted(log, 'GROWN');
};
