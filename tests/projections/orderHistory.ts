import type { MemoryLog } from './memoryLog.ts';

const bu = 'ACME';
const currency = 'USD';
const node = 'DC-EAST';
const item = 'BRG-6204';

const stockStream = `stock-${bu}.${node}.${item}`;

const orderLine = {
  lineId: '10',
  item,
  kind: 'STOCK',
  qty: '10',
  baseUom: 'EA',
  entered: { qty: '10', uom: 'EA' },
  conversion: { from: 'EA', to: 'EA', num: '1', den: '1' },
} as const;
const shipTo = { id: 'MAIN', region: 'US-EAST' } as const;

/** 10 at 12.50 less 8 %, freight 15.00; 7 released, 3 in the queue. */
export const placeOrder = (log: MemoryLog, orderId: string): void => {
  const order = `order-${bu}.${orderId}`;
  const allocation = `allocation-${bu}.${orderId}`;
  const key = { orderId, bu };
  const charges = [{ code: 'FREIGHT', amount: '1500' }];
  const head = {
    ...key,
    channel: 'portal',
    customerPo: 'PO-7001',
    soldTo: 'C-1001',
    billTo: 'C-1001',
    shipTo,
    currency,
    requestedDate: '2026-12-01',
    shipComplete: false,
    allowSplit: true,
  };
  const discounts = [{ sequence: 1, kind: 'CONTRACT', ratePct: '8', amount: '1000' }];
  log.append(
    order,
    'OrderSubmitted',
    { ...head, allowSubstitute: false, charges, lines: [orderLine], contentSha256: 'c' },
    { source: { system: 'portal', payloadSha256: 'f00d' } },
  );
  log.append(order, 'OrderValidated', { orderId, masterData: { 'item:BRG-6204': 1 } });
  log.append(order, 'OrderPriced', {
    ...key,
    soldTo: 'C-1001',
    currency,
    priceListId: 'LIST',
    priceListVersion: 1,
    charges,
    lines: [
      {
        lineId: '10',
        unitPrice: '12.50',
        listPrice: '12.50',
        priceSource: 'CONTRACT',
        contractId: 'K1',
        discounts,
        gross: '12500',
        discount: '1000',
        net: '11500',
      },
    ],
    totals: { gross: '12500', discount: '1000', charges: '1500', net: '13000' },
  });
  log.append(`credit-${bu}.C-1001`, 'CreditReserved', {
    bu,
    customer: 'C-1001',
    currency,
    orderId,
    amount: '13000',
    exposure: '13000',
    override: false,
  });
  log.append(order, 'OrderAccepted', {
    ...head,
    charges,
    acceptedTotal: '13000',
    acceptedAt: '2026-11-23T08:00:10.000Z',
    lines: [{ lineId: '10', item, qty: '10', baseUom: 'EA', unitPrice: '12.50', discounts }],
  });
  log.append(order, 'ErpOrderRegistered', { orderId, erpSystem: 'sim-erp', erpNumber: 'SO-100045' });
  log.append(allocation, 'AllocationStarted', {
    ...key,
    lines: [{ lineId: '10', item, qty: '10' }],
    shipComplete: false,
    allowSplit: true,
    requestedDate: '2026-12-01',
    acceptedAt: '2026-11-23T08:00:10.000Z',
    shipTo,
    erpGate: false,
  });
  log.append(allocation, 'SourcingDecided', {
    ...key,
    decisionId: 'd1',
    lineId: '10',
    item,
    demand: '10',
    picks: [{ node, qty: '7', shipDate: '2026-11-24', peg: 'ON_HAND' }],
    shortage: '3',
    candidates: [],
    policyVersion: 14,
    promisedDate: '2026-11-24',
    explanation: ['DC-EAST has 7.'],
  });
  log.append(stockStream, 'StockReserved', {
    bu,
    node,
    item,
    orderId,
    lineId: '10',
    reservationId: `${orderId}-r1`,
    qty: '7',
    needDate: '2026-11-24',
    kind: 'SOFT',
    purpose: 'ORDER',
    cause: 'REQUEST',
    expiresAt: null,
  });
  log.append(stockStream, 'BackorderQueued', {
    bu,
    node,
    item,
    orderId,
    lineId: '10',
    qty: '3',
    needDate: '2026-11-24',
    acceptedAt: '2026-11-23T08:00:10.000Z',
    whole: false,
  });
  log.append(allocation, 'AllocationReserved', {
    ...key,
    lineId: '10',
    item,
    reservationId: `${orderId}-r1`,
    node,
    qty: '7',
    from: 'UNSOURCED',
  });
  log.append(allocation, 'LineBackordered', {
    ...key,
    lineId: '10',
    item,
    qty: '3',
    node,
    reason: 'SHORT',
    expectedDate: null,
  });
};
