import type { MemoryLog } from './memoryLog.ts';

const bu = 'ACME';
const place = { bu, node: 'DC-EAST', item: 'BRG-6204' };

const placesOf = (orderId: string, rmaId: string) => {
  const shipmentId = `${orderId}-s1`;
  const head = { rmaId, bu, orderId, shipmentId, node: place.node };
  const sale = { channel: 'portal', customerGroup: 'INDUSTRIAL' };
  return {
    head,
    sold: { soldTo: 'C-1001', currency: 'USD', sale },
    shipment: `shipment-${bu}.${shipmentId}`,
    stream: `return-${bu}.${rmaId}`,
  };
};

const line = { shipmentLineId: '10', lineId: '10', item: place.item };

/** The first seven arrive, which the carrier tells twice and out of order. */
const deliver = (log: MemoryLog, orderId: string): void => {
  const shipmentId = `${orderId}-s1`;
  const head = { bu, orderId, shipmentId, node: place.node, contentSha256: 'x' };
  const stream = `shipment-${bu}.${shipmentId}`;
  const told = (id: string, code: 'IN_TRANSIT' | 'DELIVERED', at: string, late?: true) =>
    log.append(stream, 'CarrierStatusRecorded', {
      ...{ ...head, trackingEventId: id, code, at, tracking: '1Z999' },
      ...(late && { late }),
    });
  told('T2', 'DELIVERED', '2026-11-23T14:00:00.000Z');
  const lines = [{ lineId: '10', shipmentLineId: '10', item: place.item, qty: '7' }];
  const delivery = { ...head, deliveredAt: '2026-11-23T14:00:00.000Z', lines };
  log.append(stream, 'ShipmentDelivered', { ...delivery, deliveryId: 'T2' });
  told('T1', 'IN_TRANSIT', '2026-11-23T10:00:00.000Z', true);
  log.append(stream, 'ShipmentDelivered', { ...delivery, deliveryId: 'D1', proof: { reference: 'POD-1' } });
};

/** Four of the first seven that left may come back. */
export const authoriseBack = (log: MemoryLog, orderId: string, rmaId = `${orderId}-rma`): void => {
  const { head, sold, shipment, stream } = placesOf(orderId, rmaId);
  const part = { fromQty: '0', qty: '4', unitCost: '6.00', leftFromQty: '0', leftQty: '7', leftCost: '4200' };
  const authorised = {
    ...{ ...head, ...sold, authorisedBy: 'kim', authorisedAt: '2026-11-23T15:00:00.000Z', expiresOn: '2026-12-23' },
    lines: [
      { ...line, itemGroup: 'BEARING', qty: '4', reason: 'DEFECTIVE' as const, restockingPct: '10', parts: [part] },
    ],
  };
  log.append(shipment, 'ShipmentReturnClaimed', authorised);
  log.append(stream, 'ReturnAuthorised', authorised);
};

/** Of these, three come back with one that nobody expected: two are sold again, one is thrown away later; they are given back less a tenth. */
export const sendBack = (log: MemoryLog, orderId: string, rmaId = `${orderId}-rma`): void => {
  const { head, sold, shipment, stream } = placesOf(orderId, rmaId);
  const stock = `stock-${bu}.${place.node}.${place.item}`;
  deliver(log, orderId);
  authoriseBack(log, orderId, rmaId);
  const receipt = { ...head, receiptId: 'RC1', contentSha256: 'x', receivedAt: '2026-11-23T16:00:00.000Z' };
  log.append(stream, 'ReturnReceived', { ...receipt, unexpected: false, lines: [{ ...line, qty: '3' }] });
  const other = { shipmentLineId: null, lineId: null, item: 'BELT-A42', qty: '1' };
  log.append(stream, 'ReturnReceived', { ...receipt, unexpected: true, lines: [other] });
  const inspect = (qty: string, cost: string, disposition: 'RESTOCK' | 'QUARANTINE' | 'SCRAP', from?: 'QUARANTINE') =>
    log.append(stream, 'ReturnInspected', {
      ...{ ...head, ...sold, ...line, inspectionId: `IN-${disposition}`, contentSha256: 'x' },
      ...{ inspectedAt: '2026-11-23T17:00:00.000Z', inspectedBy: 'lee', itemGroup: 'BEARING' },
      ...{ qty, disposition, unitCost: '6.00', cost, ...(from === undefined ? {} : { from }) },
    }).eventId;
  const goods = (inspectionEventId: string, qty: string, cost: string) => ({
    ...{ ...place, rmaId, inspectionEventId, qty, unitCost: '6.00', cost, currency: 'USD' },
  });
  const restocked = inspect('2', '1200', 'RESTOCK');
  log.append(stock, 'StockReturned', { ...goods(restocked, '2', '1200'), status: 'SELLABLE' });
  const kept = inspect('1', '600', 'QUARANTINE');
  log.append(stock, 'StockReturned', { ...goods(kept, '1', '600'), status: 'QUARANTINE' });
  const scrapped = inspect('1', '600', 'SCRAP', 'QUARANTINE');
  log.append(stock, 'StockScrapped', { ...goods(scrapped, '1', '600'), status: 'QUARANTINE' });
  log.append(stream, 'ReturnCredited', {
    ...{ ...head, creditMemoId: `${rmaId}-cm`, invoiceId: `${orderId}-i1`, number: 'CM-9', issueDate: '2026-11-24' },
    ...{ currency: 'USD', total: '3390', restockingFee: '345' },
    lines: [{ shipmentLineId: '10', lineId: '10', qty: '3', net: '3450', tax: '285', fee: '345' }],
  });
  const freed = [{ shipmentLineId: '10', lineId: '10', freedQty: '1' }];
  log.append(stream, 'ReturnClosed', { ...head, closedBy: 'kim', reason: 'done', lines: freed });
  log.append(shipment, 'ShipmentReturnFreed', { ...head, lines: [{ shipmentLineId: '10', qty: '1' }] });
};
