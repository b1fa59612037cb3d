import type { RecordedOf } from '../../domain/events.ts';
import { addQty, changeNode, ensureNode, flow, ids, type LineageSets } from './graph.ts';

type Lost = RecordedOf<'ShipmentLost' | 'ShipmentDamaged'>;

/** Where the lines of a loss hang. */
export const lossLineIds = ({
  data,
}: Lost | RecordedOf<'ShipmentFound' | 'ShipmentLossCredited'>): readonly string[] => [
  ...new Set(data.lines.map(({ shipmentLineId }) => ids.lossLine(data.shipmentId, data.lossId, shipmentLineId))),
];

/** Journals of what is lost hang at the shipment line, whose cost they move. */
export const goodsLost = (event: Lost, rows: LineageSets): void => {
  const { shipmentId, lossId, orderId, liability, lines } = event.data;
  const kind = event.type === 'ShipmentLost' ? 'lost' : 'damaged';
  for (const { shipmentLineId, item, qty } of lines) {
    const id = ids.lossLine(shipmentId, lossId, shipmentLineId);
    ensureNode(event, rows, {
      ...{ id, type: 'LOSS_LINE', label: `${item} ${kind} on the way`, business_key: lossId, qty: '0' },
      ...{ order_id: orderId, detail: { lossId, item, kind, liability } },
    });
    addQty(event, rows, id, BigInt(qty));
    // Only the way: what is lost may be billed all the same, and would flow on twice.
    flow(event, rows, { from: ids.shipmentLine(shipmentId, shipmentLineId), to: id, kind: 'LOST_BY' });
  }
};

export const goodsFound = (event: RecordedOf<'ShipmentFound'>, rows: LineageSets): void => {
  for (const id of lossLineIds(event))
    changeNode(event, rows, id, (row) => ({ detail: { ...row.detail, found: true } }));
};

/** Only the way: quantities and amounts flow on from the invoice's lines. */
export const lossCredited = (event: RecordedOf<'ShipmentLossCredited'>, rows: LineageSets): void => {
  const to = ids.creditMemo(event.data.creditMemoId);
  for (const from of lossLineIds(event)) flow(event, rows, { from, to, kind: 'CREDITED_BY' });
};
