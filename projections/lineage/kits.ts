import type { RecordedOf } from '../../domain/events.ts';
import { addQty, changeNode, ensureNode, flow, ids, type LineageSets } from './graph.ts';

type Departure = RecordedOf<'ShipmentConfirmed' | 'ShipmentVoided'>;

/** What a line of kits consists of as goods. */
export const componentIds = ({ data }: Departure): readonly string[] =>
  data.lines.flatMap(({ shipmentLineId, components = [] }) =>
    components.map(({ item }) => ids.kitComponent(data.shipmentId, shipmentLineId, item)),
  );

/** What left of each component, or came back on the books, with its cost, also of kits that are not whole yet. */
export const componentsMoved = (event: Departure, rows: LineageSets, sign: 1n | -1n): void => {
  const { shipmentId, orderId, node, currency, lines } = event.data;
  for (const { shipmentLineId, components = [] } of lines) {
    for (const { item, qty, cost, lots, serials } of components) {
      const id = ids.kitComponent(shipmentId, shipmentLineId, item);
      ensureNode(event, rows, {
        ...{ id, type: 'KIT_COMPONENT', label: `${item} from ${node}`, business_key: shipmentId },
        ...{ qty: '0', amount: '0', currency, order_id: orderId, detail: { node, item, lots, serials } },
      });
      addQty(event, rows, id, sign * BigInt(qty));
      const amount = sign * BigInt(cost);
      changeNode(event, rows, id, (row) => ({ amount: (BigInt(row.amount ?? '0') + amount).toString() }));
      const from = ids.shipmentLine(shipmentId, shipmentLineId);
      flow(event, rows, { from, to: id, kind: 'KIT_COMPONENT', qty: sign * BigInt(qty), amount });
    }
  }
};
