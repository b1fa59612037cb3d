import type { MemoryLog } from './memoryLog.ts';

const bu = 'ACME';
const node = 'DC-EAST';
const item = 'BRG-6204';
const place = { bu, node, item };
const stock = `stock-${bu}.${node}.${item}`;

export const defineCustomer = (log: MemoryLog): void => {
  log.append('customer-ACME.C-1001', 'CustomerDefined', {
    bu,
    version: 1,
    customer: 'C-1001',
    name: 'Acme East',
    group: 'TRADE',
    active: true,
    billTo: 'C-1001',
    shipTos: [{ id: 'MAIN', region: 'US-EAST' }],
    taxCode: 'TAXABLE',
    termsDays: 30,
    priceListId: 'LIST',
    contract: null,
  });
};

export const moveSupplies = (log: MemoryLog): void => {
  log.append(stock, 'SupplyExpected', {
    ...place,
    supplyId: 'PO-1',
    type: 'PO',
    qty: '50',
    availableDate: '2026-12-05',
  });
  log.append(stock, 'SupplyRescheduled', {
    ...place,
    supplyId: 'PO-1',
    type: 'PO',
    qty: '40',
    availableDate: '2026-12-09',
  });
  log.append(stock, 'StockReceived', {
    ...place,
    reference: 'asn-1',
    qty: '15',
    status: 'SELLABLE',
    supplyId: 'PO-1',
    unitCost: '6.50',
    currency: 'USD',
  });
  log.append(stock, 'UnitCostSet', {
    ...place,
    unitCost: '6.321429',
    currency: 'USD',
    method: 'MOVING_AVERAGE',
    source: 'asn-1',
  });
  log.append(stock, 'StockStatusChanged', {
    ...place,
    reference: 'q-1',
    qty: '2',
    from: 'SELLABLE',
    to: 'QUARANTINE',
    reason: 'INSPECTION',
  });
  log.append(stock, 'StockAdjusted', {
    ...place,
    reference: 'count-1',
    qty: '-1',
    status: 'SELLABLE',
    reason: 'COUNT',
    unitCost: '6.321429',
    currency: 'USD',
    cost: '632',
    itemGroup: 'BEARING',
  });
  log.append(stock, 'StockCounted', {
    ...{ ...place, countId: 'CC-1', countedAt: '2026-11-24T08:00:00.000Z', itemGroup: 'BEARING' },
    counts: [{ status: 'SELLABLE', counted: '1', booked: '1' }],
  });
  log.append(stock, 'SupplyExpected', {
    ...place,
    supplyId: 'TR-1',
    type: 'TRANSFER',
    qty: '5',
    availableDate: '2026-12-01',
  });
  log.append(stock, 'SupplyCancelled', { ...place, supplyId: 'TR-1', reason: 'LOST' });
  log.append(stock, 'SafetyStockSet', { ...place, qty: '2' });
};
