import type { RecordedOf } from '../../domain/events.ts';
import { addQty, ensureNode, flow, ids, type LineageSets } from './graph.ts';

/** Journals of what came back hang at the shipment line, whose cost they take back. */
export const returnAuthorised = (event: RecordedOf<'ReturnAuthorised'>, rows: LineageSets): void => {
  const { rmaId, shipmentId, orderId, lines } = event.data;
  for (const { shipmentLineId, item, qty, reason } of lines) {
    const id = ids.returnLine(rmaId, shipmentLineId);
    ensureNode(event, rows, {
      ...{
        id,
        type: 'RETURN_LINE',
        label: `return of ${qty} ${item}`,
        business_key: rmaId,
        qty: '0',
        order_id: orderId,
      },
      detail: { rmaId, item, reason, authorised: qty },
    });
    flow(event, rows, { from: ids.shipmentLine(shipmentId, shipmentLineId), to: id, kind: 'RETURNED_BY', qty: 0n });
  }
};

export const returnReceived = (event: RecordedOf<'ReturnReceived'>, rows: LineageSets): void => {
  const { rmaId, shipmentId, unexpected, lines } = event.data;
  if (unexpected) return;
  for (const { shipmentLineId, qty } of lines) {
    const id = ids.returnLine(rmaId, shipmentLineId ?? '');
    addQty(event, rows, id, BigInt(qty));
    const from = ids.shipmentLine(shipmentId, shipmentLineId ?? '');
    flow(event, rows, { from, to: id, kind: 'RETURNED_BY', qty: BigInt(qty) });
  }
};

/** Only the way: quantities and amounts flow on from the invoice's lines, and would be counted twice. */
export const returnCredited = (event: RecordedOf<'ReturnCredited'>, rows: LineageSets): void => {
  const { rmaId, creditMemoId, lines } = event.data;
  for (const { shipmentLineId } of lines)
    flow(event, rows, {
      from: ids.returnLine(rmaId, shipmentLineId),
      to: ids.creditMemo(creditMemoId),
      kind: 'CREDITED_BY',
    });
};
