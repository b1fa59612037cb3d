import type { MemoryLog } from './memoryLog.ts';

const bu = 'ACME';
const currency = 'USD';
const node = 'DC-EAST';
const item = 'BRG-6204';

const shipTo = { id: 'MAIN', region: 'US-EAST' } as const;
const stockStream = `stock-${bu}.${node}.${item}`;

export const receive = (log: MemoryLog, qty: string, reference: string, unitCost = '6.00'): void => {
  log.append(stockStream, 'StockReceived', { bu, node, item, reference, qty, status: 'SELLABLE', unitCost, currency });
};

export const release = (log: MemoryLog, orderId: string, n: number, qty: string): void => {
  const key = { orderId, bu, node };
  const reservationId = `${orderId}-r${n}`;
  const releaseId = `${orderId}-rel${n}`;
  const shipmentId = `${orderId}-s${n}`;
  const lines = [{ lineId: '10', item, qty, reservationId }];
  log.append(stockStream, 'ReservationHardened', { bu, node, item, reservationId, qty });
  log.append(`allocation-${bu}.${orderId}`, 'AllocationReleased', { ...key, releaseId, shipmentId, lines, shipTo });
  log.append(`shipment-${bu}.${shipmentId}`, 'ShipmentPlanned', {
    ...key,
    shipmentId,
    kind: 'WAREHOUSE',
    releaseId,
    shipTo,
    lines,
  });
};

/** Three more arrive and go to the order that waits. */
export const fillBackorder = (log: MemoryLog, orderId: string): void => {
  receive(log, '3', `rcpt-2-${orderId}`);
  log.append(stockStream, 'StockReserved', {
    bu,
    node,
    item,
    orderId,
    lineId: '10',
    reservationId: `${orderId}-r2`,
    qty: '3',
    needDate: '2026-11-24',
    kind: 'SOFT',
    purpose: 'ORDER',
    cause: 'BACKORDER',
    expiresAt: null,
  });
  log.append(`allocation-${bu}.${orderId}`, 'AllocationReserved', {
    orderId,
    bu,
    lineId: '10',
    item,
    reservationId: `${orderId}-r2`,
    node,
    qty: '3',
    from: 'BACKORDERED',
  });
};

export const issue = (log: MemoryLog, orderId: string, n: number, qty: string, cost: string): void => {
  const shipmentId = `${orderId}-s${n}`;
  const reservationId = `${orderId}-r${n}`;
  const confirmationId = `${shipmentId}-c1`;
  log.append(stockStream, 'StockIssued', {
    bu,
    node,
    item,
    orderId,
    lineId: '10',
    shipmentId,
    confirmationId,
    reservationId,
    qty,
    fromReservation: qty,
    lots: ['L7'],
    serials: [],
    unitCost: '6.00',
    cost,
    currency,
    costMethod: 'MOVING_AVERAGE',
  });
};

export const confirm = (
  log: MemoryLog,
  orderId: string,
  n: number,
  qty: string,
  cost: string,
  shippedAt = '2026-11-23T08:30:00.000Z',
  freightCost?: { readonly amount: string; readonly currency: string },
): void => {
  const shipmentId = `${orderId}-s${n}`;
  const confirmationId = `${shipmentId}-c1`;
  log.append(`shipment-${bu}.${shipmentId}`, 'ShipmentConfirmed', {
    ...(freightCost !== undefined && { freightCost }),
    orderId,
    bu,
    node,
    shipmentId,
    confirmationId,
    contentSha256: 'x',
    releaseId: `${orderId}-rel${n}`,
    soldTo: 'C-1001',
    shippedAt,
    carrier: 'UPS',
    tracking: ['1Z'],
    currency,
    lines: [
      {
        lineId: '10',
        shipmentLineId: '10',
        item,
        reservationId: `${orderId}-r${n}`,
        qty,
        excess: '0',
        lots: ['L7'],
        serials: [],
        unitCost: '6.00',
        cost,
      },
    ],
  });
};

export const ship = (
  log: MemoryLog,
  orderId: string,
  n: number,
  qty: string,
  cost: string,
  shippedAt = '2026-11-23T08:30:00.000Z',
): void => {
  issue(log, orderId, n, qty, cost);
  confirm(log, orderId, n, qty, cost, shippedAt);
};
