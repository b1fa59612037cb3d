import type { RecordedOf } from '../../domain/events.ts';
import type { ConfirmedLine } from '../../domain/shipment/events.ts';
import { ensureNode, ids, type LineageSets } from './graph.ts';

type Moved = RecordedOf<'ShipmentConfirmed'> | RecordedOf<'ShipmentVoided'> | RecordedOf<'ReturnInspected'>;

/**
 * A walk stays in one business unit, so the owner has a node of its own for the fact that goods of it left, or came back, to which
 * its journals lead; it names the seller's document. What the goods cost their owner is not for the seller to see.
 */
const ownersMovement = (event: Moved, rows: LineageSets, owner: string, cost: bigint, label: string): void => {
  const { bu: seller, shipmentId, node, currency } = event.data;
  ensureNode(event, rows, {
    id: ids.stockMovement(event.eventId),
    type: 'STOCK_MOVEMENT',
    label,
    business_key: shipmentId,
    amount: cost.toString(),
    currency,
    bu: owner,
    detail: { seller, node, shipmentId },
  });
};

const ownedIn = ({ owned, components }: ConfirmedLine) =>
  (components ?? [{ owned }]).flatMap((part) => (part.owned === undefined ? [] : [part.owned]));

export const soldByOwners = (
  event: RecordedOf<'ShipmentConfirmed'> | RecordedOf<'ShipmentVoided'>,
  rows: LineageSets,
): void => {
  const parts = event.data.lines.flatMap(ownedIn);
  const [first] = parts;
  if (first === undefined) return;
  const cost = parts.reduce((sum, part) => sum + BigInt(part.cost), 0n);
  const how = event.type === 'ShipmentVoided' ? 'never left' : 'left';
  ownersMovement(event, rows, first.bu, cost, `goods ${how} ${event.data.node} for a customer of ${event.data.bu}`);
};

export const returnInspected = (event: RecordedOf<'ReturnInspected'>, rows: LineageSets): void => {
  const { owned, bu, node, disposition } = event.data;
  if (owned === undefined) return;
  const label = `goods of a customer of ${bu} back at ${node}: ${disposition}`;
  ownersMovement(event, rows, owned.bu, BigInt(owned.cost), label);
};
