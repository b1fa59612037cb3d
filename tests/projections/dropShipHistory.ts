import type { MemoryLog } from './memoryLog.ts';

const bu = 'ACME';

/** Three of a line go to a supplier, who refuses one, ships two in two parcels and bills them dearer; one of them is on no bill yet. */
export const dropShip = (log: MemoryLog, orderId: string, poId = `${orderId}-po`): void => {
  const head = { poId, bu, orderId, supplier: 'SUP-NORD' };
  const shipmentId = `${poId}-s`;
  const stream = `dropship-${bu}.${poId}`;
  const line = { lineId: '10', item: 'BRG-6204' };
  const key = (id: string) => ({ acknowledgementId: id, contentSha256: 'x', supplierReference: 'N-1' });
  log.append(stream, 'DropShipPlaced', {
    ...{ ...head, shipmentId, soldTo: 'C-1001', shipTo: { id: 'MAIN' }, currency: 'USD', requestedDate: '2026-12-01' },
    ...{ placedAt: '2026-11-23T15:00:00.000Z', lines: [{ ...line, itemGroup: 'BEARING', qty: '3', unitCost: '5.50' }] },
  });
  const accepted = [{ lineId: '10', qty: '2', shipDate: '2026-11-24' }];
  log.append(stream, 'DropShipAcknowledged', { ...head, ...key('A-1'), lines: accepted });
  const refused = [{ ...line, qty: '1', code: 'DISCONTINUED' }];
  log.append(stream, 'DropShipRefused', { ...head, ...key('A-1'), shipmentId, lines: refused });
  for (const supplierAsn of ['ASN-1', 'ASN-2']) {
    log.append(stream, 'DropShipConfirmed', {
      ...{ ...head, supplierAsn, contentSha256: 'x', shipmentId, shippedAt: '2026-11-24T10:00:00.000Z', tracking: [] },
      lines: [{ ...line, qty: '1', excess: '0', cost: '550', lots: [], serials: [] }],
    });
  }
  const amounts = { billed: '600', accrued: '550', variance: '50' };
  log.append(stream, 'SupplierBillMatched', {
    ...{ ...head, billId: 'B-1', contentSha256: 'x', shipmentId, billDate: '2026-11-25', currency: 'USD', ...amounts },
    lines: [{ ...line, itemGroup: 'BEARING', qty: '1', ...amounts }],
  });
};
