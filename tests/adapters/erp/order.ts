import type { ErpOrder } from '../../../commands/partnerPorts.ts';

/** The order of the golden example as the ERP hears of it. */
export const anErpOrder = (orderId: string): ErpOrder => ({
  orderId,
  bu: 'ACME',
  customerPo: 'PO-7001',
  soldTo: 'C-1001',
  billTo: 'C-1001',
  shipTo: { id: 'MAIN' },
  currency: 'USD',
  requestedDate: '2026-12-01',
  lines: [
    {
      lineId: '10',
      item: 'BRG-6204',
      qty: '10',
      baseUom: 'EA',
      unitPrice: '12.50',
      discounts: [{ sequence: 1, kind: 'CONTRACT', ratePct: '8' }],
    },
  ],
  charges: [{ code: 'FREIGHT', amount: '1500' }],
});
